//! The window on a profile with a practice network of its own, which can be made to fail, and what both say of posts.

use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::{ctl::text, network::Network, session::Session, wait::until, window::Window};

/// The window, its network, and the rules of axe that were broken so far.
pub struct Stage {
    /// The app's window.
    pub window: Window,
    /// The practice network of its profile.
    pub network: Network,
    /// The desktop around it.
    pub session: Session,
    broken: Vec<String>,
}

impl Stage {
    /// Opens the window on an empty profile; `name` is that of the folder for pictures and logs.
    pub async fn open(name: &str) -> Result<Self> {
        let session = Session::start(name).await?;
        DirBuilder::new().mode(0o700).create(session.profile())?;
        let network = Network::start(&session.path("practice"))?;
        network.serve_profile(&session.profile())?;
        let window = Window::open(&session, &["--vault", "env"]).await?;
        window.by_role("heading", "Compose").await?;
        Ok(Self { window, network, session, broken: Vec::new() })
    }

    /// Links an account on the practice network without a browser.
    pub async fn link(&self, kind: &str, name: &str) -> Result<Value> {
        self.window.call("practice_link", json!({ "kind": kind, "name": name })).await
    }

    /// Posts now.
    pub async fn post(&self, account: &Value, parts: &Value) -> Result<()> {
        self.plan(&[account], parts, &json!({ "kind": "now" })).await
    }

    /// Posts when it is wanted, through all of these accounts.
    pub async fn plan(&self, accounts: &[&Value], parts: &Value, when: &Value) -> Result<()> {
        let accounts: Vec<_> = accounts.iter().map(|account| account["id"].clone()).collect();
        let draft = json!({ "accounts": accounts, "content": { "parts": parts } });
        self.window.call("posts_create", json!({ "draft": draft, "when": when })).await.map(drop)
    }

    /// What the app tells of a publication, found by words of its text.
    pub async fn publications(&self, words: &str) -> Result<Vec<Value>> {
        let listed = self.window.call("publications_list", json!({ "search": words })).await?;
        Ok(listed.as_array().context("a list")?.clone())
    }

    /// Waits until so many publications are in a state.
    pub async fn in_state(&self, state: &str, count: u64) -> Result<()> {
        until(&format!("{count} {state}"), async || {
            let status = self.window.call("queue_status", json!({})).await?;
            Ok((status["by_state"][state].as_u64().unwrap_or(0) == count).then_some(()))
        })
        .await
    }

    /// Waits until so many publications are held for a reason.
    pub async fn held_for(&self, reason: &str, count: usize) -> Result<()> {
        until(&format!("{count} held for {reason}"), async || {
            let listed = self.window.call("publications_list", json!({})).await?;
            let held = listed.as_array().context("a list")?.iter().filter(|each| each["held"] == reason).count();
            Ok((held == count).then_some(()))
        })
        .await
    }

    /// Goes to a view by its link.
    pub async fn show(&self, view: &str) -> Result<()> {
        self.window.press("link", view).await?;
        self.window.by_role("heading", view).await.map(drop)
    }

    /// Goes to the queue.
    pub async fn queue(&self) -> Result<()> {
        self.show("Queue").await
    }

    /// Goes on to the consent page from the dialog that asks for it, and agrees there as a browser would.
    pub async fn consent(&self, kind: &str, name: &str) -> Result<()> {
        let seen = self.session.opened_count();
        self.window.press("button", "Open the browser").await?;
        self.network.consent(&self.session.opened_url(seen).await?, kind, name)?;
        self.window.text("is linked").await
    }

    /// Puts what lies in front away with Escape.
    pub async fn close(&self, role: &str, name: &str) -> Result<()> {
        self.window.keys(Key::Escape + "").await?;
        self.window.gone(role, name).await
    }

    /// A picture of what is shown now in both themes, and the rules it breaks.
    pub async fn look(&mut self, name: &str) -> Result<()> {
        for theme in ["light", "dark"] {
            self.window.call("settings_change", json!({ "theme": theme })).await?;
            self.window.screenshot(&format!("{name}-{theme}")).await?;
            self.broken.extend(self.window.axe().await?.into_iter().map(|rule| format!("{name} {theme}: {rule}")));
        }
        Ok(())
    }

    /// What is live, oldest first.
    pub fn live(&self) -> Result<Vec<String>> {
        self.network.timeline()?.iter().rev().map(|post| text(post, "/text")).collect()
    }

    /// Waits until so many posts are live.
    pub async fn live_are(&self, count: usize) -> Result<Vec<String>> {
        until(&format!("{count} posts on the timeline"), async || {
            Ok(Some(self.live()?).filter(|live| live.len() == count))
        })
        .await
    }

    /// No rule of axe was broken, and nothing went wrong in the page.
    pub async fn done(self) -> Result<()> {
        ensure!(self.broken.is_empty(), "{:#?}", self.broken);
        let errors = self.window.errors().await?;
        ensure!(errors.is_empty(), "{errors:?}");
        Ok(())
    }
}
