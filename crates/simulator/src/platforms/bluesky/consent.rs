//! The OAuth profile of the AT Protocol (`bluesky.md`, 3): requests sent ahead, a consent page, codes, tokens bound to a
//! key. The data server is its own authorization server, as self-hosted ones are.
//!
//! Only the clients of programs on a computer are known, which describe themselves in their id: no page on the web is
//! fetched here. The consent page is a form with the fields `decision` (`allow`, or anything else for no) and `account` (a
//! handle; whoever the request hints at where it is left out).

use maud::html;
use serde_json::{Value, json};
use url::Url;

use super::consents::{Code, Consents, Pushed, Session};
use super::proof::Flaw;
use super::state::State;
use crate::oauth::{Form, client, pages, random, redirect};
use crate::wire::{Reply, Request};

const REQUEST_LIFE_MS: i64 = 300_000;
const CODE_LIFE_MS: i64 = 60_000;
/// Of everything a public client is given.
const SESSION_LIFE_MS: i64 = 14 * 86_400_000;
const SCOPES: [&str; 4] = ["atproto", "transition:generic", "transition:chat.bsky", "transition:email"];

/// Why not, in the words of RFC 6749 and 9449.
struct No(&'static str, &'static str);

type Outcome = Result<Reply, No>;

/// Answers what is no XRPC; none where there is no such page.
pub fn page(state: &mut State, request: &Request, url: &str, now_ms: i64) -> Option<Reply> {
    if let Some(did) = request.path.strip_prefix('/').filter(|path| path.starts_with("did:")) {
        return Some(document(state, did, url));
    }
    let outcome = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/.well-known/oauth-protected-resource") => {
            return Some(Reply::json(200, &json!({"resource": url, "authorization_servers": [url]})));
        }
        ("GET", "/.well-known/oauth-authorization-server") => return Some(Reply::json(200, &metadata(url))),
        ("GET", "/oauth/authorize") => return Some(show(state, request, now_ms)),
        ("POST", "/oauth/authorize") => return Some(decide(state, request, url, now_ms)),
        ("POST", "/oauth/par") => push(state, request, url, now_ms),
        ("POST", "/oauth/token") => token(state, request, url, now_ms),
        ("POST", "/oauth/revoke") => revoke(state, request, url, now_ms),
        _ => return None,
    };
    let reply =
        outcome.unwrap_or_else(|No(error, why)| Reply::json(400, &json!({"error": error, "error_description": why})));
    Some(reply.with("dpop-nonce", &state.consents.proofs[0].nonce(now_ms)).with("cache-control", &"no-store"))
}

/// As the directory has it.
fn document(state: &State, did: &str, url: &str) -> Reply {
    let Some(account) = state.accounts.get(did) else {
        return Reply::json(404, &json!({"message": format!("DID not registered: {did}")}));
    };
    Reply::json(200, &super::server_calls::did_document(account, url))
}

fn metadata(url: &str) -> Value {
    let at = |path: &str| format!("{url}/oauth/{path}");
    json!({
        "issuer": url, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "revocation_endpoint": at("revoke"), "pushed_authorization_request_endpoint": at("par"),
        "require_pushed_authorization_requests": true, "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"], "scopes_supported": SCOPES,
        "code_challenge_methods_supported": ["S256"], "token_endpoint_auth_methods_supported": ["none"],
        "dpop_signing_alg_values_supported": ["ES256"], "authorization_response_iss_parameter_supported": true,
        "client_id_metadata_document_supported": true,
    })
}

/// What a client id says of itself: its redirects, without a port, and its scopes.
fn described(client_id: &str) -> Option<(Vec<String>, Vec<String>)> {
    let url = Url::parse(client_id).ok()?;
    let bare = client_id.starts_with("http://localhost") && url.host_str() == Some("localhost") && url.port().is_none();
    if !bare || url.path() != "/" || url.fragment().is_some() {
        return None;
    }
    let (mut redirects, mut scopes) = (Vec::new(), None);
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "redirect_uri" if redirect::is_http_on(&value, &["127.0.0.1", "[::1]"]) => {
                redirects.push(value.into_owned());
            }
            "scope" if scopes.is_none() => scopes = Some(value.split(' ').map(ToOwned::to_owned).collect()),
            _ => return None,
        }
    }
    if redirects.is_empty() {
        redirects = ["http://127.0.0.1/", "http://[::1]/"].map(ToOwned::to_owned).to_vec();
    }
    Some((redirects, scopes.unwrap_or_else(|| vec!["atproto".to_owned()])))
}

