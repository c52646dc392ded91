//! A session bus of the test's own, and the names on it.

use std::{fs, path::Path};

use anyhow::Result;
use futures::StreamExt;
use zbus::{Connection, fdo::DBusProxy, names::BusName};

use crate::{
    command::{Running, within},
    wait::LIMIT,
};

/// The bus starts nothing by itself: what runs is what the test started.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"#;

/// Starts a bus with its configuration in `folder`; the program, a connection and the address.
pub async fn start(
    surroundings: &[(String, String)],
    folder: &Path,
    log: &Path,
) -> Result<(Running, Connection, String)> {
    let config = folder.join("bus.conf");
    fs::write(&config, BUS)?;
    let mut command = within(surroundings, "dbus-daemon");
    command.arg("--config-file").arg(&config).args(["--nofork", "--nopidfile", "--print-address=1"]);
    let (daemon, address) = Running::announcing(command, log)?;
    let bus = zbus::connection::Builder::address(address.as_str())?.build().await?;
    Ok((daemon, bus, address))
}

/// Whether somebody owns the name.
pub async fn has(bus: &Connection, name: &str) -> Result<bool> {
    Ok(DBusProxy::new(bus).await?.name_has_owner(BusName::try_from(name)?).await?)
}

/// Waits until somebody owns the name.
pub async fn name(bus: &Connection, name: &str) -> Result<()> {
    wait(bus, name, true).await
}

/// Waits until nobody owns the name.
pub async fn no_name(bus: &Connection, name: &str) -> Result<()> {
    wait(bus, name, false).await
}

async fn wait(bus: &Connection, name: &str, there: bool) -> Result<()> {
    let names = DBusProxy::new(bus).await?;
    let mut changes = names.receive_name_owner_changed_with_args(&[(0, name)]).await?;
    if names.name_has_owner(BusName::try_from(name)?).await? == there {
        return Ok(());
    }
    let change = async {
        while let Some(change) = changes.next().await {
            if change.args()?.new_owner().is_some() == there {
                break;
            }
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(LIMIT, change)
        .await
        .map_err(|_| anyhow::anyhow!("{name} on the bus: {there} was awaited in vain"))?
}
