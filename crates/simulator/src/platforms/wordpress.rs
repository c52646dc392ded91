//! WordPress on somebody's own server: discovery, the page that approves an application password, and what the password
//! opens. From `wordpress.md`, sections 2.1 to 2.3 and 5, and from WordPress 6.1 to 6.7 seen at work.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::clock::Clock;
use crate::oauth::pages;
use crate::platform::{Command, CommandError, Platform, Refusal};
use crate::wire::{Reply, Request};
use state::{Account, State};

mod approve;
mod discovery;
mod rest;
mod settings;
mod state;

const MAX_BODY_BYTES: usize = 64 * 1024;
const APPROVE: &str = "/wp-admin/authorize-application.php";

/// The simulated site.
pub struct Wordpress {
    url: String,
    clock: Arc<Clock>,
    state: Mutex<State>,
}

/// One call being answered.
struct Call<'a> {
    state: &'a mut State,
    request: &'a Request,
    /// The site's own address, without a slash at the end.
    url: &'a str,
    now_ms: i64,
}

/// A refusal of the REST interface: status, code, sentence.
type Failure = (u16, &'static str, &'static str);
type Outcome = Result<Reply, Failure>;

const NO_ROUTE: Failure = (404, "rest_no_route", "No route was found matching the URL and request method.");

impl Wordpress {
    /// An empty site that believes to be reachable at `url`.
    pub fn new(url: &str, clock: Arc<Clock>) -> Self {
        Self { url: url.to_owned(), clock, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request as it is seen within a folder.
fn below(request: &Request, folder: &str) -> Option<Request> {
    let path = request.path.strip_prefix(folder).filter(|path| path.is_empty() || path.starts_with('/'))?;
    let path = if path.is_empty() { "/" } else { path }.to_owned();
    Some(Request { path, ..request.clone() })
}

fn say((status, code, message): Failure) -> Reply {
    Reply::json(status, &json!({"code": code, "message": message, "data": {"status": status}}))
}

impl Platform for Wordpress {
    fn operation(&self, request: &Request) -> String {
        let Some(request) = below(request, &self.state().settings.folder) else { return request.path.clone() };
        let request = &request;
        let rest = rest::path(&self.state().settings, request);
        match (rest.as_deref(), request.path.as_str()) {
            (Some("/"), _) => "rest.index".to_owned(),
            (Some("/wp/v2/users/me"), _) => "users.me".to_owned(),
            (Some(path), _) if path.starts_with(rest::PASSWORDS) => {
                format!("passwords.{}", request.method.to_lowercase())
            }
            (None, "/") => "home".to_owned(),
            (None, APPROVE) if request.method == "POST" => "passwords.decide".to_owned(),
            (None, APPROVE) => "passwords.authorize".to_owned(),
            _ => request.path.clone(),
        }
    }

    fn max_body_bytes(&self) -> usize {
        MAX_BODY_BYTES
    }

    fn call(&self, request: &Request) -> Reply {
        let mut state = self.state();
        let Some(request) = below(request, &state.settings.folder) else {
            return pages::problem("WordPress", 404, "Page not found");
        };
        let (request, url) = (&request, format!("{}{}", self.url, state.settings.folder));
        let rest = rest::path(&state.settings, request);
        let call = &mut Call { state: &mut state, request, url: &url, now_ms: self.clock.now_ms() };
        match (request.method.as_str(), rest, request.path.as_str()) {
            (_, Some(path), _) => rest::answer(call, &path).unwrap_or_else(say),
            ("GET" | "HEAD", None, "/") => discovery::home(call),
            ("GET", None, APPROVE) => approve::show(call),
            ("POST", None, APPROVE) => approve::decide(call),
            _ => pages::problem("WordPress", 404, "Page not found"),
        }
    }

    /// WordPress has no limits of its own: what refuses is a host or a firewall, with a page.
    fn refuse(&self, refusal: Refusal) -> Reply {
        let page = |status, sentence| pages::problem("Firewall", status, sentence);
        match refusal {
            Refusal::Rejected => say((400, "rest_invalid_param", "Invalid parameter(s).")),
            Refusal::RateLimited { retry_after_s } => {
                page(429, "Too many requests.").with("retry-after", &retry_after_s)
            }
            Refusal::ServerError => say((500, "internal_server_error", "There has been a critical error.")),
            Refusal::TooLarge => page(413, "Request Entity Too Large"),
        }
    }

    fn control(&self, command: &Command) -> Result<Value, CommandError> {
        let mut state = self.state();
        match command {
            Command::AddAccount { handle, app_password, .. } => {
                return state.add_account(handle, app_password, self.clock.now_ms());
            }
            Command::RevokeTokens => state.passwords.clear(),
            Command::TakeDown { handle } | Command::Deactivate { handle } => account(&mut state, handle)?.shut = true,
            Command::Restore { handle } => account(&mut state, handle)?.shut = false,
            Command::Advance { by_ms } => self.clock.advance(*by_ms),
            Command::Configure { settings } => state.settings = state.settings.with(settings)?,
            Command::TokensOf { handle } => {
                let login = account(&mut state, handle)?.login.clone();
                let count = state.passwords.values().filter(|password| password.login == login).count();
                return Ok(json!({"tokens": count}));
            }
            _ => return Err(CommandError::NotHere),
        }
        Ok(Value::Null)
    }
}

fn account<'a>(state: &'a mut State, login: &str) -> Result<&'a mut Account, CommandError> {
    state.accounts.get_mut(login).ok_or_else(|| CommandError::UnknownAccount(login.to_owned()))
}
