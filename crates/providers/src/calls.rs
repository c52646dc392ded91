//! Making one call of a platform: build, send, renew a refused token once, and tell success, refusal,
//! garbage and silence apart.
//!
//! A call is sent again in one case only: the platform refused the access token, which proves that nothing
//! was done. Everything else is handed back for the runner to decide.

use bytes::Bytes;
use domain::{ErrorKind, PlatformId, ProviderError, Retry, Secret, UtcMs, error::RawReply};
use net::{Answer, CallTag, Client};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::provider::Session;

/// An upload may take a millisecond longer than other calls for every so many bytes: a line of half a megabit a second.
/// What is small is given up as soon as anything else.
const UPLOAD_BYTES_PER_MS: u64 = 64;

/// Longest wait a platform can ask for, in milliseconds: a day.
const LONGEST_PAUSE_MS: i64 = 86_400_000;

/// The default time limit of a call, in milliseconds: half a minute, with a second for a slow machine.
pub(crate) const TIMEOUT_MS: u64 = 29_000;

/// What a call does, in the provider's words, and whether others can see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The name in logs and errors: `create_record`.
    pub(crate) name: &'static str,
    /// Whether silence leaves something open that others might see.
    pub(crate) effect: bool,
}

impl Operation {
    /// A call others can see the result of.
    pub(crate) const fn effect(name: &'static str) -> Self {
        Self { name, effect: true }
    }

    /// A call nobody else notices: it may be repeated freely.
    pub(crate) const fn quiet(name: &'static str) -> Self {
        Self { name, effect: false }
    }
}

/// How a platform's answers are read.
#[derive(Clone, Copy)]
pub(crate) struct CallRules {
    /// The platform's short name.
    pub(crate) platform: &'static str,
    /// The error a refusal stands for.
    pub(crate) refused: fn(Operation, u16, &Value, Option<UtcMs>) -> ProviderError,
    /// Whether an answer says that the access token is not accepted, and a newer one may be.
    pub(crate) token_refused: fn(u16, &Value) -> bool,
    /// Milliseconds to wait after a 429 that names no time.
    pub(crate) pause_ms: i64,
    /// Milliseconds a call may take.
    pub(crate) timeout_ms: u64,
}

