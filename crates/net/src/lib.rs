//! The only HTTP client. It owns time limits, size limits, redaction, the record of every call and the
//! guarantee that a request is handed to the network at most once: no retries, no redirects, no cookies.
//!
//! It refuses plain `http` except to this machine, and it never decides what an answer means: a caller gets
//! the status and the bytes, or one of four failures that differ in what may have happened
//! ([`NetError`]): nothing was sent, something may have arrived, the request could not be built, or its
//! server is left alone because calls to it failed one after the other ([`Breakers`]).
//!
//! ```no_run
//! # async fn example(client: net::Client, platform: domain::PlatformId, token: domain::Secret<String>) {
//! let call = client.tag(platform);
//! let answer = client
//!     .post(&call, "create_record", "https://pds.example/xrpc/com.atproto.repo.createRecord")
//!     .bearer(&token)
//!     .json(&serde_json::json!({ "text": "hello" }))
//!     .send()
//!     .await;
//! # drop(answer);
//! # }
//! ```

#[cfg(test)]
extern crate self as net;

mod address;
mod answer;
mod breaker;
mod breakers;
mod client;
mod error;
pub mod guards;
mod html;
pub mod page;
pub mod picture;
pub mod probe;
mod reach;
pub mod redact;
mod stranger;

pub use address::is_global;
pub use answer::{Answer, RateHeaders, Unreadable};
pub use breakers::{Breakers, server_of};
pub use client::{CallTag, Client, Request};
pub use error::{NetError, NoAnswer};
pub use html::{head_link, head_meta};
pub use stranger::FetchError;

#[cfg(test)]
mod breakers_tests;
#[cfg(test)]
#[path = "client_tests.rs"]
mod client_tests;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tls_tests;
