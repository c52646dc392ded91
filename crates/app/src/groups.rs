//! Groups of accounts that are chosen together: a name and who belongs to it. They say nothing of the accounts themselves,
//! so an account may be in several, and one that is linked again is where it was.

use domain::{AccountId, AccountState};
use serde::{Deserialize, Serialize};

use crate::{App, Error, event::Topic};

/// Where they are kept among the settings.
const NAME: &str = "account_groups";
/// Most groups, and the longest name in characters.
const GROUPS_MAX: usize = 50;
const NAME_MAX_CHARS: usize = 40;

/// A group of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Unique within the profile, whatever its case.
    pub name: String,
    /// Who belongs to it, in the order they were put there.
    pub accounts: Vec<AccountId>,
}

impl App {
    /// Every group, by name. Accounts that are unlinked are left out until they are linked again.
    pub async fn groups(&self) -> Result<Vec<Group>, Error> {
        let mut conn = self.store.read().await?;
        let linked: Vec<_> = store::account::all(&mut conn)
            .await?
            .into_iter()
            .filter(|account| account.state != AccountState::Unlinked)
            .map(|account| account.id)
            .collect();
        let mut groups = kept(&store::setting::all(&mut conn).await?);
        for group in &mut groups {
            group.accounts.retain(|account| linked.contains(account));
        }
        Ok(groups)
    }

    /// Makes a group, or gives the one called `before` another name and other members.
    pub async fn set_group(&self, before: Option<&str>, group: Group) -> Result<Vec<Group>, Error> {
        let name = group.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_MAX_CHARS || name.chars().any(char::is_control) {
            return Err(Error::invalid(format!("A group's name has 1 to {NAME_MAX_CHARS} characters.")));
        }
        let mut accounts = group.accounts;
        let mut seen = std::collections::BTreeSet::new();
        accounts.retain(|account| seen.insert(*account));
        let mut tx = self.store.begin().await?;
        for account in &accounts {
            let known = store::account::find(&mut tx, *account).await?;
            known.ok_or_else(|| Error::not_found("account", &account.to_string()))?;
        }
        let mut groups = kept(&store::setting::all(&mut tx).await?);
        if let Some(before) = before {
            let at = groups.iter().position(|known| same(&known.name, before));
            let at = at.ok_or_else(|| Error::not_found("group", before))?;
            let old = groups.remove(at);
            // Who is unlinked just now was not asked about, and stays.
            let hidden = unlinked(&mut tx, &old.accounts).await?;
            accounts.extend(hidden.into_iter().filter(|account| seen.insert(*account)));
        }
        if groups.iter().any(|known| same(&known.name, &name)) {
            return Err(Error::invalid(format!("There is a group {name} already.")));
        }
        if groups.len() >= GROUPS_MAX {
            return Err(Error::invalid(format!("There can be {GROUPS_MAX} groups.")));
        }
        groups.push(Group { name, accounts });
        keep(&mut tx, groups).await?;
        tx.commit().await?;
        self.emit(Topic::Accounts, None);
        self.groups().await
    }

    /// Forgets a group; its accounts stay as they are.
    pub async fn remove_group(&self, name: &str) -> Result<Vec<Group>, Error> {
        let mut tx = self.store.begin().await?;
        let mut groups = kept(&store::setting::all(&mut tx).await?);
        let at = groups.iter().position(|known| same(&known.name, name));
        groups.remove(at.ok_or_else(|| Error::not_found("group", name))?);
        keep(&mut tx, groups).await?;
        tx.commit().await?;
        self.emit(Topic::Accounts, None);
        self.groups().await
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.trim().to_lowercase()
}

/// What is kept; anything unreadable counts as none.
fn kept(settings: &std::collections::BTreeMap<String, String>) -> Vec<Group> {
    settings.get(NAME).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

async fn keep(tx: &mut store::Tx, mut groups: Vec<Group>) -> Result<(), Error> {
    groups.sort_by_key(|group| group.name.to_lowercase());
    let text = serde_json::to_string(&groups).map_err(|error| Error::internal(error.to_string()))?;
    store::setting::set(tx, NAME, &text).await?;
    Ok(())
}

async fn unlinked(tx: &mut store::Tx, accounts: &[AccountId]) -> Result<Vec<AccountId>, Error> {
    let mut hidden = Vec::new();
    for account in accounts {
        let known = store::account::find(tx, *account).await?;
        if known.is_some_and(|known| known.state == AccountState::Unlinked) {
            hidden.push(*account);
        }
    }
    Ok(hidden)
}
