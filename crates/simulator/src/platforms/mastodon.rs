//! Mastodon and servers that speak its API (GoToSocial, an old Mastodon), as their documents describe them and as
//! GoToSocial was seen to answer.
//!
//! Apps, consent pages, tokens, instance descriptions, media, statuses with polls, edits and deletions, the account's own
//! list. Not here: federation, timelines, notifications, scheduled statuses, quotes. [`settings`] says what tests may
//! choose, above all what becomes of an `Idempotency-Key`. State lives in memory; the journal is what stays.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::clock::Clock;
use crate::platform::{Command, CommandError, Platform, Refusal};
use crate::recorder::Recorder;
use crate::wire::{Reply, Request};
use failure::{Failure, proxy_page};
use fields::Fields;
pub use flavour::Flavour;
use limits::Charge;
use routes::Route;
use settings::Settings;
use state::{Account, Standing, State};

mod apps;
mod authorize;
mod discovery;
mod draft;
mod entity;
mod failure;
mod fields;
mod flavour;
mod hostile;
mod limits;
mod media;
mod pages;
mod picture;
mod render;
mod routes;
mod settings;
mod state;
mod statuses;
mod text;
mod timeline;
mod tokens;

/// The largest video and what surrounds it in a form.
const MAX_BODY_BYTES: usize = 104 * 1024 * 1024;

/// The simulated server.
pub struct Mastodon {
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
    /// The server's own address, without a slash at the end.
    url: &'a str,
    /// The last part of the path, where the route has one.
    id: &'a str,
    now_ms: i64,
}

type Outcome = Result<Reply, Failure>;

impl Mastodon {
    /// An empty server that believes to be reachable at `url`.
    pub fn new(flavour: Flavour, url: &str, recorder: Arc<Recorder>, clock: Arc<Clock>) -> Self {
        let state = State::new(Settings::of(flavour));
        Self { url: url.to_owned(), recorder, clock, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, state: &mut State, route: Option<(&Route, &str)>, request: &Request) -> Reply {
        let flavour = state.settings.flavour;
        let Some((route, id)) = route else { return Failure::not_found().reply(flavour) };
        let now_ms = self.clock.now_ms();
        let call = &mut Call { state, request, recorder: &self.recorder, url: &self.url, id, now_ms };
        (route.handler)(call).unwrap_or_else(|failure| failure.reply(flavour))
    }

    /// What is answered before the server itself hears of a call.
    fn intercept(&self, settings: &Settings, operation: &str, request: &Request) -> Option<Reply> {
        if let Some(status) = settings.proxy_status {
            return Some(proxy_page(status));
        }
        if settings.proxy_max_body_bytes.is_some_and(|limit| request.body.len() > limit) {
            return Some(proxy_page(413));
        }
        if settings.wants_user_agent && request.header("user-agent").is_none_or(str::is_empty) {
            return Some(proxy_page(403));
        }
        settings.hostile.and_then(|hostile| hostile::intercept(hostile, operation, request, &self.url))
    }
}

impl Platform for Mastodon {
    fn operation(&self, request: &Request) -> String {
        routes::find(request).map_or_else(|| request.path.clone(), |(route, _)| route.operation.to_owned())
    }

    fn max_body_bytes(&self) -> usize {
        MAX_BODY_BYTES
    }

    fn call(&self, request: &Request) -> Reply {
        let mut state = self.state();
        let route = routes::find(request);
        let operation = route.map_or("", |(route, _)| route.operation);
        if let Some(reply) = self.intercept(&state.settings, operation, request) {
            return reply;
        }
        if !state.limits.on || !request.path.starts_with("/api/") {
            let hostile = state.settings.hostile;
            return hostile::disguise(hostile, operation, self.answer(&mut state, route, request));
        }
        let charges = charges(&state, operation, request);
        match state.limits.charge(&charges, self.clock.now_ms()) {
            Some(verdict) if verdict.exceeded => verdict.mark(Failure::too_many().reply(state.settings.flavour)),
            Some(verdict) => verdict.mark(self.answer(&mut state, route, request)),
            None => self.answer(&mut state, route, request),
        }
    }

