//! Tokens: exchanged for a code, shown with a call, revoked. They do not expire and cannot be renewed.

use serde_json::{Value, json};

use super::failure::Failure;
use super::fields::Fields;
use super::state::{App, Code, Standing, State, Token};
use super::{Call, Outcome, entity};
use crate::oauth::{bearer, client as oauth_client, random, redirect};
use crate::platform::CommandError;
use crate::wire::{Reply, Request};

const CODE_LIFE_MS: i64 = 10 * 60 * 1_000;

/// The words of a list with spaces.
pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(ToOwned::to_owned).collect()
}

/// Whether `granted` covers `wanted`: `write` covers `write:media`.
pub fn covers(granted: &[String], wanted: &str) -> bool {
    let whole = wanted.split(':').next().unwrap_or(wanted);
    granted.iter().any(|scope| scope == wanted || scope == whole)
}

pub fn exchange(call: &mut Call<'_>) -> Outcome {
    let fields = call.fields()?;
    let client_id = client(call, &fields)?;
    let (account, scopes) = match fields.text("grant_type").as_deref() {
        Some("authorization_code") => {
            let code = redeem(call, &fields, &client_id)?;
            (Some(code.account), code.scopes)
        }
        Some("client_credentials") => {
            let scopes = words(&fields.filled("scope").unwrap_or_else(|| "read".to_owned()));
            check_subset(call.state.apps.get(&client_id), &scopes)?;
            (None, scopes)
        }
        _ => {
            let why = "The authorization grant type is not supported by the authorization server.";
            return Err(Failure::oauth(400, "unsupported_grant_type", why));
        }
    };
    let scope = scopes.join(" ");
    let token = issue(call.state, &client_id, account, scopes);
    let reply = json!({
        "access_token": token, "token_type": "Bearer", "scope": scope, "created_at": call.now_ms / 1_000,
    });
    Ok(Reply::json(200, &reply).with("cache-control", &"no-store"))
}

/// The client, by id and secret: in the form, or as basic authentication.
fn client(call: &Call<'_>, fields: &Fields) -> Result<String, Failure> {
    let basic = || oauth_client::basic(call.request);
    let (id, secret) =
        fields.text("client_id").zip(fields.text("client_secret")).or_else(basic).ok_or_else(Failure::client)?;
    let app = call.state.apps.get(&id).filter(|app| app.client_secret == secret);
    app.map(|_| id).ok_or_else(Failure::client)
}

/// A code serves once, for ten minutes, its own client, address and verifier.
fn redeem(call: &mut Call<'_>, fields: &Fields, client_id: &str) -> Result<Code, Failure> {
    let code = fields.text("code").and_then(|code| call.state.codes.remove(&code)).ok_or_else(Failure::grant)?;
    let verified = match &code.challenge {
        Some(challenge) if call.flavour().has_metadata() => {
            fields.text("code_verifier").is_some_and(|verifier| oauth_client::s256(&verifier) == *challenge)
        }
        _ => true,
    };
    let own = code.client_id == client_id && fields.text("redirect_uri").as_ref() == Some(&code.redirect_uri);
    let fresh = code.issued_ms + CODE_LIFE_MS > call.now_ms;
    if own && fresh && verified { Ok(code) } else { Err(Failure::grant()) }
}

