//! What a trial stands on: servers that outlive it, and what they accepted so far.

use std::path::Path;

use anyhow::{Context, Result};

use crate::{
    ctl::{Ctl, text},
    fediverse::{MODES, Server},
    network::Network,
    pds::{Pds, Person},
    plan::BLUESKY,
    witness::{Accepted, Tail},
};

/// The servers of one worker, and their journals.
pub struct Ground<'a> {
    practice: Option<(Network, Tail)>,
    bluesky: Option<(&'a Pds, Person, Tail)>,
    fediverse: Vec<Server>,
}

impl<'a> Ground<'a> {
    /// Starts what these kinds of accounts live on, its data below `home`; `handle` is that of the account on `pds`.
    pub fn start(home: &Path, kinds: &[&str], pds: Option<&'a Pds>, handle: &str) -> Result<Self> {
        let practised = |kind: &&str| *kind != BLUESKY && !MODES.contains(kind);
        let practice = if kinds.iter().any(practised) {
            let network = Network::start(home)?;
            let tail = Tail::open(&network.journal())?;
            Some((network, tail))
        } else {
            None
        };
        let bluesky = match pds {
            Some(pds) => Some((pds, pds.person(handle)?, Tail::open(&pds.witness)?)),
            None => None,
        };
        let modes = MODES.into_iter().filter(|mode| kinds.contains(mode));
        Ok(Self { practice, bluesky, fediverse: modes.map(|mode| Server::start(mode, home)).collect::<Result<_>>()? })
    }

    /// Makes a fresh profile ready for these servers.
    pub fn prepare(&self, ctl: &Ctl) -> Result<()> {
        self.practice.iter().try_for_each(|(network, _)| network.serve_profile(ctl.profile()))
    }

    /// Links an account of a kind to a profile; its id there.
    pub fn link(&self, ctl: &Ctl, kind: &str, name: &str) -> Result<String> {
        if let Some(server) = self.server(kind) {
            return text(&server.link(ctl)?.account, "/id");
        }
        match &self.bluesky {
            Some((pds, person, _)) if kind == BLUESKY => pds.link(ctl, person),
            _ => ctl.link_practice(kind, name),
        }
    }

    /// From now on the reply to the next post of these kinds is lost, and no other.
    pub fn lose_replies(&self, kinds: &[String]) {
        for server in &self.fediverse {
            server.simulated.faults(Vec::new());
        }
        kinds.iter().filter_map(|kind| self.server(kind)).for_each(Server::lose_a_reply);
    }

    /// Replies lost since.
    pub fn replies_lost(&self) -> usize {
        self.fediverse.iter().map(|server| server.simulated.hits()).sum()
    }

    /// Everything accepted by now.
    pub fn read(&mut self) -> Result<Vec<Accepted>> {
        for tail in self.tails() {
            tail.seen()?;
        }
        Ok(self.known())
    }

    /// Everything accepted when it was last read.
    pub fn known(&mut self) -> Vec<Accepted> {
        self.tails().flat_map(|tail| tail.known().to_vec()).collect()
    }

    /// How often a text was accepted by now.
    pub fn accepted(&mut self, kind: &str, text: &str) -> Result<usize> {
        self.tail(kind)?.count(kind, text)
    }

    /// The journal of a kind's server.
    pub fn tail(&mut self, kind: &str) -> Result<&mut Tail> {
        if let Some(server) = self.fediverse.iter_mut().find(|server| server.mode == kind) {
            return Ok(&mut server.tail);
        }
        if kind == BLUESKY {
            return self.bluesky.as_mut().map(|(_, _, tail)| tail).context("no data server");
        }
        self.practice.as_mut().map(|(_, tail)| tail).context("no practice network")
    }

    fn tails(&mut self) -> impl Iterator<Item = &mut Tail> {
        let practice = self.practice.iter_mut().map(|(_, tail)| tail);
        let bluesky = self.bluesky.iter_mut().map(|(_, _, tail)| tail);
        practice.chain(bluesky).chain(self.fediverse.iter_mut().map(|server| &mut server.tail))
    }

    fn server(&self, kind: &str) -> Option<&Server> {
        self.fediverse.iter().find(|server| server.mode == kind)
    }
}
