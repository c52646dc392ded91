//! A notification server of the test's own, whose buttons can be pressed by name: dunst lets only one be pressed.

#![expect(
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "the specification and its macro ask for them"
)]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Result;
use zbus::{object_server::SignalEmitter, zvariant::OwnedValue};

use crate::{session::Session, wait::until};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// A notification on the screen of nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    number: u32,
    /// Its first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// Names and labels of its buttons, in turn.
    pub buttons: Vec<String>,
}

/// The server; gone when dropped.
#[derive(Debug)]
pub struct NotificationServer {
    bus: zbus::Connection,
    shown: Arc<Mutex<Vec<Shown>>>,
    abilities: Arc<Mutex<Vec<String>>>,
}

struct Interface {
    shown: Arc<Mutex<Vec<Shown>>>,
    abilities: Arc<Mutex<Vec<String>>>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Interface {
    fn get_capabilities(&self) -> Vec<String> {
        self.abilities.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[expect(clippy::too_many_arguments, reason = "as the specification has it")]
    fn notify(
        &self,
        _from: String,
        _replaces: u32,
        _icon: String,
        title: String,
        body: String,
        buttons: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires_ms: i32,
    ) -> u32 {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let number = u32::try_from(shown.len()).unwrap_or(u32::MAX).saturating_add(1);
        shown.push(Shown { number, title, body, buttons });
        number
    }

    fn close_notification(&self, _number: u32) {}

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("postroom-tests", "Postroom", "1", "1.2")
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, number: u32, button: &str) -> zbus::Result<()>;
}

impl NotificationServer {
    /// Takes dunst's place on the session's bus.
    pub async fn start(session: &mut Session) -> Result<Self> {
        session.stop_dunst().await?;
        let shown = Arc::<Mutex<Vec<Shown>>>::default();
        let abilities = Arc::new(Mutex::new(vec!["actions".to_owned(), "body".to_owned(), "body-markup".to_owned()]));
        let interface = Interface { shown: Arc::clone(&shown), abilities: Arc::clone(&abilities) };
        let address = session.bus_address();
        let bus = zbus::connection::Builder::address(address)?.serve_at(PATH, interface)?.name(NAME)?.build().await?;
        Ok(Self { bus, shown, abilities })
    }

    /// Changes what it says it can do.
    pub fn can(&self, abilities: &[&str]) {
        let mut known = self.abilities.lock().unwrap_or_else(PoisonError::into_inner);
        *known = abilities.iter().map(|&ability| ability.to_owned()).collect();
    }

    /// All so far, oldest first.
    pub fn all(&self) -> Vec<Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for the one after `seen` earlier ones.
    pub async fn next(&self, seen: usize) -> Result<Shown> {
        until(&format!("notification {}", seen + 1), async || Ok(self.all().into_iter().nth(seen))).await
    }

    /// Presses a button, or with `default` the notification itself.
    pub async fn press(&self, shown: &Shown, button: &str) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, PATH)?;
        Ok(Interface::action_invoked(&emitter, shown.number, button).await?)
    }
}
