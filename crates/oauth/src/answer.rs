//! What a token endpoint said, put into the shape of RFC 6749, section 5. Platforms wrap their tokens, write scopes with
//! commas, numbers as text, and report errors with status 200; none of that goes further than here.
//!
//! An empty token is no token: it never takes the place of one that is stored.

use std::collections::BTreeMap;

use domain::Secret;
use net::guards::stands;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::Reading;

/// Longest fact kept of what was told beside, in characters.
const TOLD_MAX_CHARS: usize = 300;
/// Longest life believed, in seconds: ten years.
const LIFE_MAX_S: i64 = 10 * 366 * 86_400;

/// An answer as the `oauth2` crate reads it, and what the crate has no place for.
pub(crate) struct Read {
    /// Status; 400 where an error came as a success.
    pub status: u16,
    /// JSON of RFC 6749; the body as it was where it is none.
    pub body: Zeroizing<Vec<u8>>,
    /// The rest.
    pub extras: Extras,
}

/// What RFC 6749 does not know.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extras {
    /// OpenID's token.
    pub id_token: Option<Secret<String>>,
    /// Life of the refresh token.
    pub refresh_expires_in_ms: Option<i64>,
    /// Facts asked for by the flow.
    pub told: BTreeMap<&'static str, String>,
}

/// Reads an answer.
pub(crate) fn read(status: u16, body: &[u8], reading: &Reading) -> Read {
    let untouched = || Read { status, body: Zeroizing::new(body.to_vec()), extras: Extras::default() };
    let Ok(Value::Object(whole)) = serde_json::from_slice::<Value>(body) else { return untouched() };
    let succeeded = (200..300).contains(&status);
    if let Some((code, words)) = refusal(&whole, !succeeded).filter(|_| !succeeded || stands("error_with_200")) {
        let status = if succeeded { 400 } else { status };
        let mut said = Map::from_iter([("error".to_owned(), Value::from(code))]);
        said.extend(words.map(|words| ("error_description".to_owned(), Value::from(words))));
        return Read { status, body: bytes(&said), extras: Extras::default() };
    }
    let whole = unwrapped(whole, reading);
    let told = told(&whole, reading);
    let tokens = whole.pointer(reading.tokens_at).and_then(Value::as_object);
    // Some other answer: a code for a device, the name of a request.
    let Some(tokens) = tokens.filter(|tokens| tokens.contains_key("access_token")) else { return untouched() };
    let (mut out, mut extras) = (Map::new(), Extras { told, ..Extras::default() });
    for name in ["access_token", "refresh_token"] {
        out.extend(text(tokens, name).map(|token| (name.to_owned(), Value::from(token))));
    }
    // What is neither named nor proved by a key is presented as a bearer.
    let kind = text(tokens, "token_type").filter(|kind| kind.eq_ignore_ascii_case("dpop"));
    out.insert("token_type".to_owned(), Value::from(kind.map_or("bearer", |_| "dpop")));
    out.extend(seconds(tokens, &["expires_in"]).map(|life| ("expires_in".to_owned(), Value::from(life))));
    out.extend(scopes(tokens).map(|scopes| ("scope".to_owned(), Value::from(scopes))));
    extras.id_token = text(tokens, "id_token").map(Secret::from);
    let refresh = seconds(tokens, &["refresh_expires_in", "refresh_token_expires_in"]);
    extras.refresh_expires_in_ms = refresh.map(|life| life * 1_000);
    Read { status, body: bytes(&out), extras }
}

/// A code and words of an error, in any of the shapes platforms give it.
fn refusal(whole: &Map<String, Value>, failed: bool) -> Option<(String, Option<String>)> {
    let words = ["error_description", "error_message", "message"].into_iter().find_map(|name| text(whole, name));
    match whole.get("error") {
        Some(Value::String(code)) if !code.is_empty() => return Some((code.clone(), words.map(str::to_owned))),
        // Graph interfaces: an object with words, a type and a number, which says more than the type.
        Some(Value::Object(error)) => {
            let said = |name| error.get(name).and_then(printed);
            let code = match (said("type"), said("code")) {
                (Some(kind), Some(number)) => Some(format!("{kind} {number}")),
                (kind, number) => kind.or_else(|| said("status")).or(number),
            };
            let words = text(error, "message").map(str::to_owned);
            return Some((code.unwrap_or_else(|| "error".to_owned()), words));
        }
        _ => {}
    }
    if whole.get("ok") == Some(&Value::Bool(false)) {
        return Some(("error".to_owned(), words.map(str::to_owned)));
    }
    let named = ["error_type", "serviceErrorCode", "code"].into_iter().find_map(|name| printed(whole.get(name)?));
    named.filter(|_| failed).map(|code| (code, words.map(str::to_owned)))
}

/// A text that is not empty.
fn text<'a>(of: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    of.get(name).and_then(Value::as_str).filter(|text| !text.is_empty() || !stands("empty_token"))
}

/// A text or number as text.
fn printed(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A life in whole seconds, written as a number or as text; none where it is zero, which stands for no end.
fn seconds(tokens: &Map<String, Value>, names: &[&str]) -> Option<i64> {
    let read = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let life = names.iter().find_map(|name| read(tokens.get(*name)?))?;
    let most = if stands("life") { LIFE_MAX_S } else { i64::MAX };
    (life > 0).then_some(life.min(most))
}

/// Scopes with spaces between, given with spaces, with commas, or as a list.
fn scopes(tokens: &Map<String, Value>) -> Option<String> {
    let given: Vec<&str> = match tokens.get("scope").or_else(|| tokens.get("permissions"))? {
        Value::String(text) => text.split([',', ' ']).collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let given: Vec<_> = given.into_iter().filter(|scope| !scope.is_empty()).collect();
    (!given.is_empty()).then(|| given.join(" "))
}

/// What is inside of an answer that some calls wrap and others do not.
fn unwrapped(whole: Map<String, Value>, reading: &Reading) -> Value {
    let whole = Value::Object(whole);
    let inner = whole.pointer(reading.wrapped_at).filter(|inner| inner.is_object());
    inner.cloned().unwrap_or(whole)
}

fn told(whole: &Value, reading: &Reading) -> BTreeMap<&'static str, String> {
    let found = reading.told.iter().filter_map(|(name, at)| Some((*name, printed(whole.pointer(at)?)?)));
    found.filter(|(_, fact)| fact.chars().count() <= TOLD_MAX_CHARS || !stands("told_size")).collect()
}

fn bytes(object: &Map<String, Value>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(serde_json::to_vec(object).unwrap_or_default())
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
