//! A system bus of a test's own with a small logind on it, which says that the machine goes to sleep and wakes.

use std::{collections::HashMap, fs, path::Path, process::Command};

use anyhow::Result;

use crate::command::Running;

const CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/></policy>
</busconfig>
"#;

/// A logind that only knows of sleep.
#[derive(Debug)]
pub struct Logind {
    bus: zbus::Connection,
    address: String,
    _daemon: Running,
}

impl Logind {
    /// Starts a bus below `home` and takes logind's name on it.
    pub async fn start(home: &Path) -> Result<Self> {
        let config = home.join("system-bus.conf");
        fs::write(&config, CONFIG)?;
        let mut daemon = Command::new("dbus-daemon");
        daemon.arg("--config-file").arg(&config).args(["--nofork", "--nopidfile", "--print-address=1"]);
        let (daemon, address) = Running::announcing(daemon, &home.join("system-bus.log"))?;
        let bus = zbus::connection::Builder::address(address.as_str())?.name("org.freedesktop.login1")?.build().await?;
        Ok(Self { bus, address, _daemon: daemon })
    }

    /// What a program has to be started with to hear this logind.
    pub fn environment(&self) -> (String, String) {
        ("DBUS_SYSTEM_BUS_ADDRESS".to_owned(), self.address.clone())
    }

    /// Says that the machine is about to sleep (`true`), or woke (`false`).
    pub async fn prepare_for_sleep(&self, sleeps: bool) -> Result<()> {
        let (path, interface) = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager");
        Ok(self.bus.emit_signal(None::<&str>, path, interface, "PrepareForSleep", &sleeps).await?)
    }

    /// Whether somebody listens for it: the bus tells who asked for which signals.
    pub async fn is_heard(&self) -> Result<bool> {
        let (bus, path, interface) =
            ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Debug.Stats");
        let rules = self.bus.call_method(Some(bus), path, Some(interface), "GetAllMatchRules", &()).await?;
        let rules: HashMap<String, Vec<String>> = rules.body().deserialize()?;
        Ok(rules.values().flatten().any(|rule| rule.contains("PrepareForSleep")))
    }
}
