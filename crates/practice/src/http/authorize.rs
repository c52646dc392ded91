//! The consent page: checks the request, shows it, and sends the person back with a code or a refusal.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use url::Url;

use super::answer::{is_type, redirect, unique_pairs};
use super::pages::{self, Consent};
use crate::app::Shared;
use crate::engine::{AuthorizeRequest, CodeGrant, Engine, clean_name};
use crate::model::{Kind, Scope};
use crate::refusal::{Code, Refusal};

/// The one registered client.
pub const CLIENT_ID: &str = "postroom-practice";
/// The display name where nobody chose one.
pub const DEFAULT_NAME: &str = "Robin";

const STATE_MAX_CHARS: usize = 512;

/// Why no consent page is shown.
#[derive(Debug)]
pub enum Unfit {
    /// A page for the person: the client cannot be trusted with a redirect.
    Page(&'static str),
    /// Back to the client with an error.
    Back(String),
}

/// Checks an authorization request.
pub fn check(base: &str, pairs: Option<&HashMap<String, String>>) -> Result<AuthorizeRequest, Unfit> {
    let pairs = pairs.ok_or(Unfit::Page("The app sent a parameter twice."))?;
    let get = |name: &str| pairs.get(name).map_or("", String::as_str);
    if get("client_id") != CLIENT_ID {
        return Err(Unfit::Page("The app that sent you here is not known."));
    }
    let redirect_uri = get("redirect_uri");
    if !redirect_fits(redirect_uri) {
        return Err(Unfit::Page("The app that sent you here gave an address to return to that is not allowed."));
    }
    let state = Some(get("state")).filter(|state| (1..=STATE_MAX_CHARS).contains(&state.chars().count()));
    let back = |error, why| {
        let query = [("error", error), ("error_description", why), ("state", state.unwrap_or_default())];
        Unfit::Back(return_url(base, redirect_uri, &query))
    };
    if get("response_type") != "code" {
        return Err(back("unsupported_response_type", "only code"));
    }
    let state = state.ok_or_else(|| back("invalid_request", "state is needed, 1 to 512 characters"))?;
    let challenge = get("code_challenge");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if get("code_challenge_method") != "S256" || challenge.len() != 43 || !challenge.bytes().all(plain) {
        return Err(back("invalid_request", "PKCE with S256 is needed"));
    }
    let scope = pairs.get("scope").map_or("read write", String::as_str);
    let scopes = scopes_of(scope).ok_or_else(|| back("invalid_scope", "only read and write"))?;
    Ok(AuthorizeRequest {
        redirect_uri: redirect_uri.to_owned(),
        state: state.to_owned(),
        challenge: challenge.to_owned(),
        scopes,
    })
}

/// `http://127.0.0.1[:port]/callback` or `http://[::1][:port]/callback`, exactly.
fn redirect_fits(uri: &str) -> bool {
    let hosts = ["http://127.0.0.1", "http://[::1]"];
    let Some(rest) = hosts.into_iter().find_map(|host| uri.strip_prefix(host)) else { return false };
    match rest.strip_prefix(':') {
        None => rest == "/callback",
        Some(rest) => rest.split_once('/').is_some_and(|(port, path)| {
            let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            path == "callback" && digits && port.parse::<u16>().is_ok_and(|port| port > 0)
        }),
    }
}

fn scopes_of(text: &str) -> Option<Vec<Scope>> {
    let words: Vec<_> = text.split(' ').filter(|word| !word.is_empty()).collect();
    if words.is_empty() || words.iter().any(|word| !["read", "write"].contains(word)) {
        return None;
    }
    let named = [("read", Scope::Read), ("write", Scope::Write)];
    Some(named.into_iter().filter(|(name, _)| words.contains(name)).map(|(_, scope)| scope).collect())
}

/// The redirect address with a query and `iss`; empty values are left out.
fn return_url(base: &str, redirect_uri: &str, query: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse(redirect_uri) else { return base.to_owned() };
    let filled = query.iter().filter(|(_, value)| !value.is_empty());
    url.query_pairs_mut().extend_pairs(filled).append_pair("iss", base);
    url.into()
}

/// What the person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Allow,
    Deny,
}

/// Carries a decision out; answers where to send the person.
pub fn carry_out(
    engine: &mut Engine,
    base: &str,
    request: &AuthorizeRequest,
    kind: Kind,
    name: &str,
    decision: Decision,
) -> Result<String, Refusal> {
    let back = |first: [(&str, &str); 2]| {
        let [one, two] = first;
        return_url(base, &request.redirect_uri, &[one, two, ("state", &request.state)])
    };
    if decision == Decision::Deny {
        return Ok(back([("error", "access_denied"), ("error_description", "the person said no")]));
    }
    let scopes = Engine::grantable(kind, &request.scopes);
    if scopes.is_empty() {
        return Ok(back([("error", "invalid_scope"), ("error_description", "kind d is never granted read")]));
    }
    let account = engine.account(kind, name)?;
    let code = engine.new_code(CodeGrant {
        account: account.id,
        scopes,
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
    });
    Ok(back([("code", &code), ("", "")]))
}

