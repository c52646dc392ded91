//! Changes of keys that are cut short: the program ends before or after every named step of a rotation or a move, and the
//! next one has to open every secret, with the key the profile says and no other.
//!
//! The names are those in the source of `crates/app` that begin with `vault.`. A cell is a place (a step, before or after
//! it), where the key is, where it goes, and which time the program comes there.

use std::{os::unix::process::ExitStatusExt, path::Path};

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    ctl::{Ctl, list, text},
    fediverse::Server,
    keyring::Keyring,
    network::Network,
    steps::vault_steps,
    torture::Trial,
};

/// The order of the cells, the same in every run.
const ORDER: u64 = 0x5641_554c;
const SIGABRT: i32 = 6;

/// Where a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A real keyring.
    Keychain,
    /// Behind a passphrase.
    Passphrase,
    /// Handed in.
    Environment,
}

use Place::{Environment, Keychain, Passphrase};

/// Rotations in each place, and moves from each to each.
pub const WAYS: [(Place, Place); 9] = [
    (Keychain, Keychain),
    (Passphrase, Passphrase),
    (Environment, Environment),
    (Keychain, Passphrase),
    (Passphrase, Keychain),
    (Environment, Keychain),
    (Keychain, Environment),
    (Passphrase, Environment),
    (Environment, Passphrase),
];

impl Place {
    fn word(self) -> &'static str {
        match self {
            Keychain => "keychain",
            Passphrase => "passphrase",
            Environment => "environment",
        }
    }

    /// As `--vault` and `--to` take it.
    fn option(self) -> &'static str {
        if self == Environment { "env" } else { self.word() }
    }

    /// A fresh passphrase or key; the keychain makes its own.
    fn fresh(self) -> String {
        match self {
            Keychain => String::new(),
            Passphrase => format!("correct horse {:016x}", rand::random::<u64>()),
            Environment => STANDARD.encode(rand::random::<[u8; 32]>()),
        }
    }
}

/// One thing to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The step's name with `.before` or `.after`.
    pub place: String,
    /// Where the key is.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
    /// Which time the program comes there.
    pub nth: u32,
}

/// Every cell, in an order that mixes them: a few of them are a sample of all.
pub fn cells() -> Result<Vec<Cell>> {
    let mut cells = Vec::new();
    for step in vault_steps()? {
        for (from, to) in WAYS.into_iter().filter(|(from, to)| comes_there(&step, *from, *to)) {
            for side in ["before", "after"] {
                let cell = |nth| Cell { place: format!("{step}.{side}"), from, to, nth };
                cells.push(cell(1));
                // There are two accounts.
                if step.starts_with("vault.account") && step != "vault.accounts" {
                    cells.push(cell(2));
                }
            }
        }
    }
    cells.shuffle(&mut StdRng::seed_from_u64(ORDER));
    Ok(cells)
}

/// Whether a change goes through a step: only a keychain has keys to be added and dropped, and only a rotation replaces
/// the keys of accounts and clients.
fn comes_there(step: &str, from: Place, to: Place) -> bool {
    let name = step.trim_start_matches("vault.");
    let is = |names: &[&str]| names.iter().any(|begin| name.starts_with(begin));
    match name {
        _ if is(&["recovery."]) => false,
        _ if is(&["spare", "keep", "used"]) => to == Keychain,
        _ if is(&["unused", "drop"]) => from == Keychain,
        _ if is(&["account.", "client."]) => from == to && from != Passphrase,
        _ => true,
    }
}

/// A way to open the profile: what is said to the program.
#[derive(Debug, Clone)]
struct Opening {
    place: Place,
    secret: String,
}

/// A profile with accounts and a registered client, a keyring, and the servers.
pub struct Ground {
    ctl: Ctl,
    now: Opening,
    accounts: Vec<String>,
    keyring: Keyring,
    runtime: tokio::runtime::Runtime,
    _network: Network,
    _server: Server,
    _home: TempDir,
}

impl Ground {
    /// Starts everything; the key is handed in at first.
    pub fn start() -> Result<Self> {
        let home = tempfile::Builder::new().prefix("pv").tempdir()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let keyring = runtime.block_on(Keyring::start(home.path()))?;
        let ctl = Ctl::new(home.path())?.with_environment(keyring.address());
        let network = Network::start(home.path())?;
        network.serve_profile(ctl.profile())?;
        let server = Server::start("mastodon_honoured", home.path())?;
        let practice = ctl.link_practice("a", "Robin")?;
        let mastodon = text(&server.link(&ctl)?.account, "/id")?;
        let now = Opening { place: Environment, secret: ctl.key().to_owned() };
        let accounts = vec![practice, mastodon];
        Ok(Self { ctl, now, accounts, keyring, runtime, _network: network, _server: server, _home: home })
    }

    /// The keyring, to be locked and ended.
    pub fn keyring(&mut self, change: impl AsyncFnOnce(&mut Keyring) -> Result<()>) -> Result<()> {
        self.runtime.block_on(change(&mut self.keyring))
    }

    /// The real program with the key where it is now.
    pub fn ctl(&self) -> Ctl {
        self.opened(&self.now)
    }

    /// Where the key is now.
    pub fn place(&self) -> Place {
        self.now.place
    }

    /// The profile's accounts.
    pub fn accounts(&self) -> &[String] {
        &self.accounts
    }