/// Scopes may be asked for where the app registered them.
pub fn check_subset(app: Option<&App>, scopes: &[String]) -> Result<(), Failure> {
    let known = app.is_some_and(|app| scopes.iter().all(|scope| covers(&app.scopes, scope)));
    if known && !scopes.is_empty() {
        return Ok(());
    }
    Err(Failure::oauth(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed."))
}

fn issue(state: &mut State, client: &str, account: Option<String>, scopes: Vec<String>) -> String {
    let token = random();
    let client_id = client.to_owned();
    state.tokens.insert(token.clone(), Token { client_id, account, scopes, revoked: false });
    token
}

pub fn revoke(call: &mut Call<'_>) -> Outcome {
    let fields = call.fields()?;
    let client_id = client(call, &fields).map_err(|_| not_yours())?;
    if let Some(token) = fields.text("token").and_then(|token| call.state.tokens.get_mut(&token)) {
        if token.client_id != client_id {
            return Err(not_yours());
        }
        token.revoked = true;
    }
    Ok(Reply::json(200, &json!({})))
}

fn not_yours() -> Failure {
    Failure::oauth(403, "unauthorized_client", "You are not authorized to revoke this token")
}

/// The token a call shows and its account, for counting.
pub fn whose(state: &State, request: &Request) -> Option<(String, String)> {
    let shown = bearer::shown(request, "Bearer")?;
    Some((shown.to_owned(), state.tokens.get(shown)?.account.clone()?))
}

/// The token this call shows, if it is good.
pub fn presented(call: &Call<'_>) -> Result<Token, Failure> {
    let token = bearer::shown(call.request, "Bearer")
        .and_then(|shown| call.state.tokens.get(shown))
        .ok_or_else(Failure::token)?;
    if token.revoked {
        return Err(Failure::new(401, "The access token was revoked"));
    }
    Ok(token.clone())
}

/// The account this call acts for, when its token has one of these scopes and the account is in order.
pub fn authenticate(call: &Call<'_>, scopes: &[&str]) -> Result<String, Failure> {
    let token = presented(call)?;
    let id = token.account.ok_or_else(|| Failure::new(422, "This method requires an authenticated user"))?;
    if !scopes.iter().any(|wanted| covers(&token.scopes, wanted)) {
        return Err(Failure::scope());
    }
    match call.state.accounts.get(&id).map(|account| account.standing) {
        Some(Standing::Active) => Ok(id),
        Some(Standing::Pending) => Err(Failure::new(403, "Your login is currently pending approval")),
        Some(Standing::Disabled) => Err(Failure::new(403, "Your login is currently disabled")),
        None => Err(Failure::token()),
    }
}

/// The name of the app behind this call.
pub fn app_name(call: &Call<'_>) -> String {
    let app = presented(call).ok().and_then(|token| call.state.apps.get(&token.client_id).map(|app| app.name.clone()));
    app.unwrap_or_default()
}

pub fn verify_credentials(call: &mut Call<'_>) -> Outcome {
    let id = authenticate(call, &["profile", "read:accounts"])?;
    let account = call.state.accounts.get(&id).ok_or_else(Failure::token)?;
    let mut reply = entity::account(call, account);
    reply["source"] = json!({
        "privacy": call.state.settings.default_visibility, "sensitive": false, "language": null, "note": "",
        "fields": [], "follow_requests_count": 0,
    });
    Ok(Reply::json(200, &reply))
}

/// How many tokens act for an account.
pub fn of(state: &State, handle: &str) -> Result<Value, CommandError> {
    let account = state.account(handle).ok_or_else(|| CommandError::UnknownAccount(handle.to_owned()))?;
    let acts = |token: &&Token| !token.revoked && token.account.as_ref() == Some(&account.id);
    Ok(json!({"tokens": state.tokens.values().filter(acts).count()}))
}

/// What a client has after an owner's consent, without the pages.
pub fn grant(state: &mut State, handle: &str, scopes: &str, now_ms: i64) -> Result<Value, CommandError> {
    let account = state.account(handle).ok_or_else(|| CommandError::UnknownAccount(handle.to_owned()))?.id.clone();
    let (client_id, client_secret, scopes) = (random(), random(), words(scopes));
    let app = App {
        id: state.next_id(now_ms),
        name: "Granted".to_owned(),
        website: None,
        redirect_uris: vec![redirect::OUT_OF_BAND.to_owned()],
        scopes: scopes.clone(),
        client_secret: client_secret.clone(),
    };
    state.apps.insert(client_id.clone(), app);
    let token = issue(state, &client_id, Some(account.clone()), scopes);
    Ok(json!({"access_token": token, "client_id": client_id, "client_secret": client_secret, "account": account}))
}
