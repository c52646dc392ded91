//! The one command list: wire shapes, handlers free of any window, TypeScript export and the socket.

mod commands;
pub mod typescript;
pub mod wire;

pub use commands::METHODS;
