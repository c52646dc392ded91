//! The Mastodon simulator and its flavours over HTTP: one test per rule of the platform.
#![expect(clippy::unwrap_used, reason = "helpers of tests; a failure here is a failed test")]

#[path = "../common/answers.rs"]
mod answers;
mod client;
mod consent;
mod discovery;
mod hostile;
mod keys;
mod limits;
mod media;
mod rules;
mod statuses;
mod tokens;
