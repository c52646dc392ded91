//! The words and rules of Postroom: identities, posts, publications, effects, limits, errors, and the
//! ports that outer crates fill. No I/O happens here: clock, randomness and identifiers are passed in,
//! so every rule can be tested at a chosen instant.
//!
//! ```
//! use domain::text::TextRule;
//! let rule = TextRule::graphemes_and_bytes(300, 3_000);
//! assert_eq!(rule.count("👩‍👩‍👧").used, 1);
//! ```

pub mod access;
pub mod account;
pub mod budget;
pub mod change;
pub mod consent;
pub mod days;
pub mod doctor;
pub mod effect;
pub mod error;
pub mod finding;
pub mod forecast;
pub mod ids;
pub mod limits;
pub mod media;
pub mod options;
pub mod outage;
pub mod ports;
pub mod post;
pub mod publication;
pub mod recurrence;
pub mod schedule;
pub mod secret;
pub mod slots;
pub mod text;
pub mod time;

pub use access::{Access, GrantGone};
pub use account::{AccountKind, AccountState, Endpoints, PlatformId};
pub use change::ChangeState;
pub use effect::{EffectClass, EffectKind, EffectState};
pub use error::{ErrorCode, ErrorKind, ProviderError, Retry};
pub use finding::{Finding, FindingCode, Severity};
pub use ids::{AccountId, BulkId, EffectId, JobId, MediaId, NoticeId, PostId, ProfileId, PublicationId, SeriesId};
pub use media::MediaKind;
pub use outage::Outage;
pub use publication::{HeldReason, PublicationState};
pub use secret::Secret;
pub use time::UtcMs;