/// A request that can be sent more than once, because the token is not part of it.
#[derive(Clone)]
pub(crate) struct Ask {
    start: fn(&Client, &CallTag, &'static str, &str) -> net::Request,
    method: &'static str,
    url: String,
    query: Vec<(&'static str, String)>,
    header: Option<(&'static str, String)>,
    body: Body,
    also: Option<u16>,
    answer_max_bytes: usize,
}

#[derive(Clone)]
enum Body {
    None,
    Json(Value),
    Bytes(String, Bytes),
}

impl Ask {
    pub(crate) fn get(url: String) -> Self {
        Self {
            start: Client::get,
            method: "GET",
            url,
            query: Vec::new(),
            header: None,
            body: Body::None,
            also: None,
            answer_max_bytes: 1 << 20,
        }
    }

    pub(crate) fn post(url: String) -> Self {
        Self { start: Client::post, method: "POST", ..Self::get(url) }
    }

    pub(crate) fn put(url: String) -> Self {
        Self { start: Client::put, method: "PUT", ..Self::get(url) }
    }

    pub(crate) fn delete(url: String) -> Self {
        Self { start: Client::delete, method: "DELETE", ..Self::get(url) }
    }

    pub(crate) fn query(mut self, name: &'static str, value: &str) -> Self {
        self.query.push((name, value.to_owned()));
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: String) -> Self {
        self.header = Some((name, value));
        self
    }

    pub(crate) fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    pub(crate) fn bytes(mut self, mime: &str, content: Bytes) -> Self {
        self.body = Body::Bytes(mime.to_owned(), content);
        self
    }

    /// A status beside 200 to 299 whose answer is wanted and not an error.
    pub(crate) fn also(mut self, status: u16) -> Self {
        self.also = Some(status);
        self
    }

    /// The largest answer accepted, in bytes; 1 MiB unless said here.
    pub(crate) fn answer_max_bytes(mut self, bytes: usize) -> Self {
        self.answer_max_bytes = bytes;
        self
    }

    fn build(&self, http: &Client, tag: &CallTag, operation: Operation, timeout_ms: u64) -> net::Request {
        let mut request = (self.start)(http, tag, operation.name, &self.url).max_answer_bytes(self.answer_max_bytes);
        for (name, value) in &self.query {
            request = request.query(&[(*name, value.as_str())]);
        }
        if let Some((name, value)) = &self.header {
            request = request.header(name, value);
        }
        match &self.body {
            Body::None => request.timeout_ms(timeout_ms),
            Body::Json(body) => request.json(body).timeout_ms(timeout_ms),
            Body::Bytes(mime, content) => {
                let sending_ms = u64::try_from(content.len()).unwrap_or(u64::MAX) / UPLOAD_BYTES_PER_MS;
                request.body_bytes(content.clone(), mime).timeout_ms(timeout_ms.saturating_add(sending_ms))
            }
        }
    }
}

/// A wanted answer.
pub(crate) struct Reply {
    platform: &'static str,
    pub(crate) operation: Operation,
    pub(crate) status: u16,
    body: Value,
    answer: Option<Answer>,
}

impl Reply {
    /// The answer in the shape it should have.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        T::deserialize(&self.body).map_err(|_| self.garbage())
    }

    /// What was answered, redacted, to be kept.
    pub(crate) fn copy(&self) -> Option<Box<RawReply>> {
        self.answer.as_ref().map(|answer| Box::new(answer.copy(self.operation.name)))
    }

    /// The answer is not what the platform documents: after an effect, that leaves its outcome open. Anything else may
    /// be asked again, since an answer can be spoilt on its way.
    pub(crate) fn garbage(&self) -> ProviderError {
        let effect = self.operation.effect;
        let kind = if effect { ErrorKind::OutcomeUnknown } else { ErrorKind::Protocol };
        let spoilt = error(kind, self.platform, self.operation);
        let retry = if effect { spoilt.retry } else { Retry::After };
        let reply = self.copy();
        let words = "The answer is not in the documented form.";
        ProviderError { retry, reply, ..spoilt }.replied(self.status, "", words)
    }
}

/// A call with the account's access token. A refused token is renewed once and the call made again.
pub(crate) async fn authorised(
    session: &Session,
    rules: &CallRules,
    operation: Operation,
    ask: Ask,
) -> Result<Reply, ProviderError> {
    let tag = tag(session, rules);
    let token = session.tokens.access().await.map_err(unsent)?;
    let mut answer = shown(session, &tag, rules, operation, &ask, &token).await?;
    let mut used = token.clone();
    if (rules.token_refused)(answer.status, &body(&answer)) {
        used = session.tokens.renew(&token).await.map_err(unsent)?;
        answer = shown(session, &tag, rules, operation, &ask, &used).await?;
    }
    let settled = settle(&answer, rules, operation, &ask);
    settled.map_err(|error| paused(without(error, &[&token, &used]), session, rules))
}

/// Makes a call with a token, and with the proof that it is ours where the account has one (RFC 9449). Once more where all
/// that was wrong is the nonce in that proof: the server looked no further, and did nothing.
async fn shown(
    session: &Session,
    tag: &CallTag,
    rules: &CallRules,
    operation: Operation,
    ask: &Ask,
    token: &Secret<String>,
) -> Result<Answer, ProviderError> {
    let Some(proofs) = session.tokens.proofs().await.map_err(unsent)? else {
        return exchange(&session.http, tag, rules, operation, ask, Shown::Bearer(token)).await;
    };
    let proven = async || {
        let proof = proofs.proof(ask.method, &ask.url, token).map_err(unsent)?;
        let answer = exchange(&session.http, tag, rules, operation, ask, Shown::Bound(token, &proof)).await?;
        if let Some(nonce) = answer.header("dpop-nonce") {
            proofs.hear(&ask.url, nonce);
        }
        Ok::<_, ProviderError>(answer)
    };
    let answer = proven().await?;
    let only_the_nonce = matches!(answer.status, 400 | 401) && text_of(&body(&answer), "error") == "use_dpop_nonce";
    if only_the_nonce { proven().await } else { Ok(answer) }
}

/// What a call shows of who makes it.
enum Shown<'a> {
    Nothing,
    Bearer(&'a Secret<String>),
    /// A token and the proof that it is ours.
    Bound(&'a Secret<String>, &'a Secret<String>),
}

/// A call without a token, made for a session.
pub(crate) async fn open(
    session: &Session,
    rules: &CallRules,
    operation: Operation,
    ask: Ask,
) -> Result<Reply, ProviderError> {
    let answer = exchange(&session.http, &tag(session, rules), rules, operation, &ask, Shown::Nothing).await?;
    settle(&answer, rules, operation, &ask).map_err(|error| paused(error, session, rules))
}

/// A call before there is a session, or about the session itself.
pub(crate) async fn direct(
    http: &Client,
    rules: &CallRules,
    operation: Operation,
    ask: Ask,
    token: Option<&Secret<String>>,
) -> Result<Reply, ProviderError> {
    let shown = token.map_or(Shown::Nothing, Shown::Bearer);
    let answer = exchange(http, &http.tag(platform(rules.platform)), rules, operation, &ask, shown).await?;
    settle(&answer, rules, operation, &ask)
}

async fn exchange(
    http: &Client,
    tag: &CallTag,
    rules: &CallRules,
    operation: Operation,
    ask: &Ask,
    shown: Shown<'_>,
) -> Result<Answer, ProviderError> {
    let mut request = ask.build(http, tag, operation, rules.timeout_ms);
    match shown {
        Shown::Nothing => {}
        Shown::Bearer(token) => request = request.bearer(token),
        Shown::Bound(token, proof) => request = request.bound(token, proof),
    }
    request.send().await.map_err(|error| {
        let platform = platform(rules.platform);
        if operation.effect {
            error.of_effect(platform, operation.name)
        } else {
            error.of_question(platform, operation.name)
        }
    })
}

fn settle(answer: &Answer, rules: &CallRules, operation: Operation, ask: &Ask) -> Result<Reply, ProviderError> {
    let body = body(answer);
    if answer.is_success() || ask.also == Some(answer.status) {
        let (status, answer) = (answer.status, Some(answer.clone()));
        return Ok(Reply { platform: rules.platform, operation, status, body, answer });
    }
    // Some platforms name the end of the window in place of a time to wait for.
    let until = answer.retry_after.or(answer.rate.reset_at.filter(|_| answer.status == 429));
    let mut refused = (rules.refused)(operation, answer.status, &body, until);
    refused.reply = Some(Box::new(answer.copy(operation.name)));
    Err(refused)
}

/// The same error with no token in the copy of what was answered, should a platform repeat one that looks like a word.
fn without(mut error: ProviderError, tokens: &[&Secret<String>]) -> ProviderError {
    if let Some(reply) = &mut error.reply {
        for token in tokens.iter().filter(|token| !token.expose().is_empty()) {
            reply.body = reply.body.replace(token.expose().as_str(), net::redact::MARK);
        }
    }
    error
}

fn tag(session: &Session, rules: &CallRules) -> CallTag {
    CallTag {
        platform: platform(rules.platform),
        correlation: session.correlation.clone(),
        account: Some(session.account.id),
        publication: session.publication,
        settles: session.settles,
    }
}

/// The body as JSON; `Null` where it is something else.
fn body(answer: &Answer) -> Value {
    answer.json().unwrap_or_default()
}

/// Trouble with the token itself: whatever else is wrong, this call was not made.
fn unsent(mut error: ProviderError) -> ProviderError {
    if error.retry == Retry::Confirm {
        error.kind = ErrorKind::AuthExpired;
        error.retry = Retry::After;
    }
    error
}

/// Gives "too many requests" a time to wait for, where the platform named none.
fn paused(mut error: ProviderError, session: &Session, rules: &CallRules) -> ProviderError {
    let now = session.clock.now();
    // Nobody is kept waiting for longer than any window lasts, whatever a server says.
    error.retry_after = error.retry_after.map(|until| until.min(now.plus_ms(LONGEST_PAUSE_MS)));
    if error.kind == ErrorKind::RateLimited && error.retry_after.is_none() {
        return error.not_before(Some(now.plus_ms(rules.pause_ms)));
    }
    error
}

/// An error of a provider.
pub(crate) fn error(kind: ErrorKind, id: &'static str, operation: Operation) -> ProviderError {
    ProviderError::new(kind, platform(id), operation.name)
}

/// The error for an answer with a body `{"error": code, "message": words}`.
pub(crate) fn refusal(
    kind: ErrorKind,
    id: &'static str,
    operation: Operation,
    status: u16,
    body: &Value,
) -> ProviderError {
    let code = text_of(body, "error");
    // The name of an error is letters alone; whatever else stands there is treated like any text from outside.
    let named = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let code = if named { code.to_owned() } else { net::redact::text(code) };
    error(kind, id, operation).replied(status, &code, &net::redact::text(text_of(body, "message")))
}

/// The text under `key`; empty where there is none.
pub(crate) fn text_of<'a>(body: &'a Value, key: &str) -> &'a str {
    body.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The id of a platform from its descriptor's short name. The registry's test reads each: trouble is never named after
/// ourselves instead.
pub(crate) fn platform(id: &'static str) -> PlatformId {
    PlatformId::parse(id).unwrap_or_else(PlatformId::postroom)
}

/// Bits that differ at every call, for the negative control.
#[cfg(feature = "break_record_key")]
pub(crate) fn never_the_same(session: &Session) -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let count = CALLS.fetch_add(1, Ordering::Relaxed);
    session.clock.monotonic_ms().wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(count)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const POST: Operation = Operation::effect("post");

