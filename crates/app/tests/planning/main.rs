//! What is planned without a person at hand: series, weekly slots, missed posts, zone data, many posts at once.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[expect(dead_code, reason = "shared with the tests of publishing, which use the rest")]
#[path = "../bench/mod.rs"]
mod bench;
mod jumps;
mod many;
mod series;
mod slots;
mod zone_data;