    fn refuse(&self, refusal: Refusal) -> Reply {
        let settings = self.state().settings.clone();
        let reply = |failure: Failure| {
            if settings.html_errors { proxy_page(failure.status) } else { failure.reply(settings.flavour) }
        };
        match refusal {
            Refusal::Rejected => reply(Failure::invalid("Refused by the simulator")),
            Refusal::RateLimited { retry_after_s } => {
                let wait_ms = i64::try_from(retry_after_s).unwrap_or(i64::MAX / 2_000).saturating_mul(1_000);
                let resets_ms = self.clock.now_ms().saturating_add(wait_ms);
                limits::mark(reply(Failure::too_many()), limits::TOKEN.calls, 0, resets_ms)
            }
            Refusal::ServerError => reply(Failure::internal()),
            Refusal::TooLarge => proxy_page(413),
        }
    }

    fn control(&self, command: &Command) -> Result<Value, CommandError> {
        let mut state = self.state();
        match command {
            Command::AddAccount { handle, app_password, main_password, .. } => {
                let password = main_password.as_deref().unwrap_or(app_password);
                return add_account(&mut state, handle, password, self.clock.now_ms());
            }
            // No token expires here: what a server could do is to forget it.
            Command::ExpireAccess => state.tokens.clear(),
            Command::RevokeTokens => state.tokens.values_mut().for_each(|token| token.revoked = true),
            Command::TakeDown { handle } => set_standing(&mut state, handle, Standing::Disabled)?,
            Command::Deactivate { handle } => set_standing(&mut state, handle, Standing::Pending)?,
            Command::Restore { handle } => set_standing(&mut state, handle, Standing::Active)?,
            Command::RateLimits { on } => state.limits.on = *on,
            Command::Advance { by_ms } => self.clock.advance(*by_ms),
            Command::Configure { settings } => state.settings = state.settings.with(settings)?,
            Command::Grant { handle, scopes } => return tokens::grant(&mut state, handle, scopes, self.clock.now_ms()),
            Command::TokensOf { handle } => return tokens::of(&state, handle),
            Command::ForgetApps => state.forget_apps(),
            Command::RegisterApp { .. }
            | Command::RemoveApps { .. }
            | Command::ChangePassword { .. }
            | Command::RotateKey
            | Command::DecideUserCode { .. } => {
                return Err(CommandError::NotHere);
            }
        }
        Ok(Value::Null)
    }
}

fn add_account(state: &mut State, handle: &str, password: &str, now_ms: i64) -> Result<Value, CommandError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if handle.is_empty() || handle.len() > 30 || !handle.bytes().all(plain) || state.account(handle).is_some() {
        return Err(CommandError::UnusableHandle(handle.to_owned()));
    }
    let id = state.next_id(now_ms);
    let (username, password) = (handle.to_owned(), password.to_owned());
    let account = Account { id: id.clone(), username, password, standing: Standing::Active, created_ms: now_ms };
    state.accounts.insert(id.clone(), account);
    Ok(json!({"id": id, "handle": handle}))
}

fn set_standing(state: &mut State, handle: &str, standing: Standing) -> Result<(), CommandError> {
    let account = state.account_mut(handle).ok_or_else(|| CommandError::UnknownAccount(handle.to_owned()))?;
    account.standing = standing;
    Ok(())
}

/// What a call uses up: its token's and account's share or its address's, and its own kind per account.
fn charges(state: &State, operation: &str, request: &Request) -> Vec<Charge> {
    let charge = |policy, whom: String| Charge { policy, whom };
    let Some((token, account)) = tokens::whose(state, request) else {
        return vec![charge(limits::ADDRESS, "address".to_owned())];
    };
    let own = match operation {
        "media.create" => Some((limits::MEDIA, "media")),
        "statuses.create" => Some((limits::STATUSES, "statuses")),
        "statuses.delete" => Some((limits::DELETES, "deletes")),
        _ => None,
    };
    let general = [charge(limits::TOKEN, format!("token {token}")), charge(limits::ACCOUNT, format!("all {account}"))];
    general.into_iter().chain(own.map(|(policy, word)| charge(policy, format!("{word} {account}")))).collect()
}

impl Call<'_> {
    fn flavour(&self) -> Flavour {
        self.state.settings.flavour
    }

    /// What the call says, whether as JSON, form or multipart.
    fn fields(&self) -> Result<Fields, Failure> {
        Fields::read(self.request)
    }

    /// The host handles are under.
    fn domain(&self) -> String {
        let own = || self.url.trim_start_matches("http://").to_owned();
        self.state.settings.domain.clone().unwrap_or_else(own)
    }
}
