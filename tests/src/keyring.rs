//! A session bus with a keyring on it and nothing else: for programs without a window that keep a key there.

use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    bus,
    command::{Running, environment, within},
};

/// Password of the keyring.
const PASSWORD: &str = "correct horse";

/// A keyring that runs, unlocked, on a bus of its own.
#[derive(Debug)]
pub struct Keyring {
    daemon: Option<Running>,
    bus: zbus::Connection,
    surroundings: Vec<(String, String)>,
    folder: PathBuf,
    _bus_daemon: Running,
}

impl Keyring {
    /// Starts both below `home`.
    pub async fn start(home: &Path) -> Result<Self> {
        let folder = home.join("keyring");
        for name in ["home", "runtime"] {
            DirBuilder::new().recursive(true).mode(0o700).create(folder.join(name))?;
        }
        let path = environment("PATH").unwrap_or_else(|| "/usr/bin:/bin".to_owned());
        let mut surroundings = vec![("PATH".to_owned(), path)];
        for (variable, name) in [("HOME", "home"), ("XDG_RUNTIME_DIR", "runtime")] {
            surroundings.push((variable.to_owned(), folder.join(name).display().to_string()));
        }
        let (bus_daemon, bus, address) = bus::start(&surroundings, &folder, &folder.join("bus.log")).await?;
        surroundings.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), address));
        let mut keyring = Self { daemon: None, bus, surroundings, folder, _bus_daemon: bus_daemon };
        keyring.unlock().await?;
        Ok(keyring)
    }

    /// Starts the keyring again after [`Keyring::vanish`].
    pub async fn unlock(&mut self) -> Result<()> {
        self.open(true).await
    }

    /// Starts it again, locked: who asks it is to wait for a person.
    pub async fn lock(&mut self) -> Result<()> {
        self.vanish().await?;
        self.open(false).await
    }

    async fn open(&mut self, unlocked: bool) -> Result<()> {
        let log = self.folder.join("keyring.log");
        self.daemon = Some(daemon(&self.surroundings, unlocked, &self.bus, &log).await?);
        Ok(())
    }

    /// Ends the keyring, as a crash of it would.
    pub async fn vanish(&mut self) -> Result<()> {
        drop(self.daemon.take());
        bus::no_name(&self.bus, "org.freedesktop.secrets").await
    }

    /// What a program is started with to find it.
    pub fn address(&self) -> Vec<(String, String)> {
        self.surroundings.iter().filter(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS").cloned().collect()
    }
}

/// Starts the keyring on a bus that has none, unlocked or locked, and waits until it has its name there.
pub(crate) async fn daemon(
    surroundings: &[(String, String)],
    unlocked: bool,
    bus: &zbus::Connection,
    log: &Path,
) -> Result<Running> {
    let mut command = within(surroundings, "gnome-keyring-daemon");
    command.args(["--foreground", "--components=secrets"]).args(unlocked.then_some("--unlock"));
    let daemon = Running::quiet(command, if unlocked { PASSWORD } else { "" }, log)?;
    bus::name(bus, "org.freedesktop.secrets").await?;
    Ok(daemon)
}
