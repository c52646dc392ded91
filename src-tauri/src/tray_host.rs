//! Whether something on this desktop shows tray icons. GNOME without an extension does not, and then the words
//! about closing the window are different.

use std::{
    future::Future,
    sync::{Arc, atomic::AtomicBool},
};

/// Looks once, then keeps `present` up to date for as long as the program runs. The answer ends after the first
/// look. Elsewhere than on Linux there always is a tray.
#[cfg(not(target_os = "linux"))]
pub fn watch(_present: Arc<AtomicBool>) -> impl Future<Output = ()> {
    std::future::ready(())
}

/// Looks once, then keeps `present` up to date for as long as the program runs. The answer ends after the first look.
#[cfg(target_os = "linux")]
pub fn watch(present: Arc<AtomicBool>) -> impl Future<Output = ()> {
    let (looked, first_look) = tokio::sync::oneshot::channel();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = linux::follow(&present, looked).await {
            tracing::info!(%error, "the session bus does not tell whether there is a tray");
        }
    });
    async {
        let _ = first_look.await;
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::atomic::{AtomicBool, Ordering};

    use futures::StreamExt;
    use tokio::sync::oneshot::Sender;
    use zbus::{fdo::DBusProxy, names::BusName};

    const WATCHER: &str = "org.kde.StatusNotifierWatcher";

    pub(super) async fn follow(present: &AtomicBool, looked: Sender<()>) -> zbus::Result<()> {
        let bus = zbus::Connection::session().await?;
        let names = DBusProxy::new(&bus).await?;
        let mut changes = names.receive_name_owner_changed_with_args(&[(0, WATCHER)]).await?;
        present.store(names.name_has_owner(BusName::try_from(WATCHER)?).await?, Ordering::Relaxed);
        let _ = looked.send(());
        while let Some(change) = changes.next().await {
            present.store(change.args()?.new_owner().is_some(), Ordering::Relaxed);
        }
        Ok(())
    }
}
