//! A session bus with a keyring on it and nothing else: for programs without a window that keep a key there.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{
    bus,
    command::{Running, environment},
};

/// Password of the keyring.
const PASSWORD: &str = "correct horse";

/// The bus starts nothing by itself: what runs is what the test started.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"#;

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
        let config = folder.join("bus.conf");
        fs::write(&config, BUS)?;
        let mut command = with(&surroundings, "dbus-daemon");
        command.arg("--config-file").arg(&config).args(["--nofork", "--nopidfile", "--print-address=1"]);
        let (bus_daemon, address) = Running::announcing(command, &folder.join("bus.log"))?;
        let bus = zbus::connection::Builder::address(address.as_str())?.build().await?;
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
        let mut command = with(&self.surroundings, "gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).args(unlocked.then_some("--unlock"));
        let password = if unlocked { PASSWORD } else { "" };
        self.daemon = Some(Running::quiet(command, password, &self.folder.join("keyring.log"))?);
        bus::name(&self.bus, "org.freedesktop.secrets").await
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

fn with(surroundings: &[(String, String)], program: &str) -> Command {
    // Should the test be killed, what it started goes with it.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", program]);
    command.env_clear().envs(surroundings.iter().map(|(name, value)| (name, value)));
    command
}
