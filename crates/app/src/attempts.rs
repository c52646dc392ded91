//! Attempts to link, while they last: how far each has come.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{AccountId, UtcMs};
use oauth::Inbox;
use tokio_util::sync::CancellationToken;

use crate::Error;

/// How far an attempt has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Consent is awaited.
    WaitingForBrowser,
    /// The code is being exchanged, or the password tried.
    Exchanging,
    /// The account's name is being read and its tokens sealed.
    Finishing,
    /// Linked.
    Done(AccountId),
    /// Ended without an account.
    Failed(Error),
}

/// An attempt to link.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// Identifier of the attempt.
    pub id: String,
    /// Platform's short name.
    pub platform: String,
    /// How far it has come.
    pub stage: Stage,
    /// Where to consent; empty for an app password.
    pub authorize_url: String,
    /// Where the browser comes back to; empty where it does not.
    pub redirect_uri: String,
    /// Whether that is a page on the web, whose address the person has to bring.
    pub pasted: bool,
    /// The code to type there; empty where none is.
    pub user_code: String,
    /// When it is given up.
    pub expires_at: UtcMs,
}

struct Entry {
    status: Status,
    cancel: CancellationToken,
    /// Takes what the browser brings another way than to a listener.
    inbox: Option<Inbox>,
}

/// Attempts of this process, the ended ones for a while.
#[derive(Default)]
pub struct Attempts(Mutex<HashMap<String, Entry>>);

/// Attempts remembered and attempts open at once.
const REMEMBERED_MAX: usize = 64;

impl Attempts {
    pub(crate) fn add(&self, status: Status, cancel: CancellationToken, inbox: Option<Inbox>) -> Result<(), Error> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= REMEMBERED_MAX {
            entries.retain(|_, entry| !matches!(entry.status.stage, Stage::Done(_) | Stage::Failed(_)));
        }
        if entries.len() >= REMEMBERED_MAX {
            return Err(Error::invalid("Too many attempts to link are open; cancel one first."));
        }
        entries.insert(status.id.clone(), Entry { status, cancel, inbox });
        Ok(())
    }

    pub(crate) fn set(&self, id: &str, stage: Stage) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get_mut(id) {
            entry.status.stage = stage;
        }
    }

    /// Brings an address to the attempt it answers, of all that wait or of one; whether there was one.
    pub(crate) fn bring(&self, address: &str, only: Option<&str>) -> bool {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = entries.values().filter(|entry| only.is_none_or(|id| entry.status.id == id));
        let mut inboxes = asked.filter_map(|entry| entry.inbox.as_ref());
        inboxes.any(|inbox| inbox.take(address))
    }

    pub(crate) fn get(&self, id: &str) -> Result<(Status, CancellationToken), Error> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(id).ok_or_else(|| Error::not_found("attempt to link", id))?;
        Ok((entry.status.clone(), entry.cancel.clone()))
    }
}
