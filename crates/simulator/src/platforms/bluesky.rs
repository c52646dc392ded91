//! Bluesky: a data server (PDS) of the AT Protocol, as its documents describe it and as the real one was seen to answer.
//!
//! Sessions by app password and by consent, blobs, records with client-chosen keys, read-back. No app view, no video service:
//! `app.bsky.*` calls answer 502, as a lone data server does. State lives in memory; the journal is what stays.
//!
//! Some hundred calls, right and wrong, were sent to this and to `@atproto/pds` 0.5.35: status and error name agree but
//! for two places where this is stricter on purpose (`post`: facets; `blobs::check_claims`: what a record says of a blob).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::clock::Clock;
use crate::platform::{Command, CommandError, Platform, Refusal};
use crate::recorder::Recorder;
use crate::wire::{Reply, Request};
use failure::Failure;
use limits::Charge;
use state::{Standing, State};

mod blobs;
mod consent;
mod consents;
mod failure;
mod limits;
mod node;
mod post;
mod proof;
mod reads;
mod server_calls;
mod sessions;
mod state;
mod syntax;
mod writes;

/// What `describeServer` promises for uploads; larger bodies are refused.
const BLOB_UPLOAD_LIMIT_BYTES: usize = 5 * 1024 * 1024;
const MAX_JSON_BYTES: usize = 1_000_000;

/// The simulated server.
pub struct Bluesky {
    url: String,
    recorder: Arc<Recorder>,
    clock: Arc<Clock>,
    state: Mutex<State>,
}

/// One call being answered.
struct Call<'a> {
    state: &'a mut State,
    request: &'a Request,
    recorder: &'a Recorder,
    url: &'a str,
    now_ms: i64,
    /// Whom a token that is bound to a key acts for, or why not; none where none is shown. Proofs serve once.
    bound: Option<Result<String, Failure>>,
}

