//! A network that goes wrong between the app and the practice network: every fault at every step of publishing for every
//! class, and thousands of calls of which nobody knows whether they worked.
//!
//! The short forms run with the tests; `cargo xtask torture network` makes every cell of the matrix, and
//! `cargo xtask torture unknowns --trials 10` ten times a thousand calls.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[expect(dead_code, reason = "shared with the tests of publishing, which use the rest")]
#[path = "../bench/mod.rs"]
mod bench;
mod cell;
mod door;
mod faults;
mod figures;
mod looking;
mod matrix;
mod request;
#[expect(dead_code, reason = "shared with the proofs that drive the built programs")]
#[path = "../../../../tests/src/results.rs"]
mod results;
mod unknowns;