fn proved(state: &mut State, request: &Request, url: &str, now_ms: i64) -> Result<String, No> {
    state.consents.proofs[0].check(request, url, None, now_ms).map_err(|flaw| match flaw {
        Flaw::Nonce => No("use_dpop_nonce", "Authorization server requires nonce in DPoP proof"),
        Flaw::Invalid(why) => No("invalid_dpop_proof", why),
    })
}

fn push(state: &mut State, request: &Request, url: &str, now_ms: i64) -> Outcome {
    let key = proved(state, request, url, now_ms)?;
    let form = Form::body(request);
    let field = |name: &'static str| form.get(name).map(ToOwned::to_owned).ok_or(No("invalid_request", name));
    let client_id = field("client_id")?;
    let (redirects, scopes) =
        described(&client_id).ok_or(No("invalid_client_metadata", "The client cannot be looked up."))?;
    if form.get("client_secret").is_some() {
        return Err(No("invalid_client", "Public clients have no secret."));
    }
    let redirect_uri = field("redirect_uri")?;
    if !redirects.iter().any(|known| redirect::matches(known, &redirect_uri, true)) {
        return Err(No("invalid_request", "Invalid redirect_uri"));
    }
    if form.get("response_type") != Some("code") || form.get("code_challenge_method") != Some("S256") {
        return Err(No("invalid_request", "Codes with a challenge of S256 only."));
    }
    let scope = field("scope")?;
    let known = |one: &str| SCOPES.contains(&one) && scopes.iter().any(|own| own == one);
    if !scope.split(' ').all(known) || !scope.split(' ').any(|one| one == "atproto") {
        return Err(No("invalid_scope", "The scope is not one of the client's."));
    }
    let pushed = Pushed {
        client_id,
        redirect_uri,
        scope,
        state: field("state")?,
        challenge: field("code_challenge")?,
        hint: form.get("login_hint").map(ToOwned::to_owned),
        key,
        ends_ms: now_ms + REQUEST_LIFE_MS,
    };
    let name = format!("urn:ietf:params:oauth:request_uri:req-{}", random());
    state.consents.pushed.insert(name.clone(), pushed);
    Ok(Reply::json(201, &json!({"request_uri": name, "expires_in": REQUEST_LIFE_MS / 1_000})))
}

/// The request a page is about: by its name, and by that alone.
fn named<'s>(state: &'s State, request: &Request, now_ms: i64) -> Result<(&'s str, &'s Pushed), &'static str> {
    let name = request.param("request_uri").ok_or("Requests are sent ahead here.")?;
    let known = state.consents.pushed.get_key_value(name).filter(|(_, pushed)| pushed.ends_ms > now_ms);
    let (name, pushed) = known.ok_or("This request is over.")?;
    if request.query.len() != 2 || request.param("client_id") != Some(&pushed.client_id) {
        return Err("This is not what was sent ahead.");
    }
    Ok((name, pushed))
}

fn show(state: &State, request: &Request, now_ms: i64) -> Reply {
    let (name, pushed) = match named(state, request, now_ms) {
        Ok(found) => found,
        Err(why) => return pages::problem("Bluesky", 400, why),
    };
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", pushed.client_id.as_str()), ("request_uri", name)])
        .finish();
    let body = html! {
        p { "The app " strong { (pushed.client_id) } " would like: " (pushed.scope) }
        form method="post" action={"/oauth/authorize?" (query)} {
            label for="account" { "Account" } " "
            select id="account" name="account" {
                @for account in state.accounts.values() {
                    option value=(account.handle) selected[pushed.hint.as_ref() == Some(&account.handle)] { (account.handle) }
                }
            }
            button type="submit" name="decision" value="allow" { "Authorize" }
            button type="submit" name="decision" value="deny" { "Deny access" }
        }
    };
    pages::page("Bluesky", 200, "Authorize", &body)
}

fn decide(state: &mut State, request: &Request, url: &str, now_ms: i64) -> Reply {
    let (name, asked) = match named(state, request, now_ms) {
        Ok((name, pushed)) => (name.to_owned(), pushed.clone()),
        Err(why) => return pages::problem("Bluesky", 400, why),
    };
    let form = Form::body(request);
    let who = form.get("account").or(asked.hint.as_deref());
    let did = match who {
        Some(who) => state.visible(who).map(|account| account.did.clone()),
        None => state.accounts.keys().next().cloned(),
    };
    let (Some(did), Ok(mut back)) = (did, Url::parse(&asked.redirect_uri)) else {
        return pages::problem("Bluesky", 400, "There is no such account.");
    };
    // A request serves once.
    state.consents.pushed.remove(&name);
    back.query_pairs_mut().extend_pairs([("iss", url), ("state", &asked.state)]);
    if form.get("decision") == Some("allow") {
        let code = format!("cod-{}", random());
        back.query_pairs_mut().append_pair("code", &code);
        let code_of = Code { asked, did, ends_ms: now_ms + CODE_LIFE_MS, session: None };
        state.consents.codes.insert(code, code_of);
    } else {
        back.query_pairs_mut().extend_pairs([("error", "access_denied"), ("error_description", "Access denied")]);
    }
    Reply::empty(303).with("location", &back)
}

