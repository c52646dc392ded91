//! Sessions by app password. The token's end is read from the token itself: servers differ.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Endpoints, ErrorKind, ProviderError, Secret, UtcMs};
use serde::Deserialize;
use serde_json::json;

use super::{descriptor::ID, wire};
use crate::{
    calls::{self, Ask, CallRules, Operation, Reply},
    provider::{Identity, Session, Tokens},
};

const CREATE: Operation = Operation::quiet("create_session");
const REFRESH: Operation = Operation::quiet("refresh_session");
const DELETE: Operation = Operation::quiet("delete_session");
const PROFILE: Operation = Operation::quiet("get_profile");
const GET: Operation = Operation::quiet("get_session");

/// Longest token looked into, in bytes.
const TOKEN_MAX_BYTES: usize = 16_384;

pub(super) async fn sign_in(
    http: &net::Client,
    rules: &CallRules,
    endpoints: &Endpoints,
    identifier: &str,
    password: &Secret<String>,
) -> Result<(Identity, Tokens), ProviderError> {
    let identifier = identifier.trim().trim_start_matches('@');
    let body = json!({"identifier": identifier, "password": password.expose()});
    let ask = Ask::post(xrpc(endpoints, "com.atproto.server.createSession")).json(body);
    let reply = calls::direct(http, rules, CREATE, ask, None).await?;
    let answer: wire::SessionAnswer = reply.read()?;
    able(&reply, answer.active, answer.status.as_deref())?;
    let mut identity = identity(&reply, &answer.did, &answer.handle)?;
    if !endpoints.custom {
        let server = wire::pds(&answer.did_doc, endpoints.get("api"));
        identity.endpoints = server.map(|url| ("api".to_owned(), url)).into_iter().collect();
    }
    Ok((identity, tokens(answer)))
}

pub(super) async fn renew(
    http: &net::Client,
    rules: &CallRules,
    endpoints: &Endpoints,
    refresh: &Secret<String>,
) -> Result<Tokens, ProviderError> {
    let ask = Ask::post(xrpc(endpoints, "com.atproto.server.refreshSession"));
    let reply = calls::direct(http, rules, REFRESH, ask, Some(refresh)).await?;
    let answer: wire::SessionAnswer = reply.read()?;
    able(&reply, answer.active, answer.status.as_deref())?;
    Ok(tokens(answer))
}

/// Ends the session. One that has ended already is what was wanted.
pub(super) async fn sign_out(
    http: &net::Client,
    rules: &CallRules,
    endpoints: &Endpoints,
    refresh: &Secret<String>,
) -> Result<(), ProviderError> {
    let ask = Ask::post(xrpc(endpoints, "com.atproto.server.deleteSession"));
    match calls::direct(http, rules, DELETE, ask, Some(refresh)).await {
        Err(error) if error.kind != ErrorKind::AuthRevoked => Err(error),
        _ => Ok(()),
    }
}

pub(super) async fn identify(session: &Session, rules: &CallRules) -> Result<Identity, ProviderError> {
    let ask = Ask::get(xrpc(&session.account.endpoints, "com.atproto.server.getSession"));
    let reply = calls::authorised(session, rules, GET, ask).await?;
    let answer: wire::WhoAnswer = reply.read()?;
    able(&reply, answer.active, answer.status.as_deref())?;
    identity(&reply, &answer.did, &answer.handle)
}

/// Address of the picture in somebody's profile, which is a record of theirs, on their own server: public, so no token.
pub(super) async fn avatar(
    http: &net::Client,
    rules: &CallRules,
    endpoints: &Endpoints,
    did: &str,
) -> Result<String, ProviderError> {
    let ask = Ask::get(xrpc(endpoints, "com.atproto.repo.getRecord"))
        .query("repo", did)
        .query("collection", "app.bsky.actor.profile")
        .query("rkey", "self");
    let reply = match calls::direct(http, rules, PROFILE, ask, None).await {
        Ok(reply) => reply,
        // Who never wrote one has none.
        Err(error) if error.remote_code == "RecordNotFound" => return Ok(String::new()),
        Err(error) => return Err(error),
    };
    let found: wire::Found = reply.read()?;
    Ok(wire::blob_address(&xrpc(endpoints, "com.atproto.sync.getBlob"), did, found.value.get("avatar")))
}

fn identity(reply: &Reply, did: &str, handle: &str) -> Result<Identity, ProviderError> {
    if !wire::is_did(did) || handle.is_empty() || handle.len() > 253 {
        return Err(reply.garbage());
    }
    Ok(Identity {
        remote_id: did.to_owned(),
        handle: handle.to_owned(),
        name: handle.to_owned(),
        kind: "user".to_owned(),
        scopes: Vec::new(),
        endpoints: Vec::new(),
        avatar: String::new(),
    })
}

/// Refuses an account the platform has taken down, suspended or deactivated.
fn able(reply: &Reply, active: Option<bool>, status: Option<&str>) -> Result<(), ProviderError> {
    if active != Some(false) {
        return Ok(());
    }
    let status = status.unwrap_or("inactive");
    let words = format!("The account is {status}.");
    Err(calls::error(ErrorKind::AccountRestricted, ID, reply.operation).replied(reply.status, status, &words))
}

fn tokens(answer: wire::SessionAnswer) -> Tokens {
    Tokens {
        access_expires_at: expiry(&answer.access_jwt),
        refresh_expires_at: expiry(&answer.refresh_jwt),
        access: Secret::new(answer.access_jwt),
        refresh: Some(Secret::new(answer.refresh_jwt)),
    }
}

/// The `exp` claim of a JWT, unverified: it only decides when to renew. `None` for any other kind of token.
fn expiry(token: &str) -> Option<UtcMs> {
    #[derive(Deserialize)]
    struct Claims {
        exp: u32,
    }
    let mut pieces = token.split('.');
    let claims = pieces.nth(1).filter(|_| token.len() <= TOKEN_MAX_BYTES && pieces.count() == 1)?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    Some(UtcMs::from_millis(i64::from(claims.exp) * 1_000))
}

fn xrpc(endpoints: &Endpoints, method: &str) -> String {
    format!("{}/xrpc/{method}", endpoints.get("api"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn the_end_is_read_from_the_token() {
        let end = expiry(&token(r#"{"scope":"com.atproto.access","exp":1763697600,"sub":"did:plc:a"}"#));
        assert_eq!(end, Some(UtcMs::from_millis(1_763_697_600_000)));
    }

    #[test]
    fn any_other_token_has_no_known_end() {
        let long = format!("{}{}", token(r#"{"exp":1}"#), "a".repeat(TOKEN_MAX_BYTES));
        for odd in
            ["", "opaque", "a.b.c", "e30.e30.x", &token(r#"{"exp":-5}"#), &token(r#"{"exp":"soon"}"#), "a.b.c.d", &long]
        {
            assert_eq!(expiry(odd), None);
        }
    }

    proptest! {
        #[test]
        fn no_token_makes_reading_it_fail(token in "[a-zA-Z0-9._-]{0,80}") {
            let _ = expiry(&token);
        }
    }
}
