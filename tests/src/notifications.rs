//! Every notification sent on the session bus, as its server received it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Result;
use futures::StreamExt;
use zbus::{MatchRule, MessageStream, fdo::MonitoringProxy, message::Type, zvariant::OwnedValue};

use crate::wait::until;

/// What a program asked the notification server to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Name of the program.
    pub from: String,
    /// Its first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// Names and labels of its buttons, in turn.
    pub actions: Vec<String>,
}

/// The record of one session bus.
#[derive(Debug, Clone)]
pub struct Notifications {
    seen: Arc<Mutex<Vec<Notification>>>,
}

type Arguments = (String, u32, String, String, String, Vec<String>, HashMap<String, OwnedValue>, i32);

impl Notifications {
    /// Watches the bus from now on.
    pub(crate) async fn listen(address: &str) -> Result<Self> {
        let watcher = zbus::connection::Builder::address(address)?.build().await?;
        let rule = MatchRule::builder()
            .msg_type(Type::MethodCall)
            .interface("org.freedesktop.Notifications")?
            .member("Notify")?
            .build();
        MonitoringProxy::new(&watcher).await?.become_monitor(&[rule], 0).await?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        let mut messages = MessageStream::from(watcher);
        tokio::spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                if let Ok((from, _, _, title, body, actions, _, _)) = message.body().deserialize::<Arguments>() {
                    let mut seen = record.lock().unwrap_or_else(PoisonError::into_inner);
                    seen.push(Notification { from, title, body, actions });
                }
            }
        });
        Ok(Self { seen })
    }

    /// All so far, oldest first.
    pub fn all(&self) -> Vec<Notification> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for one that fits.
    pub async fn find(&self, what: &str, fits: impl Fn(&Notification) -> bool) -> Result<Notification> {
        let found = until(what, async || Ok(self.all().into_iter().find(|one| fits(one)))).await;
        found.map_err(|error| error.context(format!("seen so far: {:#?}", self.all())))
    }
}
