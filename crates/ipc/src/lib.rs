//! The one command list: wire shapes, handlers free of any window, TypeScript export and the socket.

mod commands;
mod handlers;
mod parts;
pub mod socket;
pub mod typescript;
mod view;
mod view_defined;
mod view_limits;
pub mod wire;

pub use commands::{METHODS, dispatch};
