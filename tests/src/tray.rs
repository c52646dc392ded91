//! The tray icon as the panel sees it: an item on the session bus with a menu that can be read and pressed.

use std::collections::HashMap;

use anyhow::{Context, Result};
use zbus::{
    Connection, Proxy,
    zvariant::{OwnedObjectPath, OwnedValue, Structure, Value},
};

use crate::{session::Session, wait::until};

/// A node of the menu: number, properties, children.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// The menu of the app's tray icon.
#[derive(Debug)]
pub struct TrayMenu {
    proxy: Proxy<'static>,
}

impl TrayMenu {
    /// The icons that the panel knows of, as `owner/path`.
    pub async fn icons(session: &Session) -> Result<Vec<String>> {
        let watcher = proxy(
            session.bus(),
            "org.kde.StatusNotifierWatcher",
            "/StatusNotifierWatcher",
            "org.kde.StatusNotifierWatcher",
        )
        .await?;
        Ok(watcher.get_property("RegisteredStatusNotifierItems").await?)
    }

    /// Waits for the app's icon and opens its menu.
    pub async fn open(session: &Session) -> Result<Self> {
        let icon = until("the tray icon", async || Ok(Self::icons(session).await?.pop())).await?;
        let (owner, path) = icon.split_at(icon.find('/').context("an icon without a path")?);
        let item = proxy(session.bus(), owner, path, "org.kde.StatusNotifierItem").await?;
        let menu: OwnedObjectPath = item.get_property("Menu").await?;
        Ok(Self { proxy: proxy(session.bus(), owner, menu.as_str(), "com.canonical.dbusmenu").await? })
    }

    /// Labels of all items, from top to bottom.
    pub async fn labels(&self) -> Result<Vec<String>> {
        Ok(self.items().await?.into_iter().map(|(_, label, _)| label).collect())
    }

    /// Waits for an item whose label begins like this and returns the whole label.
    pub async fn label(&self, start: &str) -> Result<String> {
        until(&format!("a tray item {start:?}"), async || {
            Ok(self.labels().await?.into_iter().find(|label| label.starts_with(start)))
        })
        .await
        .with_context(|| "the menu has other items")
    }

    /// Presses the item with this label.
    pub async fn press(&self, label: &str) -> Result<()> {
        self.label(label).await?;
        let items = self.items().await?;
        let (number, _, enabled) = items.iter().find(|item| item.1.starts_with(label)).context("gone")?;
        anyhow::ensure!(*enabled, "the tray item {label} is not enabled");
        self.proxy.call_method("Event", &(number, "clicked", Value::from(0_i32), 0_u32)).await?;
        Ok(())
    }

    /// Number, label and whether it is enabled, of every item.
    async fn items(&self) -> Result<Vec<(i32, String, bool)>> {
        let (_, root): (u32, Layout) = self.proxy.call("GetLayout", &(0_i32, -1_i32, Vec::<String>::new())).await?;
        let mut items = Vec::new();
        for child in root.2 {
            let (number, properties, _) = Layout::try_from(Structure::try_from(Value::from(child))?)?;
            if let Some(label) = properties.get("label").and_then(|label| <&str>::try_from(&**label).ok()) {
                let enabled = properties.get("enabled").and_then(|on| bool::try_from(&**on).ok()).unwrap_or(true);
                // A menu doubles underscores, because a single one marks a shortcut.
                items.push((number, label.replace("__", "_"), enabled));
            }
        }
        Ok(items)
    }
}

async fn proxy(bus: &Connection, owner: &str, path: &str, interface: &str) -> Result<Proxy<'static>> {
    // Properties are asked for each time: a cache would show what the menu was.
    let proxy: Proxy<'static> = zbus::proxy::Builder::new(bus)
        .destination(owner.to_owned())?
        .path(path.to_owned())?
        .interface(interface.to_owned())?
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await?;
    Ok(proxy)
}
