//! Decides what every request to the loopback listener is: the awaited answer, a browser's by-catch, or
//! somebody probing. Pure: it gets the parts of a request and says what to answer.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Secret;
use http::{HeaderMap, Method, StatusCode, header};
use net::guards::stands;
use subtle::ConstantTimeEq;
use tokio::sync::{Notify, oneshot};
use url::{Url, form_urlencoded};

use crate::{
    Issuer,
    pages::{DONE_PATH, Page},
};

/// Answers with a wrong state after which the attempt ends.
const WRONG_MAX: u8 = 5;
const CODE_MAX_BYTES: usize = 4_096;
/// Longest name and longest password taken.
const LOGIN_MAX_BYTES: usize = 500;
/// Longest address taken that came another way than through the listener.
const URL_MAX_BYTES: usize = 8 * 1_024;
const DESCRIPTION_MAX_CHARS: usize = 300;

/// What the browser brought back.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// An authorization code.
    Code(Secret<String>),
    /// An `error` with its description, as plain text.
    Denied { error: String, description: String },
    /// An answer with this attempt's state that cannot be trusted or used, or too many without it.
    Mismatch,
}

/// What this attempt waits for.
pub(crate) struct Expected {
    /// The redirect address, as it was sent.
    pub redirect_uri: Url,
    /// Compared in constant time; good for one answer.
    pub state: Secret<String>,
    /// Issuer the answer must come from.
    pub issuer: Option<Issuer>,
    /// Origin of the authorization server, the only one that may appear in an `Origin` header.
    pub origin: String,
    /// The site that sends a name and a password back in place of a code.
    pub site: Option<Url>,
}

/// What to send back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A status without a body.
    Empty(StatusCode),
    /// A page.
    Page(StatusCode, Page),
    /// On to [`DONE_PATH`].
    SeeDone,
}

enum Phase {
    Waiting { outcome: oneshot::Sender<Outcome>, wrong: u8 },
    Answered(Page),
}

/// Takes the requests of one attempt.
pub(crate) struct Desk {
    expected: Expected,
    phase: Mutex<Phase>,
    /// The answer was taken.
    pub answered: Notify,
    /// The page after it was asked for: nothing more will come.
    pub shown: Notify,
}

impl Desk {
    pub(crate) fn new(expected: Expected) -> (Self, oneshot::Receiver<Outcome>) {
        let (outcome, receiver) = oneshot::channel();
        let phase = Mutex::new(Phase::Waiting { outcome, wrong: 0 });
        (Self { expected, phase, answered: Notify::new(), shown: Notify::new() }, receiver)
    }

    /// Judges one request.
    pub(crate) fn answer(&self, method: &Method, path: &str, query: &str, headers: &HeaderMap) -> Reply {
        if stands("host") && !self.host_is_ours(headers) {
            return Reply::Empty(StatusCode::MISDIRECTED_REQUEST);
        }
        let wanted = path == self.expected.redirect_uri.path() || path == DONE_PATH || !stands("path");
        match (path, method) {
            ("/favicon.ico", &Method::GET) => return Reply::Empty(StatusCode::NO_CONTENT),
            _ if !wanted => return Reply::Empty(StatusCode::NOT_FOUND),
            (_, &Method::GET) => {}
            _ if !stands("method") => {}
            _ => return Reply::Empty(StatusCode::METHOD_NOT_ALLOWED),
        }
        if !self.is_navigation(headers) {
            return Reply::Empty(StatusCode::FORBIDDEN);
        }
        if path == DONE_PATH { self.done() } else { self.callback(query) }
    }

    fn done(&self) -> Reply {
        let phase = self.lock();
        let Phase::Answered(page) = &*phase else { return Reply::Empty(StatusCode::NOT_FOUND) };
        self.shown.notify_one();
        Reply::Page(StatusCode::OK, *page)
    }

    fn callback(&self, query: &str) -> Reply {
        let answer = match &self.expected.site {
            Some(site) => Answer::of_site(site, query),
            None => Answer::read(query),
        };
        let mut phase = self.lock();
        let Phase::Waiting { wrong, .. } = &mut *phase else {
            if let Some(answer) = answer.filter(|_| !stands("once")) {
                *phase = Phase::Answered(self.judge(answer).1);
                return Reply::SeeDone;
            }
            return Reply::Page(StatusCode::BAD_REQUEST, Page::NotOurs);
        };
        let ours = answer.as_ref().is_some_and(|answer| self.state_is_ours(answer));
        let Some(answer) = answer.filter(|_| ours) else {
            *wrong += 1;
            if *wrong >= WRONG_MAX && stands("guesses") {
                self.settle(&mut phase, Outcome::Mismatch, Page::Failed);
            }
            return Reply::Page(StatusCode::BAD_REQUEST, Page::NotOurs);
        };
        let (outcome, page) = self.judge(answer);
        self.settle(&mut phase, outcome, page);
        Reply::SeeDone
    }

    /// Whether an address that came another way (handed over by the system, pasted) is this attempt's answer.
    pub(crate) fn owns(&self, url: &str) -> bool {
        self.query_of(url).and_then(|query| Answer::read(&query)).is_some_and(|answer| self.state_is_ours(&answer))
    }

    /// Takes such an address; whether it was this attempt's answer and the first.
    pub(crate) fn take(&self, url: &str) -> bool {
        let Some(query) = self.query_of(url).filter(|_| self.owns(url) || !stands("owns")) else { return false };
        let taken = self.callback(&query) == Reply::SeeDone;
        // No page of ours is going to be asked for.
        self.shown.notify_one();
        taken
    }