type Handler = fn(&mut Call<'_>) -> Result<Reply, Failure>;

/// Every method there is: HTTP method, name, handler.
const METHODS: &[(&str, &str, Handler)] = &[
    ("POST", "com.atproto.server.createSession", server_calls::create_session),
    ("POST", "com.atproto.server.refreshSession", server_calls::refresh_session),
    ("GET", "com.atproto.server.getSession", server_calls::get_session),
    ("POST", "com.atproto.server.deleteSession", server_calls::delete_session),
    ("GET", "com.atproto.server.describeServer", server_calls::describe_server),
    ("GET", "com.atproto.identity.resolveHandle", server_calls::resolve_handle),
    ("POST", "com.atproto.repo.uploadBlob", blobs::upload),
    ("GET", "com.atproto.sync.getBlob", blobs::get),
    ("POST", writes::CREATE, writes::create),
    ("POST", writes::PUT, writes::put),
    ("POST", writes::DELETE, writes::delete),
    ("GET", "com.atproto.repo.getRecord", reads::get_record),
    ("GET", "com.atproto.repo.listRecords", reads::list_records),
];

impl Bluesky {
    /// An empty server that believes to be reachable at `url`.
    pub fn new(url: &str, recorder: Arc<Recorder>, clock: Arc<Clock>) -> Self {
        Self { url: url.to_owned(), recorder, clock, state: Mutex::new(State::default()) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, state: &mut State, request: &Request) -> Reply {
        let now_ms = self.clock.now_ms();
        let Some(name) = request.path.strip_prefix("/xrpc/") else {
            return consent::page(state, request, &self.url, now_ms).unwrap_or_else(|| Reply::empty(404));
        };
        let bound = consents::shown(request).map(|_| state.consents.authenticate(request, &self.url, now_ms));
        let nonce = bound.is_some().then(|| state.consents.nonce(now_ms));
        let call = &mut Call { state, request, recorder: &self.recorder, url: &self.url, now_ms, bound };
        let outcome = match METHODS.iter().find(|(_, method, _)| *method == name) {
            Some((verb, _, handler)) if *verb == request.method => handler(call),
            Some((verb, ..)) => {
                Err(Failure::invalid(format!("Incorrect HTTP method ({}) expected {verb}", request.method)))
            }
            None => call.authenticate().and(Err(Failure::upstream())),
        };
        let reply = outcome.unwrap_or_else(Reply::from);
        nonce.iter().fold(reply, |reply, nonce| reply.with("dpop-nonce", nonce))
    }
}

impl Platform for Bluesky {
    fn operation(&self, request: &Request) -> String {
        let path = request.path.strip_prefix("/xrpc/").unwrap_or(&request.path);
        path.strip_prefix("/oauth/").map_or_else(|| path.to_owned(), |name| format!("oauth.{name}"))
    }

    fn max_body_bytes(&self) -> usize {
        BLOB_UPLOAD_LIMIT_BYTES
    }

    fn call(&self, request: &Request) -> Reply {
        let now_ms = self.clock.now_ms();
        let mut state = self.state();
        if !state.limits.on {
            return self.answer(&mut state, request);
        }
        let charges = charges(&state, request, now_ms);
        match state.limits.charge(&charges, now_ms) {
            Some(verdict) if verdict.exceeded => verdict.mark(too_many()),
            Some(verdict) => verdict.mark(self.answer(&mut state, request)),
            None => self.answer(&mut state, request),
        }
    }

    fn refuse(&self, refusal: Refusal) -> Reply {
        match refusal {
            Refusal::Rejected => Failure::invalid("Refused by the simulator").into(),
            Refusal::RateLimited { retry_after_s } => {
                let resets_s = self.clock.now_ms() / 1_000 + i64::try_from(retry_after_s).unwrap_or(i64::MAX / 2_000);
                too_many()
                    .with("retry-after", &retry_after_s)
                    .with("ratelimit-limit", &limits::WRITES_SHORT.points)
                    .with("ratelimit-remaining", &0)
                    .with("ratelimit-reset", &resets_s)
                    .with("ratelimit-policy", &"5000;w=3600")
            }
            Refusal::ServerError => Failure::internal().into(),
            Refusal::TooLarge => Failure::too_large().into(),
        }
    }

    fn control(&self, command: &Command) -> Result<Value, CommandError> {
        let mut state = self.state();
        match command {
            Command::AddAccount { handle, app_password, main_password, second_factor } => {
                if !syntax::is_handle(handle) || state.account(handle).is_some() {
                    return Err(CommandError::UnusableHandle(handle.clone()));
                }
                let account = state.add_account(handle);
                account.app_passwords.push(app_password.clone());
                account.main_password.clone_from(main_password);
                account.second_factor.clone_from(second_factor);
                return Ok(json!({"did": account.did, "handle": account.handle}));
            }
            Command::ExpireAccess => {
                state.sessions.expire_access();
                state.consents.expire_access();
            }
            Command::RevokeTokens => {
                state.sessions.revoke_all();
                state.sessions.expire_access();
                state.consents.end_all();
                state.accounts.values_mut().for_each(|account| account.app_passwords.clear());
            }
            Command::TakeDown { handle } => set_standing(&mut state, handle, Standing::TakenDown)?,
            Command::Deactivate { handle } => set_standing(&mut state, handle, Standing::Deactivated)?,
            Command::Restore { handle } => set_standing(&mut state, handle, Standing::Active)?,
            Command::RateLimits { on } => state.limits.on = *on,
            Command::Advance { by_ms } => self.clock.advance(*by_ms),
            Command::TokensOf { handle } => {
                let did = state.account(handle).map(|account| account.did.clone());
                let did = did.ok_or_else(|| CommandError::UnknownAccount(handle.clone()))?;
                return Ok(json!({"tokens": state.consents.acting_for(&did, self.clock.now_ms())}));
            }
            Command::Configure { .. }
            | Command::Grant { .. }
            | Command::RemoveApps { .. }
            | Command::ChangePassword { .. }
            | Command::ForgetApps
            | Command::RegisterApp { .. }
            | Command::RotateKey
            | Command::DecideUserCode { .. } => {
                return Err(CommandError::NotHere);
            }
        }
        Ok(Value::Null)
    }
}

fn set_standing(state: &mut State, handle: &str, standing: Standing) -> Result<(), CommandError> {
    let account = state.account_mut(handle).ok_or_else(|| CommandError::UnknownAccount(handle.to_owned()))?;
    account.standing = standing;
    Ok(())
}

fn too_many() -> Reply {
    Failure::new(429, "RateLimitExceeded", "Rate Limit Exceeded").into()
}

/// What a call uses up: all calls together (one client, one address), and its own kind per account.
fn charges(state: &State, request: &Request, now_ms: i64) -> Vec<Charge> {
    let charge = |policy, whom: String, points| Charge { policy, whom, points };
    let mut charges = vec![charge(limits::ALL_CALLS, "address".to_owned(), 1)];
    let name = request.path.strip_prefix("/xrpc/").unwrap_or_default();
    if name == "com.atproto.server.createSession" {
        let input: Value = request.json().unwrap_or_default();
        let whom = format!("session {}", input.get("identifier").and_then(Value::as_str).unwrap_or_default());
        charges.extend([limits::SESSIONS_SHORT, limits::SESSIONS_LONG].map(|policy| charge(policy, whom.clone(), 1)));
    }
    let by_consent = state.consents.holder(request).map(ToOwned::to_owned);
    let Some(did) = by_consent.or_else(|| state.sessions.authenticate(request, now_ms).ok()) else { return charges };
    let points = match name {
        writes::CREATE => 3,
        writes::PUT => 2,
        writes::DELETE => 1,
        "com.atproto.repo.uploadBlob" => {
            charges.push(charge(limits::UPLOADS, format!("upload {did}"), 1));
            0
        }
        _ => 0,
    };
    if points > 0 {
        let whom = format!("write {did}");
        charges.extend([limits::WRITES_SHORT, limits::WRITES_LONG].map(|policy| charge(policy, whom.clone(), points)));
    }
    charges
}

impl Call<'_> {
    /// The account whose access token this call shows.
    fn authenticate(&self) -> Result<String, Failure> {
        self.bound.clone().unwrap_or_else(|| self.state.sessions.authenticate(self.request, self.now_ms))
    }

    /// The JSON input, after the checks the server makes before it looks inside.
    fn input(&self) -> Result<Value, Failure> {
        match self.request.header("content-type").map(|kind| kind.split(';').next().unwrap_or_default().trim()) {
            None => Err(Failure::invalid("Request encoding (Content-Type) required but not provided")),
            Some("application/json") if self.request.body.len() > MAX_JSON_BYTES => {
                Err(Failure::new(413, "PayloadTooLargeError", "request entity too large"))
            }
            Some("application/json") => {
                self.request.json().map_err(|error| Failure::new(400, "SyntaxError", error.to_string()))
            }
            Some(kind) => Err(Failure::invalid(format!("Wrong request encoding (Content-Type): {kind}"))),
        }
    }

    /// A query parameter the method cannot do without.
    fn param(&self, name: &str) -> Result<&str, Failure> {
        self.request.param(name).ok_or_else(|| self.bad_param(&format!("Missing required key \"{name}\"")))
    }

    fn bad_param(&self, what: &str) -> Failure {
        let method = self.request.path.trim_start_matches("/xrpc/");
        Failure::invalid(format!("Invalid {method} params: {what}"))
    }
}
