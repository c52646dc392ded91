//! Demo accounts. The same kind and name is the same account.

use super::{Engine, room};
use crate::event::Event;
use crate::model::{Account, Kind};
use crate::refusal::{Code, Refusal};
use crate::text::graphemes;

/// A display name as it is kept: trimmed, 1 to 50 graphemes, no control characters.
pub fn clean_name(name: &str) -> Option<&str> {
    let name = name.trim();
    let fits = !name.is_empty() && name.len() <= 1_000 && graphemes(name) <= 50;
    (fits && !name.chars().any(char::is_control)).then_some(name)
}

impl Engine {
    /// The account of this kind and name; made when there is none.
    pub fn account(&mut self, kind: Kind, name: &str) -> Result<Account, Refusal> {
        let name = clean_name(name).ok_or(Code::BadRequest)?.to_owned();
        if let Some(account) = self.world.account_named(kind, &name) {
            return Ok(account.clone());
        }
        room(self.world.accounts.len(), self.limits.max_accounts)?;
        let id = self.dice.id("acct_");
        let (_, created_at) = self.record(Event::AccountCreated { account: id.clone(), kind, name: name.clone() })?;
        Ok(Account { id, kind, name, created_at })
    }
}
