//! Sessions, the server's own description, and names.

use serde_json::{Value, json};

use super::failure::Failure;
use super::node::Node;
use super::sessions::Pair;
use super::state::{Account, Standing};
use super::{BLOB_UPLOAD_LIMIT_BYTES, Call, syntax};
use crate::wire::Reply;

pub fn create_session(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let input = call.input()?;
    let input = Node::root(&input, "$");
    let identifier = input.required("identifier")?.string()?;
    let password = input.required("password")?.string()?;
    let factor = input.optional("authFactorToken")?.map(|token| token.string()).transpose()?;
    let account = call.state.account(identifier).ok_or_else(wrong_password)?;
    let did = account.did.clone();
    check_password(account, password, factor)?;
    let pair = call.state.sessions.open(&did, call.now_ms);
    session(call, &pair)
}

/// An app password needs no second factor; the main one may. A taken-down account cannot be told from a wrong password.
fn check_password(account: &Account, password: &str, factor: Option<&str>) -> Result<(), Failure> {
    let by_app = account.app_passwords.iter().any(|known| known == password);
    let by_owner = account.main_password.as_deref() == Some(password);
    if account.standing == Standing::TakenDown || !(by_app || by_owner) {
        return Err(wrong_password());
    }
    match account.second_factor.as_deref() {
        Some(code) if !by_app && factor != Some(code) => {
            Err(Failure::new(401, "AuthFactorTokenRequired", "A sign in code has been sent to your email address"))
        }
        _ => Ok(()),
    }
}

fn wrong_password() -> Failure {
    Failure::new(401, "AuthenticationRequired", "Invalid identifier or password")
}

pub fn refresh_session(call: &mut Call<'_>) -> Result<Reply, Failure> {
    refuse_body(call)?;
    let did = call.state.sessions.refresher(call.request, call.now_ms)?;
    let account = call.state.accounts.get(&did).ok_or_else(Failure::internal)?;
    if account.standing == Standing::TakenDown {
        account.check_standing()?;
    }
    let pair = call.state.sessions.rotate(call.request, call.now_ms)?;
    session(call, &pair)
}

pub fn get_session(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let did = call.authenticate()?;
    let account = call.state.accounts.get(&did).filter(|account| account.standing != Standing::TakenDown);
    let account = account.ok_or_else(|| Failure::invalid(format!("Could not find user info for account: {did}")))?;
    Ok(Reply::json(200, &description(account)))
}

pub fn delete_session(call: &mut Call<'_>) -> Result<Reply, Failure> {
    refuse_body(call)?;
    call.state.sessions.close(call.request, call.now_ms)?;
    Ok(Reply::empty(200))
}

/// These calls have no input, and the server is strict about it.
fn refuse_body(call: &Call<'_>) -> Result<(), Failure> {
    if call.request.body.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid("A request body was provided when none was expected"))
    }
}

fn description(account: &Account) -> Value {
    let mut description = json!({
        "did": account.did, "handle": account.handle, "active": account.standing == Standing::Active,
        "email": format!("{}@mail.example", account.handle), "emailConfirmed": true,
        "emailAuthFactor": account.second_factor.is_some(),
    });
    if account.standing == Standing::Deactivated {
        description["status"] = json!("deactivated");
    }
    description
}

fn session(call: &Call<'_>, pair: &Pair) -> Result<Reply, Failure> {
    let account = call.state.accounts.get(&pair.did).ok_or_else(Failure::internal)?;
    let mut session = description(account);
    session["accessJwt"] = json!(pair.access);
    session["refreshJwt"] = json!(pair.refresh);
    session["didDoc"] = did_document(account, call.url);
    Ok(Reply::json(200, &session))
}

/// Who an account is and where it lives, as the directory says it.
pub fn did_document(account: &Account, url: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/did/v1"], "id": account.did,
        "alsoKnownAs": [format!("at://{}", account.handle)],
        "service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": url}],
    })
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
pub fn describe_server(_: &mut Call<'_>) -> Result<Reply, Failure> {
    Ok(Reply::json(
        200,
        &json!({
            "did": "did:web:localhost", "availableUserDomains": [".test"], "inviteCodeRequired": false,
            "blobUploadLimit": BLOB_UPLOAD_LIMIT_BYTES, "links": {}, "contact": {},
        }),
    ))
}

pub fn resolve_handle(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let handle = call.param("handle")?;
    if !syntax::is_handle(handle) {
        return Err(call.bad_param(&format!("Invalid handle (got \"{handle}\")")));
    }
    match call.state.visible(handle) {
        Some(account) => Ok(Reply::json(200, &json!({"did": account.did}))),
        None => Err(Failure::new(400, "HandleNotFound", "Unable to resolve handle")),
    }
}