    /// The real program as if the key were elsewhere.
    pub fn ctl_as(&self, place: Place, secret: &str) -> Ctl {
        self.opened(&Opening { place, secret: secret.to_owned() })
    }

    fn opened(&self, opening: &Opening) -> Ctl {
        let ctl = self.ctl.clone().vaulted(opening.place.option());
        match opening.place {
            Keychain => ctl,
            Environment => ctl.with_key(&opening.secret),
            Passphrase => ctl.with_environment(vec![("POSTROOM_VAULT_PASSPHRASE".to_owned(), opening.secret.clone())]),
        }
    }

    /// Moves the key in peace.
    pub fn move_to(&mut self, place: Place) -> Result<()> {
        let next = Opening { place, secret: place.fresh() };
        self.ctl().json_with(&["vault", "move", "--to", place.option()], &format!("{}\n", next.secret))?;
        self.now = next;
        Ok(())
    }

    /// Says that somebody recovered it.
    pub fn moved(&mut self, place: Place, secret: &str) {
        self.now = Opening { place, secret: secret.to_owned() };
    }

    /// Tries a cell: ends a program of the build with places there, and judges what the real one makes of it.
    pub fn try_cell(&mut self, with_places: &Path, cell: &Cell) -> Result<Trial> {
        if self.now.place != cell.from {
            self.move_to(cell.from)?;
        }
        let next = Opening { place: cell.to, secret: cell.to.fresh() };
        let words: &[&str] = match (cell.from, cell.to) {
            (Keychain, Keychain) => &["vault", "rotate"],
            (Passphrase, Passphrase) => &["vault", "passphrase"],
            (Environment, Environment) => &["vault", "rotate", "--key-stdin"],
            (_, to) => &["vault", "move", "--to", to.option()],
        };
        let armed = vec![("POSTROOM_END_AT".to_owned(), format!("{}@{}", cell.place, cell.nth))];
        let program = self.ctl().by(with_places).with_environment(armed);
        let output = program.output(words, &format!("{}\n", next.secret))?;
        let ended = output.status.signal() == Some(SIGABRT);
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(ended || output.status.success(), "{words:?} ended with {}: {errors}", output.status);
        let mut wrong = Vec::new();
        let moved = self.settle(&next, &mut wrong)?;
        if wrong.is_empty() {
            if !ended && !moved {
                wrong.push("it said it was done, and the key is the old one".to_owned());
            }
            wrong.extend(self.judge()?);
        }
        let wrong = wrong.iter().map(|what| format!("{cell:?}: {what}")).collect();
        let figures = json!({
            "cells": 1, "ended_there": u8::from(ended), "never_came_there": u8::from(!ended),
            "finished": u8::from(moved), "taken_back": u8::from(!moved),
        });
        Ok(Trial { figures, wrong })
    }

    /// Finds out which key opens the profile: the one before or the next, and not both where they differ. Whether it is
    /// the next one.
    fn settle(&mut self, next: &Opening, wrong: &mut Vec<String>) -> Result<bool> {
        let opens = |ground: &Self, opening: &Opening| -> Result<bool> {
            Ok(ground.opened(opening).json(&["vault", "status"])?["state"] == "ready")
        };
        let (old, new) = (opens(self, &self.now)?, opens(self, next)?);
        let same = self.now.place == Keychain && next.place == Keychain;
        match (old, new) {
            (true, true) if same => {}
            (true, false) => return Ok(false),
            (false, true) => {}
            (old, new) => wrong.push(format!("the key before opens it: {old}; the next one: {new}")),
        }
        self.now = next.clone();
        Ok(true)
    }

    /// Every secret opens with the key there is, everything can be changed again, and no old key is left.
    pub fn judge(&self) -> Result<Vec<String>> {
        let (ctl, mut wrong) = (self.ctl(), Vec::new());
        let shown = ctl.json(&["vault", "status"])?;
        if shown["backend"] != self.now.place.word() {
            wrong.push(format!("the key is not where it was put: {shown}"));
        }
        for account in &self.accounts {
            let output = ctl.output(&["accounts", "check", account], "")?;
            if !output.status.success() {
                wrong.push(format!("{account} cannot be used: {}", String::from_utf8_lossy(&output.stderr)));
            }
        }
        // It opens every token and every client's secret, and drops what a killed one left.
        let key = self.now.place.fresh();
        let account = self.accounts.first().context("no account")?;
        let line: &[&str] = match self.now.place {
            Environment => &["vault", "rotate", "--account", account],
            _ => &["vault", "rotate"],
        };
        let output = ctl.output(line, &key)?;
        if !output.status.success() {
            wrong.push(format!("the keys cannot be changed again: {}", String::from_utf8_lossy(&output.stderr)));
            return Ok(wrong);
        }
        let healthy = ctl.json(&["accounts", "list"])?;
        let sick = list(&healthy, "")?.iter().filter(|account| account["state"] != "healthy").count();
        if sick > 0 {
            wrong.push(format!("{sick} accounts are to be linked again"));
        }
        let left: Value = ctl.json(&["vault", "status"])?["spare_keys"].clone();
        if self.now.place != Environment && left != 0 {
            wrong.push(format!("{left} old keys are still there"));
        }
        Ok(wrong)
    }
}
