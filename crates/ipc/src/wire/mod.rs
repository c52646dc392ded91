//! What crosses to the window, the command line and the socket: the only place these shapes are defined.
//! Field names are snake_case, times RFC 3339 text, identifiers opaque text. No type here holds a secret
//! on its way out, but for the recovery key, which is shown once.

mod access;
mod account;
mod app;
mod defined;
mod desktop;
mod doctor;
mod forecast;
mod limits;
mod own_app;
mod part;
mod post;
mod publication;
mod redrive;
mod series;
mod typed;
mod vault;

pub use access::*;
pub use account::*;
pub use app::*;
pub use defined::*;
pub use desktop::*;
pub use doctor::*;
pub use forecast::*;
pub use limits::*;
pub use own_app::*;
pub use part::*;
pub use post::*;
pub use publication::*;
pub use redrive::*;
pub use series::*;
pub use typed::*;
pub use vault::*;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// No parameters, or nothing to answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(type = "Record<string, never>")]
pub struct Nothing {}

/// One thing by its identifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ById {
    /// The identifier, prefix included.
    pub id: String,
}
