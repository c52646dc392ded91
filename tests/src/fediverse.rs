//! Servers of the Mastodon family with somebody on them, in the three ways such a server treats an Idempotency-Key.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use simulator::{Command, Fault, Rule};

use crate::{
    ctl::{Ctl, text},
    simulated::Simulated,
    witness::Tail,
};

/// Kinds of accounts here: on a server that honours the key, on one that ignores it, on one that has forgotten it by
/// the next call.
pub const MODES: [&str; 3] = ["mastodon_honoured", "mastodon_ignored", "mastodon_expired"];

/// Who lives on every server.
pub const OWNER: &str = "alice";
/// The owner's password.
pub const PASSWORD: &str = "correct horse";

/// A running server.
pub struct Server {
    /// The simulator.
    pub simulated: Simulated,
    /// Its journal, whose posts count as of the mode's kind.
    pub tail: Tail,
    /// The mode.
    pub mode: &'static str,
}

/// What linking ended with.
#[derive(Debug)]
pub struct Linked {
    /// The account as it was printed.
    pub account: Value,
    /// Where consent was asked for.
    pub consent: String,
}

impl Server {
    /// Starts a server of a mode, its journal below `home`.
    pub fn start(mode: &'static str, home: &Path) -> Result<Self> {
        let (software, settings) = match mode {
            "mastodon_ignored" => ("gotosocial", json!({})),
            "mastodon_expired" => ("mastodon", json!({"key_life_ms": 0})),
            _ => ("mastodon", json!({})),
        };
        let simulated = Simulated::start(software, &home.join(mode))?;
        simulated.control(&Command::add_account(OWNER, PASSWORD))?;
        simulated.set(&settings)?;
        let tail = Tail::open_as(simulated.journal(), mode)?;
        Ok(Self { simulated, tail, mode })
    }

    /// Links its owner to a profile, by consent in a browser.
    pub fn link(&self, ctl: &Ctl) -> Result<Linked> {
        let instance = self.simulated.url();
        let line = ["accounts", "link", "mastodon", "--instance", instance, "--no-browser", "--timeout", "120"];
        let mut child = ctl.command(&line).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let first: Value = serde_json::from_str(&lines.next().context("nothing was printed")??)?;
        let consent = text(&first, "/authorize_url")?;
        self.simulated.consent(&consent, OWNER, PASSWORD)?;
        let account = serde_json::from_str(&lines.last().context("no account was printed")??)?;
        ensure!(child.wait()?.success(), "linking failed");
        Ok(Linked { account, consent })
    }

    /// The reply to the next post is lost.
    pub fn lose_a_reply(&self) {
        self.simulated.faults(vec![Rule::new(Fault::LostReply).on("statuses.create")]);
    }
}
