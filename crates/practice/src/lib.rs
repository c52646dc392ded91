//! The practice network: a small, real social platform of our own, on this machine only.
//!
//! It lets a newcomer link, post and see the result without a developer account, and it is a witness:
//! its synced journal says what was published even when the app was killed. Its API is
//! `docs/platforms/practice.md`. It imports no other crate of the workspace, so that it cannot agree with
//! the app by accident; it prints nothing and listens on 127.0.0.1 only.
//!
//! ```no_run
//! # async fn example() -> Result<(), practice::PracticeError> {
//! let server = practice::bind(practice::Config::new("practice-data").port(4100)).await?;
//! println!("{}/timeline", server.url());
//! server.run(std::future::pending::<()>()).await
//! # }
//! ```

mod app;
mod clock;
mod config;
mod dice;
mod digest;
mod engine;
mod error;
mod event;
mod faults;
mod folder;
mod http;
mod journal;
mod model;
mod rates;
mod refusal;
mod server;
mod text;
mod world;

pub use config::{Config, Limits};
pub use error::PracticeError;
pub use server::{Running, Server, bind, serve};

#[cfg(test)]
mod tests;
