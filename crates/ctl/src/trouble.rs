//! What can go wrong at the command line, and the exit code it ends with.

use domain::{ErrorCode, Finding};
use ipc::wire::Failure;
use serde::Serialize;

/// The exit codes of the contract, apart from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The operation failed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// Refused because it needs a person.
    Person = 3,
    /// Another runner holds the profile, and this verb needs it alone.
    Busy = 4,
}

/// Why a verb did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What the process ends with.
    pub exit: Exit,
    /// What is printed.
    pub failure: Failure,
}

impl Trouble {
    /// A failure of this crate's own.
    pub fn new(code: ErrorCode, message: impl Into<String>, action: impl Into<String>) -> Self {
        let (message, action) = (message.into(), action.into());
        Failure { code, message, action, details: String::new(), findings: Vec::new() }.into()
    }

    /// Wrong usage.
    pub fn usage(message: impl Into<String>, action: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, ..Self::new(ErrorCode::InvalidRequest, message, action) }
    }

    /// A verb or way of the contract that is not in this version.
    pub fn not_available(what: &str) -> Self {
        let message = format!("`{what}` is not in this version of Postroom.");
        let action = "`postroomctl --help` lists what is.";
        Self { exit: Exit::Usage, ..Self::new(ErrorCode::NotAvailable, message, action) }
    }

    /// The same trouble with another exit code.
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The JSON printed on standard error.
    pub fn to_json(&self) -> String {
        let Failure { code, message, action, details, findings } = &self.failure;
        let shown = Shown { code: *code, message, action, details, findings };
        serde_json::to_string(&shown).unwrap_or_else(|_| r#"{"code":"internal","message":"","action":""}"#.to_owned())
    }
}

/// The shape of an error: empty details and findings are left out.
#[derive(Serialize)]
struct Shown<'a> {
    code: ErrorCode,
    message: &'a str,
    action: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    details: &'a str,
    #[serde(skip_serializing_if = "<[Finding]>::is_empty")]
    findings: &'a [Finding],
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let exit = match failure.code {
            ErrorCode::RelinkNeeded | ErrorCode::OutcomeUnknown | ErrorCode::Missed | ErrorCode::ProfileCopied => {
                Exit::Person
            }
            _ => Exit::Failed,
        };
        Self { exit, failure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_to_the_exit_codes_of_the_contract() {
        let exits = [
            (ErrorCode::NotFound, 1),
            (ErrorCode::PreflightFailed, 1),
            (ErrorCode::InvalidRequest, 1),
            (ErrorCode::ProfileBusy, 1),
            (ErrorCode::RelinkNeeded, 3),
            (ErrorCode::OutcomeUnknown, 3),
            (ErrorCode::Missed, 3),
        ];
        for (code, exit) in exits {
            assert_eq!(Trouble::new(code, "", "").exit as u8, exit, "{code:?}");
        }
        assert_eq!(Trouble::usage("", "").exit as u8, 2);
        assert_eq!(Trouble::not_available("audit list").exit as u8, 2);
        assert_eq!(Trouble::new(ErrorCode::ProfileBusy, "", "").exit(Exit::Busy).exit as u8, 4);
    }

    #[test]
    fn the_json_has_code_message_and_action_and_more_only_where_there_is_more() {
        let mut trouble = Trouble::new(ErrorCode::NotFound, "No such post.", "Look at the list.");
        assert_eq!(trouble.to_json(), r#"{"code":"not_found","message":"No such post.","action":"Look at the list."}"#);
        trouble.failure.details = "404".to_owned();
        trouble.failure.findings = vec![Finding::new(domain::FindingCode::Empty)];
        let value: serde_json::Value = serde_json::from_str(&trouble.to_json()).unwrap();
        assert_eq!((&value["details"], &value["findings"][0]["code"]), (&"404".into(), &"empty".into()));
    }
}
