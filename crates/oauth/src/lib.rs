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

mod answer;
mod approval;
mod attempt;
mod authorize;
mod claims;
mod client_proof;
mod desk;
mod device;
mod dpop;
mod error;
mod flow;
mod listener;
mod metadata;
mod nonces;
mod openid;
mod pages;
mod pkce;
mod prover;
mod redirect;
mod refusal;
mod registration;
mod revoke;
mod signed_secret;
mod stage;
mod token;
mod trial;
mod waiting;
mod wire;
mod world;

pub use approval::{Approval, Approved, Wanted};
pub use attempt::{Attempt, Door};
pub use claims::{Claims, OpenId};
pub use device::{DeviceAttempt, DeviceCode};
pub use domain::consent::{LoopbackHost, Pkce, PortRule, Reading, ScopeRule, SecretPlace};
pub use dpop::Dpop;
pub use error::OauthError;
pub use flow::{Flow, Grant, Issuer, Renewal, TokenCall};
pub use metadata::{Metadata, discover};
pub use nonces::Nonces;
pub use prover::Prover;
pub use redirect::Redirect;
pub use registration::{Application, Registered, register};
pub use revoke::{Revoked, revoke};
pub use signed_secret::SignedSecret;
pub use stage::Stage;
pub use token::refresh;
pub use trial::{Trial, try_client, try_page};
pub use waiting::{Inbox, Limits};
pub use world::World;

#[cfg(test)]
mod fake_server;
#[cfg(test)]
mod flow_tests;
#[cfg(test)]
mod grant_tests;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod platform_tests;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod token_tests;