/// Shows the consent page.
pub async fn show(State(app): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let pairs = unique_pairs(query.unwrap_or_default().as_bytes());
    let request = match check(&app.base, pairs.as_ref()) {
        Ok(request) => request,
        Err(Unfit::Page(why)) => return pages::message(400, why),
        Err(Unfit::Back(url)) => return redirect(&url),
    };
    let pairs = pairs.unwrap_or_default();
    let opened = app.act(move |engine| {
        let hint = pairs.get("login_hint").map_or("", String::as_str);
        let known = engine.world.accounts.get(hint).map(|account| (account.kind, account.name.clone()));
        let hinted = clean_name(hint).unwrap_or(DEFAULT_NAME).to_owned();
        let wanted = pairs.get("kind").and_then(|letter| Kind::from_letter(letter)).unwrap_or(Kind::A);
        let (kind, name) = known.unwrap_or((wanted, hinted));
        let form_token = engine.open_consent(request.clone());
        Ok(Consent { form_token, kind, name, problem: None, request })
    });
    match opened.await {
        Ok(consent) => pages::consent(&consent),
        Err(refusal) => refusal.into_response(),
    }
}

/// Takes the form of the consent page.
pub async fn decide(State(app): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return pages::message(403, "This form was sent from another site.");
    }
    if !is_type(&headers, "application/x-www-form-urlencoded") {
        return Refusal::from(Code::UnsupportedMediaType).into_response();
    }
    let Some(form) = unique_pairs(&body) else {
        return pages::message(400, "The form cannot be read.");
    };
    let base = app.base.clone();
    match app.act(move |engine| decide_in(engine, &base, &form)).await {
        Ok(Decided::Back(url)) => redirect(&url),
        Ok(Decided::Again(consent)) => pages::consent(&consent),
        Ok(Decided::Used) => pages::message(400, "This page was used before or is too old. Start again in the app."),
        Err(refusal) if refusal.code() == Code::Full => {
            pages::message(503, "The practice network has no room for another account.")
        }
        Err(refusal) => refusal.into_response(),
    }
}

enum Decided {
    Back(String),
    Again(Box<Consent>),
    Used,
}

fn decide_in(engine: &mut Engine, base: &str, form: &HashMap<String, String>) -> Result<Decided, Refusal> {
    let get = |name: &str| form.get(name).map_or("", String::as_str);
    let Some(request) = engine.take_consent(get("form_token")) else { return Ok(Decided::Used) };
    let decision = match get("decision") {
        "allow" => Decision::Allow,
        "deny" => Decision::Deny,
        _ => return Ok(Decided::Used),
    };
    let (kind, name) = (Kind::from_letter(get("kind")), get("name"));
    if decision == Decision::Allow && (kind.is_none() || clean_name(name).is_none()) {
        let consent = Consent {
            form_token: engine.open_consent(request.clone()),
            kind: kind.unwrap_or(Kind::A),
            name: name.chars().take(100).collect(),
            problem: Some("Choose a kind and a name of 1 to 50 characters."),
            request,
        };
        return Ok(Decided::Again(Box::new(consent)));
    }
    carry_out(engine, base, &request, kind.unwrap_or(Kind::A), name, decision).map(Decided::Back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_callbacks_fit() {
        for good in ["http://127.0.0.1/callback", "http://127.0.0.1:1/callback", "http://[::1]:65535/callback"] {
            assert!(redirect_fits(good), "{good}");
        }
        for bad in [
            "",
            "http://localhost:80/callback",
            "https://127.0.0.1/callback",
            "http://127.0.0.1:0/callback",
            "http://127.0.0.1:65536/callback",
            "http://127.0.0.1:+80/callback",
            "http://127.0.0.1:/callback",
            "http://127.0.0.1:80/callback?x=1",
            "http://127.0.0.1:80/callback#x",
            "http://127.0.0.1:80/callback/",
            "http://127.0.0.1:80@evil.example/callback",
            "http://127.0.0.1.evil.example/callback",
        ] {
            assert!(!redirect_fits(bad), "{bad}");
        }
    }

    #[test]
    fn scopes_are_read_and_write_in_that_order() {
        assert_eq!(scopes_of("write  read"), Some(vec![Scope::Read, Scope::Write]));
        assert_eq!(scopes_of("read read"), Some(vec![Scope::Read]));
        assert_eq!(scopes_of(""), None);
        assert_eq!(scopes_of("read follow"), None);
    }
}
