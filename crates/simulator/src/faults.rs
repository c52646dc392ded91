//! Fault switches: what goes wrong, with which operation, after how many calls and how often.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// One way to go wrong. "Performed" means the platform did the work and journalled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Fault {
    /// Refused for good, in the platform's words. Not performed.
    Reject,
    /// 429 with `Retry-After`. Not performed.
    RateLimit {
        /// Seconds.
        retry_after_s: u64,
    },
    /// 500. Not performed.
    ServerError,
    /// Never answered; the connection stays open. Not performed.
    Hang,
    /// Performed, then the connection is closed without a reply.
    LostReply,
    /// The connection is closed at once, and the call is performed `delay_ms` later.
    AcceptLate {
        /// Milliseconds.
        delay_ms: u64,
    },
    /// Performed at once, answered `delay_ms` later: the window in which to kill a client.
    DelayReply {
        /// Milliseconds.
        delay_ms: u64,
    },
    /// Every session and app password ends, then the call is answered (badly, if it needed one).
    RevokeTokens,
    /// Every access token expires, then the call is answered.
    ExpireAccess,
    /// Performed, then answered one byte at a time, five a second.
    Drip,
    /// Performed, then answered 200 with a page of HTML.
    Garbage,
    /// Performed, then half of the reply is sent with the length of the whole, and the connection closed.
    HalfBody,
}

impl Fault {
    /// The word for it in the journal and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::RateLimit { .. } => "rate_limit",
            Self::ServerError => "server_error",
            Self::Hang => "hang",
            Self::LostReply => "lost_reply",
            Self::AcceptLate { .. } => "accept_late",
            Self::DelayReply { .. } => "delay_reply",
            Self::RevokeTokens => "revoke_tokens",
            Self::ExpireAccess => "expire_access",
            Self::Drip => "drip",
            Self::Garbage => "garbage",
            Self::HalfBody => "half_body",
        }
    }
}

/// A fault with its aim. As JSON: `{"do":"lost_reply","operation":"createRecord","after":0,"times":1}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// The operation's name or what follows its last dot; none means every operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// So many matching calls are let through first.
    #[serde(default)]
    pub after: u32,
    /// So many are hit then.
    #[serde(default = "once")]
    pub times: u32,
    /// So many have been hit.
    #[serde(default, skip_deserializing)]
    pub hits: u32,
}

fn once() -> u32 {
    1
}

impl Rule {
    /// Hits the next call, whichever it is.
    pub fn new(fault: Fault) -> Self {
        Self { fault, operation: None, after: 0, times: 1, hits: 0 }
    }

    /// Only calls of this operation, by its name or what follows the name's last dot.
    #[must_use]
    pub fn on(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Lets `count` matching calls through first.
    #[must_use]
    pub fn after(mut self, count: u32) -> Self {
        self.after = count;
        self
    }

    /// Hits `count` calls instead of one.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.times = count;
        self
    }

    fn matches(&self, operation: &str) -> bool {
        self.operation.as_deref().is_none_or(|wanted| {
            wanted == operation || operation.rsplit_once('.').is_some_and(|(_, last)| last == wanted)
        })
    }
}

/// The rules in force. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Rule>>>);

impl Faults {
    /// Replaces all rules.
    pub fn set(&self, rules: Vec<Rule>) {
        *self.rules() = rules;
    }

    /// Adds a rule behind the others.
    pub fn add(&self, rule: Rule) {
        self.rules().push(rule);
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.set(Vec::new());
    }

    /// The rules as they stand, with what is left of them.
    pub fn list(&self) -> Vec<Rule> {
        self.rules().clone()
    }

    /// The fault this call meets. The first rule that hits wins; those before it count the call as let through.
    pub fn take(&self, operation: &str) -> Option<Fault> {
        for rule in self.rules().iter_mut().filter(|rule| rule.matches(operation)) {
            if rule.after > 0 {
                rule.after -= 1;
            } else if rule.times > 0 {
                rule.times -= 1;
                rule.hits += 1;
                return Some(rule.fault);
            }
        }
        None
    }

    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "faults_tests.rs"]
mod tests;
