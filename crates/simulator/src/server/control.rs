//! The control side over HTTP, for tests in other processes: `Authorization: Bearer TOKEN` and
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET /__control/faults` | | `{"rules":[…]}` with what is left of each |
//! | `POST /__control/faults` | a list of [`Rule`]s, replacing all | the same |
//! | `POST /__control/commands` | one [`Command`] | `{"answer":…}` |
//! | `GET /__control/effects` | | `{"effects":[…]}` as in the journal |

use serde_json::{Value, json};

use super::Shared;
use crate::faults::Rule;
use crate::platform::Command;
use crate::recorder::{Entry, read_journal};
use crate::wire::{Reply, Request};

/// Bodies above this count as empty.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
const MAX_RULES: usize = 100;

pub fn answer(shared: &Shared, request: &Request) -> Reply {
    let expected = format!("Bearer {}", shared.control_token);
    if request.header("authorization") != Some(expected.as_str()) {
        return Reply::json(401, &json!({"error": "ControlTokenMissing"}));
    }
    let outcome = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/__control/faults") => Ok(rules(shared)),
        ("POST", "/__control/faults") => set_rules(shared, request),
        ("POST", "/__control/commands") => obey(shared, request),
        ("GET", "/__control/effects") => effects(shared),
        _ => return Reply::json(404, &json!({"error": "NotFound"})),
    };
    match outcome {
        Ok(body) => Reply::json(200, &body),
        Err(message) => Reply::json(400, &json!({"error": "InvalidRequest", "message": message})),
    }
}

fn rules(shared: &Shared) -> Value {
    json!({"rules": shared.faults.list()})
}

fn set_rules(shared: &Shared, request: &Request) -> Result<Value, String> {
    let wanted: Vec<Rule> = request.json().map_err(|error| error.to_string())?;
    if wanted.len() > MAX_RULES {
        return Err(format!("at most {MAX_RULES} rules"));
    }
    shared.faults.set(wanted);
    Ok(rules(shared))
}

fn obey(shared: &Shared, request: &Request) -> Result<Value, String> {
    let command: Command = request.json().map_err(|error| error.to_string())?;
    let answer = shared.platform.control(&command).map_err(|error| error.to_string())?;
    Ok(json!({"answer": answer}))
}

fn effects(shared: &Shared) -> Result<Value, String> {
    let entries = read_journal(shared.recorder.path()).map_err(|error| error.to_string())?;
    let effects: Vec<_> = entries.into_iter().filter(|entry| matches!(entry, Entry::Effect(_))).collect();
    Ok(json!({"effects": effects}))
}
