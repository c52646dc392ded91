//! Platforms as their documents describe them, over loopback HTTP, for tests only.
//!
//! Owns: a [`Simulator`] per platform with its rules and limits, switchable [`Fault`]s, and a [`Recorder`] whose synced
//! journal says what was really accepted. Refuses: to know anything of the product. It imports no other crate of the
//! workspace and is written from the platforms' documents and from servers seen at work, so that a misreading in a
//! provider cannot agree with itself here. It is never linked into a release.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use simulator::{Command, Fault, Rule, Simulator};
//!
//! let running = Simulator::start("bluesky", std::path::Path::new("/tmp/journal-folder")).await?;
//! running.control(&Command::add_account("alice.test", "abcd-efgh-ijkl-mnop"))?;
//! running.faults().set(vec![Rule::new(Fault::LostReply).on("createRecord")]);
//! // … let the product publish to running.url() …
//! running.wait_for_effects(1).await?;
//! assert_eq!(running.effects()?.len(), 1);
//! # Ok(()) }
//! ```
//!
//! As a process of its own: `cargo run -p simulator --example simulate -- bluesky --port 0 --data DIR`.

mod clock;
mod content;
mod faults;
mod oauth;
mod platform;
mod platforms;
mod recorder;
mod server;
mod wire;

pub use clock::Clock;
pub use faults::{Fault, Faults, Rule};
pub use platform::{Command, CommandError, Platform, Refusal};
pub use platforms::PLATFORMS;
pub use recorder::{Effect, Entry, Recorder, Seen, read_journal};
pub use server::{Running, Simulator, SimulatorError};
pub use wire::{Reply, Request};
