//! The control API: fault switches, accounts and consent without a browser, stop.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::answer::{from_json, tokens_json, unique_pairs};
use super::authorize::{DEFAULT_NAME, Decision, Unfit, carry_out, check};
use crate::app::Shared;
use crate::engine::{Engine, clean_name};
use crate::event::{Event, Via};
use crate::faults::{Fault, FaultKind, Operation};
use crate::model::{Kind, Scope};
use crate::refusal::{Code, Refusal};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultBody {
    kind: FaultKind,
    #[serde(default)]
    times: Option<u32>,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    operation: Option<Operation>,
    #[serde(default)]
    delay_ms: Option<u32>,
}

/// Arms a switch, or revokes at once.
pub async fn arm(State(app): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let input: FaultBody = from_json(&headers, &body)?;
    let times = input.times.unwrap_or(1);
    let most = match input.kind {
        FaultKind::AcceptLate => app.limits.late_accept_ms,
        _ => app.limits.hang_max_ms,
    };
    if !(1..=10_000).contains(&times) || input.delay_ms.is_some_and(|delay| delay > most) {
        return Err(Code::BadRequest.into());
    }
    let (kind, operation, delay_ms) = (input.kind, input.operation, input.delay_ms);
    let account = input.account;
    let (fault, revoked) = app
        .act(move |engine| {
            if account.as_ref().is_some_and(|id| !engine.world.accounts.contains_key(id)) {
                return Err(Code::AccountUnknown.into());
            }
            let id = engine.dice.id("fault_");
            engine.record(Event::FaultSet { fault: id.clone(), kind, account: account.clone(), operation })?;
            let revoked = match kind {
                FaultKind::Revoke => engine.revoke_all(account.as_deref())?,
                _ => 0,
            };
            Ok((Fault { id, kind, remaining: times, account, operation, delay_ms }, revoked))
        })
        .await?;
    if kind == FaultKind::Revoke {
        return Ok(Json(json!({"revoked_sessions": revoked})).into_response());
    }
    let answer = json!(fault);
    if app.faults().arm(fault) {
        Ok((StatusCode::CREATED, Json(answer)).into_response())
    } else {
        Err(Code::Full.into())
    }
}

/// The armed switches.
pub async fn armed(State(app): State<Shared>) -> Json<Value> {
    let faults = json!(app.faults().armed());
    Json(json!({"faults": faults}))
}

/// Disarms all.
pub async fn disarm(State(app): State<Shared>) -> Json<Value> {
    let cleared = app.faults().clear();
    Json(json!({"cleared": cleared}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    kind: Kind,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<Scope>>,
    #[serde(default)]
    access_token_life_s: Option<u32>,
}

/// An account and a session without a browser.
pub async fn account(State(app): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let input: AccountBody = from_json(&headers, &body)?;
    let life_s = input.access_token_life_s;
    if life_s.is_some_and(|life| !(1..=86_400).contains(&life)) {
        return Err(Code::BadRequest.into());
    }
    let answer = app
        .act(move |engine| {
            let asked = input.scopes.unwrap_or_else(|| vec![Scope::Read, Scope::Write]);
            let scopes = Engine::grantable(input.kind, &asked);
            if scopes.is_empty() {
                return Err(Code::BadRequest.into());
            }
            let account = engine.account(input.kind, input.name.as_deref().unwrap_or(DEFAULT_NAME))?;
            let (_, tokens) = engine.issue(&account.id, &scopes, Via::Control, life_s)?;
            let mut answer = tokens_json(&tokens);
            if let Some(map) = answer.as_object_mut() {
                let shown = json!({"id": account.id, "name": account.name, "kind": account.kind});
                map.insert("account".to_owned(), shown);
            }
            Ok(answer)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentBody {
    authorize_url: String,
    kind: Kind,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    decision: Option<DecisionBody>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum DecisionBody {
    Allow,
    Deny,
}

/// What the consent page would do with this address and these choices.
pub async fn consent(State(app): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Json<Value>, Refusal> {
    let input: ConsentBody = from_json(&headers, &body)?;
    let url = Url::parse(&input.authorize_url).map_err(|_| Code::BadRequest)?;
    let own = url.path() == "/oauth/authorize" && app.hosts.iter().any(|host| *host == url.authority());
    let name = input.name.unwrap_or_else(|| DEFAULT_NAME.to_owned());
    if !own || clean_name(&name).is_none() {
        return Err(Code::BadRequest.into());
    }
    let pairs = unique_pairs(url.query().unwrap_or_default().as_bytes());
    let redirect_to = match check(&app.base, pairs.as_ref()) {
        Err(Unfit::Page(_)) => return Err(Code::BadRequest.into()),
        Err(Unfit::Back(to)) => to,
        Ok(request) => {
            let decision = match input.decision {
                Some(DecisionBody::Deny) => Decision::Deny,
                _ => Decision::Allow,
            };
            let base = app.base.clone();
            app.act(move |engine| carry_out(engine, &base, &request, input.kind, &name, decision)).await?
        }
    };
    Ok(Json(json!({"redirect_to": redirect_to})))
}

/// Stops the network cleanly.
pub async fn stop(State(app): State<Shared>) -> Response {
    app.stop.cancel();
    (StatusCode::ACCEPTED, Json(json!({"stopping": true}))).into_response()
}
