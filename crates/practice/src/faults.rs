//! The fault switches: armed by the control API, used up one call at a time, forgotten at a restart.

use serde::{Deserialize, Serialize};

/// What goes wrong. The fact sheet's §6 says what each does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 422, nothing done.
    Reject,
    /// 429, nothing done.
    RateLimit,
    /// 503, nothing done.
    ServerError,
    /// Never an answer, nothing done.
    Hang,
    /// Closed without an answer, nothing done.
    RefuseBefore,
    /// Done, closed without an answer.
    LostReply,
    /// Closed without an answer, done later.
    AcceptLate,
    /// All tokens revoked at once; never armed.
    Revoke,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Post,
    Container,
    Publish,
    Media,
    Read,
    Delete,
    Me,
    Token,
    Any,
}

/// An armed switch.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    pub id: String,
    pub kind: FaultKind,
    pub remaining: u32,
    pub account: Option<String>,
    pub operation: Option<Operation>,
    pub delay_ms: Option<u32>,
}

impl Fault {
    fn fits(&self, operation: Operation, account: Option<&str>) -> bool {
        let operation_fits = match self.operation {
            None => matches!(operation, Operation::Post | Operation::Publish),
            Some(Operation::Any) => true,
            Some(wanted) => wanted == operation,
        };
        operation_fits && self.account.as_deref().is_none_or(|wanted| Some(wanted) == account)
    }
}

/// Most switches armed at once.
const ARMED_MAX: usize = 1_000;

/// The armed switches in the order they were armed.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Arms a switch; false when too many are armed.
    pub fn arm(&mut self, fault: Fault) -> bool {
        let room = self.0.len() < ARMED_MAX;
        if room {
            self.0.push(fault);
        }
        room
    }

    /// Uses the first switch that fits this call once.
    pub fn take(&mut self, operation: Operation, account: Option<&str>) -> Option<Fault> {
        let at = self.0.iter().position(|fault| fault.fits(operation, account))?;
        let fault = self.0.get_mut(at)?;
        fault.remaining = fault.remaining.saturating_sub(1);
        let used = fault.clone();
        if used.remaining == 0 {
            self.0.remove(at);
        }
        Some(used)
    }

    /// Those still armed.
    pub fn armed(&self) -> &[Fault] {
        &self.0
    }

    /// Disarms all and says how many there were.
    pub fn clear(&mut self) -> usize {
        let count = self.0.len();
        self.0.clear();
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(operation: Option<Operation>, account: Option<&str>, remaining: u32) -> Fault {
        Fault {
            id: "fault_1".to_owned(),
            kind: FaultKind::Reject,
            remaining,
            account: account.map(str::to_owned),
            operation,
            delay_ms: None,
        }
    }

    #[test]
    fn a_switch_is_used_up_and_forgotten() {
        let mut faults = Faults::default();
        assert!(faults.arm(fault(None, None, 2)));
        assert_eq!(faults.take(Operation::Post, None).unwrap().remaining, 1);
        assert_eq!(faults.armed().len(), 1);
        assert!(faults.take(Operation::Publish, Some("acct_1")).is_some());
        assert!(faults.take(Operation::Post, None).is_none());
        assert!(faults.armed().is_empty());
    }

    #[test]
    fn a_switch_fits_its_operation_and_account_only() {
        let mut faults = Faults::default();
        faults.arm(fault(Some(Operation::Media), Some("acct_1"), 1));
        assert!(faults.take(Operation::Post, Some("acct_1")).is_none());
        assert!(faults.take(Operation::Media, Some("acct_2")).is_none());
        assert!(faults.take(Operation::Media, None).is_none());
        assert!(faults.take(Operation::Media, Some("acct_1")).is_some());
        faults.arm(fault(Some(Operation::Any), None, 1));
        assert!(faults.take(Operation::Read, None).is_some());
        faults.arm(fault(None, None, 1));
        assert!(faults.take(Operation::Media, None).is_none());
        assert_eq!(faults.clear(), 1);
    }
}
