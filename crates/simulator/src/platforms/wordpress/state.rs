//! Everything the site remembers, in memory.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::settings::Settings;
use crate::oauth::random;
use crate::platform::CommandError;

/// Characters of an application password, without the spaces between its groups.
const PASSWORD_CHARACTERS: usize = 24;

#[derive(Debug, Clone)]
pub struct Account {
    pub id: u64,
    pub login: String,
    /// A security plugin has shut the account.
    pub shut: bool,
}

/// An application password.
#[derive(Debug, Clone)]
pub struct Password {
    pub login: String,
    /// Without spaces.
    pub text: String,
    /// What its owner sees it under.
    pub name: String,
    pub app_id: String,
    pub created_ms: i64,
    pub last_used_ms: Option<i64>,
}

#[derive(Debug, Default)]
pub struct State {
    pub settings: Settings,
    /// By login.
    pub accounts: BTreeMap<String, Account>,
    /// By uuid.
    pub passwords: BTreeMap<String, Password>,
}

impl State {
    /// An account with an application password made by hand, if that is not empty.
    pub fn add_account(&mut self, login: &str, password: &str, now_ms: i64) -> Result<Value, CommandError> {
        if let Some(known) = self.accounts.get(login).filter(|_| !password.is_empty()) {
            // Somebody who is there makes another password.
            let id = known.id;
            self.add_password(login, password, "By hand", "", now_ms);
            return Ok(json!({"id": id.to_string(), "handle": login}));
        }
        if login.trim().is_empty() || login.contains(':') || self.accounts.contains_key(login) {
            return Err(CommandError::UnusableHandle(login.to_owned()));
        }
        let id = self.accounts.len() as u64 + 1;
        self.accounts.insert(login.to_owned(), Account { id, login: login.to_owned(), shut: false });
        if !password.is_empty() {
            self.add_password(login, password, "By hand", "", now_ms);
        }
        Ok(json!({"id": id.to_string(), "handle": login}))
    }

    /// Makes an application password as the approval page does.
    pub fn make_password(&mut self, login: &str, name: &str, app_id: &str, now_ms: i64) -> String {
        let text: String = random().chars().take(PASSWORD_CHARACTERS).collect();
        self.add_password(login, &text, name, app_id, now_ms);
        text
    }

    fn add_password(&mut self, login: &str, text: &str, name: &str, app_id: &str, now_ms: i64) {
        let password = Password {
            login: login.to_owned(),
            text: bare(text),
            name: name.to_owned(),
            app_id: app_id.to_owned(),
            created_ms: now_ms,
            last_used_ms: None,
        };
        self.passwords.insert(uuid(&random()), password);
    }

    /// The account and the password's uuid, by login (or e-mail) and password.
    pub fn find(&self, login: &str, password: &str) -> Option<(Account, String)> {
        let login = login.strip_suffix("@site.example").unwrap_or(login);
        let account = self.accounts.get(login).filter(|account| !account.shut)?;
        let fits = |known: &Password| known.login == account.login && known.text == bare(password);
        let uuid = self.passwords.iter().find(|(_, known)| fits(known)).map(|(uuid, _)| uuid.clone())?;
        Some((account.clone(), uuid))
    }
}

/// Letters and digits only: the spaces between the groups may stay or go.
fn bare(password: &str) -> String {
    password.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A UUID of version 4 from hexadecimal digits.
fn uuid(digits: &str) -> String {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// Whether a text is a UUID.
pub fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_told_from_other_texts() {
        assert!(is_uuid(&uuid(&random())));
        assert!(!is_uuid("postroom") && !is_uuid("00000000-0000-0000-0000-00000000000g") && !is_uuid(""));
    }
}
