//! The platforms that are linked by OAuth (and WordPress by its application passwords) over HTTP: one test per rule.
#![expect(clippy::unwrap_used, reason = "helpers of tests; a failure here is a failed test")]

#[path = "../common/answers.rs"]
mod answers;
mod client;
mod discord;
mod github;
mod github_device;
mod google;
mod identities;
mod instagram;
mod linkedin;
mod microsoft;
mod shared;
mod slack;
mod wordpress;
mod wordpress_com;
mod x;
