//! The consent pages: sign in, allow or deny, and back to the client with a code or a refusal.

use url::Url;

use super::failure::Failure;
use super::fields::Fields;
use super::state::{Asked, Code};
use super::{Call, Outcome, pages, tokens};
use crate::oauth::{random, redirect};
use crate::wire::Reply;

const COOKIE: &str = "_session";

pub fn show(call: &mut Call<'_>) -> Outcome {
    let fields = call.fields()?;
    let asked = match check(call, &fields) {
        Ok(asked) => asked,
        Err(reply) => return Ok(reply),
    };
    let forced = fields.truth("force_login") == Some(true);
    match signed_in(call).filter(|_| !forced) {
        Some(account) => Ok(pages::consent(&asked, &account)),
        None => Ok(pages::sign_in(&asked.query, None)),
    }
}

/// Checks name and password, and goes on to the consent page.
pub fn sign_in(call: &mut Call<'_>) -> Outcome {
    let fields = call.fields()?;
    let query = fields.text("query").unwrap_or_default();
    let name = fields.text("username").unwrap_or_default();
    let account =
        call.state.account(name.trim()).filter(|account| fields.text("password") == Some(account.password.clone()));
    let Some(id) = account.map(|account| account.id.clone()) else {
        return Ok(pages::sign_in(&query, Some("Invalid e-mail address or password.")));
    };
    let session = random();
    call.state.sessions.insert(session.clone(), id);
    let cookie = format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax");
    Ok(to(&format!("{}/oauth/authorize?{query}", call.url)).with("set-cookie", &cookie))
}

pub fn decide(call: &mut Call<'_>) -> Outcome {
    let fields = call.fields()?;
    let asked = match check(call, &fields) {
        Ok(asked) => asked,
        Err(reply) => return Ok(reply),
    };
    let Some(account) = signed_in(call).and_then(|name| Some(call.state.account(&name)?.id.clone())) else {
        return Ok(pages::sign_in(&asked.query, None));
    };
    if fields.text("decision").as_deref() != Some("allow") {
        let why = "The resource owner or authorization server denied the request.";
        return Ok(back(
            &asked.redirect_uri,
            &[("error", "access_denied"), ("error_description", why)],
            asked.state.as_deref(),
        ));
    }
    let code = random();
    let Asked { client_id, redirect_uri, scopes, state, challenge, .. } = asked;
    let granted =
        Code { client_id, account, redirect_uri: redirect_uri.clone(), scopes, challenge, issued_ms: call.now_ms };
    call.state.codes.insert(code.clone(), granted);
    if redirect_uri == redirect::OUT_OF_BAND {
        return Ok(pages::code(&code));
    }
    Ok(back(&redirect_uri, &[("code", &code)], state.as_deref()))
}

/// The request, or the page or redirect that refuses it. Nobody is redirected to an address that was not registered.
fn check(call: &Call<'_>, fields: &Fields) -> Result<Asked, Reply> {
    let text = |name: &str| fields.filled(name);
    let client_id = text("client_id").unwrap_or_default();
    let Some(app) = call.state.apps.get(&client_id) else {
        return Err(pages::problem(401, &Failure::client().description.unwrap_or_default()));
    };
    let redirect_uri = text("redirect_uri").unwrap_or_default();
    let free = call.flavour().ignores_loopback_port();
    if !app.redirect_uris.iter().any(|known| redirect::matches(known, &redirect_uri, free)) {
        return Err(pages::problem(400, "The redirect uri included is not valid."));
    }
    let state = text("state");
    let refuse = |error, why| back(&redirect_uri, &[("error", error), ("error_description", why)], state.as_deref());
    if text("response_type").as_deref() != Some("code") {
        return Err(refuse(
            "unsupported_response_type",
            "The authorization server does not support this response type.",
        ));
    }
    let scopes = tokens::words(&text("scope").unwrap_or_else(|| "read".to_owned()));
    if tokens::check_subset(Some(app), &scopes).is_err() {
        return Err(refuse("invalid_scope", "The requested scope is invalid, unknown, or malformed."));
    }
    let challenge = text("code_challenge");
    let method = text("code_challenge_method");
    if call.flavour().has_metadata() && challenge.is_some() && method.as_deref() != Some("S256") {
        return Err(refuse("invalid_code_challenge_method", "The code_challenge_method must be S256."));
    }
    let names =
        ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];
    let pairs = names.iter().filter_map(|name| Some((*name, text(name)?)));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Ok(Asked { client_id, app: app.name.clone(), redirect_uri, scopes, state, challenge, query })
}

/// The name of the account signed in with this browser.
fn signed_in(call: &Call<'_>) -> Option<String> {
    let cookies = call.request.header("cookie")?;
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    let session = pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value).next_back()?;
    let id = call.state.sessions.get(session)?;
    call.state.accounts.get(id).map(|account| account.username.clone())
}

fn back(redirect_uri: &str, query: &[(&str, &str)], state: Option<&str>) -> Reply {
    let Ok(mut url) = Url::parse(redirect_uri) else { return pages::problem(400, "The redirect uri is not valid.") };
    url.query_pairs_mut().extend_pairs(query).extend_pairs(state.map(|state| ("state", state)));
    to(url.as_str())
}

fn to(url: &str) -> Reply {
    Reply::empty(302).with("location", &url)
}
