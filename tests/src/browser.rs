//! A real browser for the consent page, driven by the keyboard alone.

use std::{net::TcpListener, path::Path, process::Command};

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::{Capabilities, Key, WebDriver};

use crate::{command::Running, session::Session, wait::until};

/// Chromium on the session's display.
#[derive(Debug)]
pub struct Browser {
    /// The WebDriver session.
    pub driver: WebDriver,
    _chromedriver: Running,
}

impl Browser {
    /// Starts the browser with a profile of its own.
    pub async fn start(session: &Session) -> Result<Self> {
        Self::with(session.command("chromedriver"), &session.log("chromedriver"), &session.path("chromium"), &[]).await
    }

    /// Starts one that needs no display, with everything it writes below `home`.
    pub async fn headless(home: &Path) -> Result<Self> {
        let mut chromedriver = Command::new("/usr/bin/chromedriver");
        chromedriver.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", home);
        Self::with(chromedriver, &home.join("chromedriver.log"), &home.join("chromium"), &["--headless=new"]).await
    }

    async fn with(mut chromedriver: Command, log: &Path, profile: &Path, more: &[&str]) -> Result<Self> {
        let port = free_port()?;
        chromedriver.arg(format!("--port={port}"));
        let chromedriver = Running::quiet(chromedriver, "", log)?;
        let mut wishes = Capabilities::new();
        wishes.set("browserName", "chrome")?;
        let profile = format!("--user-data-dir={}", profile.display());
        let args = [
            profile.as_str(),
            "--no-sandbox",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--password-store=basic",
            "--window-size=1000,760",
        ];
        let args = [&args[..], more].concat();
        wishes.set("goog:chromeOptions", json!({ "binary": "/usr/bin/chromium", "args": args }))?;
        Ok(Self { driver: connect(port, wishes).await?, _chromedriver: chromedriver })
    }

    /// Goes to an address.
    pub async fn visit(&self, url: &str) -> Result<()> {
        Ok(self.driver.goto(url).await?)
    }

    /// Walks with Tab until the focused element's text, value or label is `label`, then presses Enter there.
    pub async fn press(&self, label: &str) -> Result<()> {
        crate::keys::tab_to(&self.driver, label).await?;
        self.driver.action_chain().send_keys(Key::Enter + "").perform().await?;
        Ok(())
    }

    /// Walks with Tab to a field and replaces what it holds.
    pub async fn type_into(&self, label: &str, text: &str) -> Result<()> {
        crate::keys::tab_to(&self.driver, label).await?;
        let keys = self.driver.action_chain().key_down(Key::Control).send_keys("a").key_up(Key::Control);
        keys.send_keys(text).perform().await?;
        Ok(())
    }

    /// Waits until the page's address begins like this and returns it.
    pub async fn arrived(&self, start: &str) -> Result<String> {
        until(&format!("the browser to arrive at {start}"), async || {
            let now = self.driver.current_url().await?.to_string();
            Ok(now.starts_with(start).then_some(now))
        })
        .await
    }

    /// Ends the browser.
    pub async fn quit(self) -> Result<()> {
        Ok(self.driver.clone().quit().await?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its server is killed with it.
        let _ = self.driver.clone().leak();
    }
}

/// A port that was free just now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Waits until something listens on a port.
pub(crate) async fn listening(port: u16) -> Result<()> {
    let what = format!("a WebDriver server on port {port}");
    until(&what, async || Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok())).await.map(drop)
}

/// Waits for a WebDriver server and begins a session.
pub(crate) async fn connect(port: u16, wishes: Capabilities) -> Result<WebDriver> {
    listening(port).await?;
    WebDriver::new(format!("http://127.0.0.1:{port}"), wishes).await.context("no WebDriver session")
}
