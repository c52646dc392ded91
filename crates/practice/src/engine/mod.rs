//! Decisions: each call of the API that reads or changes the network, as a function of its state.
//!
//! A change is one or more events; [`Engine::record`] syncs an event to the journal before the state
//! (and so anybody) knows of it. Nothing here knows HTTP.

mod accounts;
mod codes;
mod containers;
mod media;
mod posts;
mod sessions;

pub use accounts::clean_name;
pub use codes::{AuthorizeRequest, CodeGrant};
pub use posts::{Outcome, PictureInput, PostInput};
pub use sessions::{Caller, GrantError, Tokens};

use crate::clock::Stamp;
use crate::config::Limits;
use crate::dice::Dice;
use crate::event::Event;
use crate::journal::Journal;
use crate::refusal::{Code, Refusal};
use crate::world::World;

/// State, journal and dice together, behind one lock.
pub struct Engine {
    pub world: World,
    pub dice: Dice,
    pub limits: Limits,
    journal: Journal,
    codes: codes::Codes,
    /// From which the successors of refresh tokens follow.
    successor_key: [u8; 32],
}

impl Engine {
    /// An engine at the state the journal left.
    pub fn new(world: World, journal: Journal, limits: Limits, seed: Option<u64>, successor_key: [u8; 32]) -> Self {
        let dice = Dice::new(seed, journal.seq());
        Self { world, dice, limits, journal, codes: codes::Codes::default(), successor_key }
    }

    /// Syncs the event to the journal, then applies it. When the disk fails, nothing happened.
    pub fn record(&mut self, event: Event) -> Result<(u64, Stamp), Refusal> {
        let line = self.journal.append(event).map_err(|_| Refusal::from(Code::Unavailable))?;
        self.world.apply(&line);
        Ok((line.seq, line.at))
    }
}

/// Refuses where a collection is full.
fn room(count: usize, max: usize) -> Result<(), Refusal> {
    if count < max { Ok(()) } else { Err(Code::Full.into()) }
}
