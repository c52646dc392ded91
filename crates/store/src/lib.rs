//! The profile's one SQLite file: opening it safely, and one file of queries per entity. Never calls the
//! network, never seals or opens a secret, and decides nothing: it keeps what use cases tell it.

pub mod account;
pub mod avatar;
pub mod budget;
pub mod bulk;
pub mod call_log;
pub mod effect;
pub mod error;
pub mod fallback;
pub mod finding;
pub mod first_comment;
mod guards;
pub mod journal;
pub mod live_change;
mod look;
pub mod lost;
pub mod media;
pub mod notice;
pub mod oauth_attempt;
pub mod oauth_client;
pub mod outage;
pub mod part;
pub mod pool;
pub mod post;
pub mod profile;
pub mod publication;
pub mod recovery;
pub mod recurrence;
pub mod remote_post;
pub mod reply;
pub mod secret;
pub mod setting;
pub mod slot;
pub mod spare_key;
pub mod turn;
pub mod upgrade;
pub mod waiting;
mod writer;

pub use error::{StoreError, Unwritable};
pub use pool::Store;
pub use writer::Tx;

#[cfg(test)]
mod plans_tests;