fn token(state: &mut State, request: &Request, url: &str, now_ms: i64) -> Outcome {
    let key = proved(state, request, url, now_ms)?;
    let form = Form::body(request);
    let session = match form.get("grant_type") {
        Some("authorization_code") => of_code(&mut state.consents, &form, &key, now_ms)?,
        Some("refresh_token") => of_refresh(&mut state.consents, &form, &key, now_ms)?,
        _ => return Err(No("unsupported_grant_type", "No such grant type.")),
    };
    let answer = state.consents.open(session, now_ms).ok_or(No("invalid_grant", "Session over"))?;
    Ok(Reply::json(200, &answer))
}

fn of_code(consents: &mut Consents, form: &Form, key: &str, now_ms: i64) -> Result<u64, No> {
    let invalid = || No("invalid_grant", "Invalid code");
    let code = consents.codes.get_mut(form.get("code").unwrap_or_default()).ok_or_else(invalid)?;
    if let Some(session) = code.session {
        // A code used twice ends what it gave.
        if let Some(session) = consents.sessions.get_mut(&session) {
            session.over = true;
        }
        return Err(invalid());
    }
    let asked = &code.asked;
    let verified = client::s256(form.get("code_verifier").unwrap_or_default()) == asked.challenge;
    let same = form.get("client_id") == Some(&asked.client_id)
        && form.get("redirect_uri") == Some(&asked.redirect_uri)
        && asked.key == key;
    if !(verified && same) || code.ends_ms <= now_ms {
        return Err(invalid());
    }
    consents.count += 1;
    code.session = Some(consents.count);
    let session = Session {
        did: code.did.clone(),
        client_id: asked.client_id.clone(),
        scope: asked.scope.clone(),
        key: key.to_owned(),
        ends_ms: now_ms + SESSION_LIFE_MS,
        over: false,
    };
    consents.sessions.insert(consents.count, session);
    Ok(consents.count)
}

fn of_refresh(consents: &mut Consents, form: &Form, key: &str, now_ms: i64) -> Result<u64, No> {
    let invalid = || No("invalid_grant", "Invalid refresh token");
    let shown = form.get("refresh_token").unwrap_or_default();
    if let Some(session) = consents.spent.get(shown).and_then(|session| consents.sessions.get_mut(session)) {
        session.over = true;
    }
    let id = *consents.refresh.get(shown).ok_or_else(invalid)?;
    let session = consents.sessions.get(&id).ok_or_else(invalid)?;
    let same = form.get("client_id") == Some(&session.client_id) && session.key == key;
    if !same || session.over || session.ends_ms <= now_ms {
        return Err(invalid());
    }
    consents.refresh.remove(shown);
    consents.spent.insert(shown.to_owned(), id);
    // The access token before goes with it.
    consents.access.retain(|_, (session, _)| *session != id);
    Ok(id)
}

/// 200 even for tokens nobody knows.
fn revoke(state: &mut State, request: &Request, url: &str, now_ms: i64) -> Outcome {
    proved(state, request, url, now_ms)?;
    let form = Form::body(request);
    let token = form.get("token").ok_or(No("invalid_request", "token"))?;
    let consents = &mut state.consents;
    let session = consents.access.get(token).map(|(session, _)| *session).or(consents.refresh.get(token).copied());
    if let Some(session) = session.and_then(|session| consents.sessions.get_mut(&session)) {
        session.over = true;
    }
    Ok(Reply::json(200, &json!({})))
}

#[cfg(test)]
mod tests {
    use super::described;

    /// `bluesky.md`, 3.1.
    #[test]
    fn clients_on_a_computer_describe_themselves() {
        let own = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&scope=atproto%20transition%3Ageneric";
        let (redirects, scopes) = described(own).unwrap();
        assert_eq!(
            (redirects, scopes),
            (vec!["http://127.0.0.1/cb".to_owned()], vec!["atproto".to_owned(), "transition:generic".to_owned()])
        );
        assert_eq!(described("http://localhost").unwrap().1, ["atproto"]);
        for bad in [
            "http://localhost:8080",
            "https://localhost",
            "http://localhost/path",
            "http://127.0.0.1",
            "http://localhost?redirect_uri=http%3A%2F%2Flocalhost%2Fcb",
            "http://localhost?other=1",
        ] {
            assert_eq!(described(bad), None, "{bad}");
        }
    }
}
