//! The Bluesky simulator over HTTP: one test per rule of the platform, and per fault.
#![expect(clippy::unwrap_used, reason = "helpers of tests; a failure here is a failed test")]

mod client;
mod control;
mod faults;
mod limits;
mod records;
mod sessions;
