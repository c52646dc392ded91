//! Links an account in the person's own browser (RFC 8252, 7636, 9207): the flow engine and the loopback
//! listener, driven by data. A platform says what is special about it in a [`Flow`], never in code here.
//!
//! It refuses embedded browsers, authorization addresses that are not `https` (or this machine), answers
//! that do not carry this attempt's `state`, and answers from another issuer. Codes, verifiers and tokens
//! appear in no log, error, page or `Debug`.
//!
//! ```no_run
//! # async fn link(flow: oauth::Flow, world: oauth::World, cancel: tokio_util::sync::CancellationToken)
//! # -> Result<oauth::Grant, oauth::OauthError> {
//! let attempt = oauth::Attempt::start(flow, world, oauth::Limits::default()).await?;
//! println!("open {}", attempt.authorize_url());
//! attempt.wait(cancel, |stage| println!("{}", stage.as_str())).await
//! # }
//! ```

mod attempt;
mod desk;
mod error;
mod flow;
mod listener;
mod pages;
mod token;
mod wire;

pub use attempt::{Attempt, Door, Limits, Stage, World};
pub use error::OauthError;
pub use flow::{Flow, Grant, Issuer, LoopbackHost, Pkce, Redirect, SecretPlace};
pub use token::{Revoked, refresh, revoke};

#[cfg(test)]
mod fake_server;
#[cfg(test)]
mod flow_tests;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod token_tests;
