//! Names on the session bus.

use anyhow::Result;
use futures::StreamExt;
use zbus::{Connection, fdo::DBusProxy, names::BusName};

use crate::wait::LIMIT;

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