    #[test]
    fn a_refusal_keeps_names_and_hides_tokens() {
        let told = |code: &str, words: &str| {
            let error = refusal(ErrorKind::Protocol, "practice", POST, 400, &json!({"error": code, "message": words}));
            (error.remote_code, error.remote_message)
        };
        let plain = ("AuthFactorTokenRequired".to_owned(), "Sign in".to_owned());
        assert_eq!(told(&plain.0, &plain.1), plain);
        let (code, words) = told("pat_0123456789abcdef0123456789", "refused: Bearer pat_0123456789abcdef0123456789");
        assert!(!code.contains("0123456789") && !words.contains("0123456789"), "{code} {words}");
    }

    #[test]
    fn a_token_that_looks_like_a_word_is_not_kept_either() {
        let mut refused = error(ErrorKind::Protocol, "practice", POST);
        let body = "You sent tomorrow as your token.".to_owned();
        refused.reply = Some(Box::new(domain::error::RawReply { body, ..Default::default() }));
        let kept = without(refused, &[&Secret::new("tomorrow".to_owned())]).reply.unwrap();
        assert_eq!(kept.body, "You sent [redacted] as your token.");
    }

    #[test]
    fn trouble_with_the_token_never_asks_for_confirmation() {
        let lost = error(ErrorKind::OutcomeUnknown, "practice", POST);
        assert_eq!((unsent(lost.clone()).kind, unsent(lost).retry), (ErrorKind::AuthExpired, Retry::After));
        let gone = error(ErrorKind::AuthRevoked, "practice", POST);
        assert_eq!(unsent(gone).retry, Retry::Never);
    }

    #[test]
    fn garbage_leaves_only_an_effect_open() {
        let reply = |operation| Reply { platform: "practice", operation, status: 200, body: Value::Null, answer: None };
        assert_eq!(reply(POST).garbage().retry, Retry::Confirm);
        let spoilt = reply(Operation::quiet("read")).read::<u32>().unwrap_err();
        assert_eq!((spoilt.kind, spoilt.retry), (ErrorKind::Protocol, Retry::After), "asked again");
    }
}