    /// The query of an address that is the redirect address in all else.
    fn query_of(&self, url: &str) -> Option<String> {
        let mut url = Url::parse(url.trim()).ok().filter(|_| url.len() <= URL_MAX_BYTES || !stands("url_size"))?;
        let query = url.query()?.to_owned();
        url.set_query(None);
        // Some servers append `#_=_`.
        url.set_fragment(None);
        (url == self.expected.redirect_uri || !stands("address")).then_some(query)
    }

    fn settle(&self, phase: &mut MutexGuard<'_, Phase>, result: Outcome, page: Page) {
        if let Phase::Waiting { outcome, .. } = std::mem::replace(&mut **phase, Phase::Answered(page)) {
            // Nobody is left to hear it when the attempt ended in this moment.
            let _ = outcome.send(result);
        }
        self.answered.notify_one();
    }

    /// What an answer with the right state means.
    fn judge(&self, answer: Answer) -> (Outcome, Page) {
        let issuer_fits = match (&self.expected.issuer, &answer.iss) {
            (Some(expected), Some(iss)) => expected.value == *iss || !stands("issuer"),
            (Some(expected), None) => !expected.required || !stands("issuer_named"),
            (None, _) => true,
        };
        if !issuer_fits {
            return (Outcome::Mismatch, Page::Failed);
        }
        let error = answer.error.filter(|_| answer.code.is_none() || stands("error_first"));
        match (error, answer.code) {
            (Some(error), _) => {
                let page = if is_refusal(&error) { Page::Refused } else { Page::Failed };
                (Outcome::Denied { error, description: answer.description }, page)
            }
            (None, Some(code)) if (1..=CODE_MAX_BYTES).contains(&code.len()) || !stands("code_size") => {
                (Outcome::Code(Secret::new(code)), Page::Received)
            }
            _ => (Outcome::Mismatch, Page::Failed),
        }
    }

    fn state_is_ours(&self, answer: &Answer) -> bool {
        let given = answer.state.as_deref().unwrap_or_default();
        bool::from(given.as_bytes().ct_eq(self.expected.state.expose().as_bytes())) || !stands("state")
    }

    /// Stops pages that reach this listener under a name of their own.
    fn host_is_ours(&self, headers: &HeaderMap) -> bool {
        let wanted = &self.expected.redirect_uri;
        let (Some(host), port) = (wanted.host_str(), wanted.port_or_known_default().unwrap_or_default()) else {
            return false;
        };
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(given), None) = (hosts.next(), hosts.next()) else { return false };
        [host, "127.0.0.1", "[::1]"].iter().any(|ours| given == &format!("{ours}:{port}"))
    }

    /// Stops scripts, images and frames: only a page being opened may bring the answer.
    fn is_navigation(&self, headers: &HeaderMap) -> bool {
        let absent_or = |name: &str, allowed: &[&str]| {
            !stands(name) || headers.get_all(name).iter().all(|value| allowed.iter().any(|allowed| value == allowed))
        };
        absent_or("origin", &["null", self.expected.origin.as_str()])
            && absent_or("sec-fetch-mode", &["navigate"])
            && absent_or("sec-fetch-dest", &["document"])
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an `error` means that the person said no.
pub(crate) fn is_refusal(error: &str) -> bool {
    matches!(error, "access_denied" | "user_cancelled_login" | "user_cancelled_authorize")
}

/// The parameters of an answer, each at most once.
#[derive(Default)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    description: String,
}

impl Answer {
    /// `None` when one of the parameters that decide anything comes twice.
    fn read(query: &str) -> Option<Self> {
        let mut answer = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match name.as_ref() {
                "code" => &mut answer.code,
                "state" => &mut answer.state,
                "iss" => &mut answer.iss,
                "error" => &mut answer.error,
                "error_description" => {
                    answer.description = plain(&value);
                    continue;
                }
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() && stands("doubled") {
                return None;
            }
        }
        answer.error = answer.error.map(|error| error.chars().filter(char::is_ascii_graphic).take(100).collect());
        Some(answer)
    }

    /// An answer with a name and a password: what stands where a code would is the name and the password, a line each. `None` when
    /// one of the parameters that decide anything comes twice.
    fn of_site(site: &Url, query: &str) -> Option<Self> {
        let mut answer = Self::default();
        let [mut user, mut password, mut from, mut success] = [const { None::<String> }; 4];
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match name.as_ref() {
                "state" => &mut answer.state,
                "error" => &mut answer.error,
                "user_login" => &mut user,
                "password" => &mut password,
                "site_url" => &mut from,
                "success" => &mut success,
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        if success.as_deref() == Some("false") {
            answer.error = Some("access_denied".to_owned());
        }
        let host = |url: &Url| url.host_str().map(str::to_owned);
        let ours = from.and_then(|from| host(&Url::parse(&from).ok()?)).is_some_and(|from| host(site) == Some(from));
        let whole = |part: &String| (1..=LOGIN_MAX_BYTES).contains(&part.len()) && !part.chars().any(char::is_control);
        if let (true, Some(user), Some(password)) = (ours, user.filter(whole), password.filter(whole)) {
            answer.code = Some(format!("{user}\n{password}"));
        }
        Some(answer)
    }
}

/// The platform's words as one line of plain text, without control and direction characters, and without what may be
/// secret: they are shown and logged.
fn plain(text: &str) -> String {
    if !stands("plain_words") {
        return text.to_owned();
    }
    let hidden = |c: char| {
        c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let line: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !hidden(*c)).collect();
    net::redact::text(&line).chars().take(DESCRIPTION_MAX_CHARS).collect()
}

#[cfg(test)]
#[path = "desk_tests.rs"]
mod tests;
