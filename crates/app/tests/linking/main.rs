//! Linking on servers of the Mastodon family as the simulator has them, honest and hostile.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod access;
mod ahead;
mod avatars;
#[expect(dead_code, reason = "shared with the tests of publishing, which use the rest")]
#[path = "../bench/mod.rs"]
mod bench;
mod brought;
mod consent;
mod defined;
mod doctor;
mod doubts;
mod facts;
mod grants;
mod holdings;
mod import;
mod instagram;
mod keys;
mod level;
mod only;
mod pictures;
mod platforms;
mod registration;
mod sky;
mod wordpress;
mod world;
