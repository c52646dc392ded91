//! Registering with a server, and who a token belongs to. Consent itself is the OAuth engine's.

use domain::{Endpoints, ErrorKind, ProviderError, Secret};
use net::Client;
use serde_json::json;
use url::Url;

use super::{
    descriptor::{ID, KEYED, PLAIN},
    discover, wire,
};
use crate::{
    calls::{self, Ask, CallRules, Operation, error},
    provider::{Identity, Registration, Session},
};

const REGISTER: Operation = Operation::quiet("register_app");
const KNOWS: Operation = Operation::quiet("check_app");
const ME: Operation = Operation::quiet("verify_credentials");

/// Registers Postroom. The redirects go as a list where the server knows that (Mastodon 4.3 and newer), else as lines of
/// one text, which every server of the family takes.
pub(super) async fn register(
    http: &Client,
    rules: &CallRules,
    endpoints: &Endpoints,
    redirects: &[String],
    scopes: &[String],
) -> Result<Registration, ProviderError> {
    let body = json!({
        "client_name": "Postroom",
        "redirect_uris": redirects.join("\n"),
        "scopes": scopes.join(" "),
    });
    let ask = Ask::post(endpoints.get("register").to_owned()).json(body);
    let reply = calls::direct(http, rules, REGISTER, ask, None).await?;
    let app: wire::App = reply.read()?;
    let fits = |text: &str| (1..=1_024).contains(&text.len()) && !text.chars().any(char::is_control);
    if !fits(&app.client_id) || app.client_id.contains(' ') || !fits(&app.client_secret) {
        return Err(reply.garbage());
    }
    Ok(Registration { client_id: app.client_id, client_secret: Secret::new(app.client_secret) })
}

/// Whether the server still knows a client. Older servers forgot those nobody used.
pub(super) async fn knows(
    http: &Client,
    rules: &CallRules,
    endpoints: &Endpoints,
    client: &Registration,
) -> Result<bool, ProviderError> {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", &client.client_id)
        .append_pair("client_secret", client.client_secret.expose())
        .finish();
    let ask = Ask::post(endpoints.get("token").to_owned()).bytes("application/x-www-form-urlencoded", form.into());
    match calls::direct(http, rules, KNOWS, ask, None).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind == ErrorKind::AuthRevoked => Ok(false),
        // Other refusals are about this kind of grant and not about the client.
        Err(error) if error.status.is_some_and(|status| (400..500).contains(&status)) => Ok(true),
        Err(error) => Err(error),
    }
}

pub(super) async fn identify(session: &Session, rules: &CallRules) -> Result<Identity, ProviderError> {
    let api = session.account.endpoints.get("api");
    let ask = Ask::get(format!("{api}/api/v1/accounts/verify_credentials"));
    let reply = calls::authorised(session, rules, ME, ask).await?;
    let me: wire::Me = reply.read()?;
    let name = |text: &str| {
        (1..=100).contains(&text.len()) && text.chars().all(|sign| sign.is_alphanumeric() || "_.-".contains(sign))
    };
    if !wire::is_id(&me.id) || !name(&me.username) {
        return Err(reply.garbage());
    }
    let origin = Url::parse(api).map_err(|_| error(ErrorKind::Protocol, ID, ME))?;
    let told = discover::instance(&session.http, &origin).await.ok().flatten().map(|facts| facts.domain);
    let domain = told.filter(|domain| !domain.is_empty()).unwrap_or_else(|| host(&origin));
    let handle = format!("{}@{domain}", me.username);
    let shown: String = me.display_name.chars().filter(|sign| !sign.is_control()).take(200).collect();
    let kind = if discover::keeps_keys(&session.http, api).await { KEYED } else { PLAIN };
    Ok(Identity {
        remote_id: me.id,
        name: if shown.trim().is_empty() { handle.clone() } else { shown },
        handle,
        kind: kind.to_owned(),
        scopes: Vec::new(),
        endpoints: Vec::new(),
        avatar: me.avatar_static.or(me.avatar).unwrap_or_default(),
    })
}

fn host(origin: &Url) -> String {
    let host = origin.host_str().unwrap_or_default();
    origin.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// There are no app passwords in the family.
pub(super) fn no_passwords(operation: &'static str) -> ProviderError {
    let words = "Servers of the Mastodon family link accounts in the browser.";
    ProviderError { remote_message: words.to_owned(), ..error(ErrorKind::Unsupported, ID, Operation::quiet(operation)) }
}
