//! How each layer of the tests does its work.

mod commands;
mod count;
mod deny;
mod generated;
mod journey;
mod rust;
pub mod setup;
mod ui;

pub use deny::deny;
pub use generated::generated;
pub use journey::{journey, journey_command, programs};
pub use rust::{conformance, format, keychain, lints, structure, unit};
pub use setup::setup;
pub use ui::ui;
