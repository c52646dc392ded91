//! A platform's table as a server.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::limits::Left;
use super::{Call, Problem, Route, Rules, State, control};
use crate::clock::Clock;
use crate::platform::{Command, CommandError, Platform, Refusal};
use crate::wire::{Reply, Request};

/// Forms are small.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The simulated server.
pub struct Site {
    rules: &'static Rules,
    url: String,
    clock: Arc<Clock>,
    state: Mutex<State>,
}

impl Site {
    /// An empty server that believes to be reachable at `url`.
    pub fn new(rules: &'static Rules, url: &str, clock: Arc<Clock>) -> Self {
        Self { rules, url: url.to_owned(), clock, state: Mutex::default() }
    }

    fn with<T>(&self, request: &Request, star: &str, act: impl FnOnce(&mut Call<'_>) -> T) -> T {
        let mut state: MutexGuard<'_, State> = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.clock.now_ms();
        act(&mut Call { rules: self.rules, state: &mut state, request, url: &self.url, star, now_ms })
    }

    fn find<'r>(&self, request: &'r Request) -> Option<(&'static Route, &'r str)> {
        let fits = |route: &'static Route| Some((route, star(route.path, &request.path)?));
        self.rules.routes.iter().filter(|route| route.method == request.method).find_map(fits)
    }

    fn no(&self, problem: &Problem) -> Reply {
        (self.rules.answer)(problem, &(self.rules.words)(problem))
    }
}

/// What stands for the `*` of a pattern: one part of the path, or all of its rest at the end.
fn star<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((before, after)) = pattern.split_once('*') else { return (pattern == path).then_some("") };
    path.strip_prefix(before)?
        .strip_suffix(after)
        .filter(|part| !part.is_empty() && (after.is_empty() || !part.contains('/')))
}

/// The answer, counted against the platform's limit where limits are on.
fn counted(call: &mut Call<'_>, route: &Route) -> Result<Reply, Problem> {
    let shown = call.request.header("authorization").or(call.request.param("access_token"));
    let token = shown.filter(|_| !route.operation.starts_with("oauth."));
    let (Some(limit), Some(token), true) = (call.rules.limit, token, call.state.windows.on) else {
        return (route.handler)(call);
    };
    let left = call.state.windows.count(limit, token, call.now_ms);
    let refusal = Problem::Refused(Refusal::RateLimited { retry_after_s: left.wait_s() });
    let outcome = if left.exceeded { Err(refusal) } else { (route.handler)(call) };
    let reply = outcome.unwrap_or_else(|problem| (call.rules.answer)(&problem, &(call.rules.words)(&problem)));
    Ok((limit.mark)(reply, &left))
}

impl Platform for Site {
    fn operation(&self, request: &Request) -> String {
        self.find(request).map_or_else(|| request.path.clone(), |(route, _)| route.operation.to_owned())
    }

    fn max_body_bytes(&self) -> usize {
        MAX_BODY_BYTES
    }

    fn call(&self, request: &Request) -> Reply {
        let Some((route, star)) = self.find(request) else { return self.no(&Problem::NotFound) };
        self.with(request, star, |call| counted(call, route)).unwrap_or_else(|problem| self.no(&problem))
    }

    fn refuse(&self, refusal: Refusal) -> Reply {
        let reply = self.no(&Problem::Refused(refusal));
        match (refusal, self.rules.limit) {
            (Refusal::RateLimited { retry_after_s }, Some(limit)) => {
                (limit.mark)(reply, &Left::nothing(limit.calls, self.clock.now_ms(), retry_after_s))
            }
            _ => reply,
        }
    }

    fn control(&self, command: &Command) -> Result<Value, CommandError> {
        if let Command::Advance { by_ms } = command {
            self.clock.advance(*by_ms);
            return Ok(Value::Null);
        }
        self.with(&Request::default(), "", |call| control::obey(call, command))
    }
}
