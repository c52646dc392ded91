//! A person who agrees on a server's own pages, in a real browser, while `postroomctl` waits.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use thirtyfour::{By, WebElement};

use crate::{
    browser::Browser,
    ctl::{Ctl, text},
    wait::until,
};

/// What a person may have to press on the way, in this order.
const WORDS: [&str; 5] = ["Authorize", "Allow", "Sign in", "Continue", "Next"];

impl Browser {
    /// Signs in and says yes to everything until the browser is back where Postroom listens.
    pub async fn agree(&self, address: &str, back: &str, name: &str, password: &str) -> Result<()> {
        self.visit(address).await?;
        let said = until("the browser to come back with an answer", async || {
            let here = self.driver.current_url().await?.to_string();
            if here.starts_with(back) {
                return Ok(Some(()));
            }
            // A page that changes under the hand is looked at again.
            let _ = self.step(name, password).await;
            Ok(None)
        });
        if let Err(error) = said.await {
            let page = self.driver.find(By::Tag("body")).await?.text().await?;
            return Err(error.context(format!("the page says: {page}")));
        }
        Ok(())
    }

    /// One thing a person would do on the page as it is.
    async fn step(&self, name: &str, password: &str) -> Result<()> {
        if let Some(field) = self.shown("input[type=password]").await? {
            if let Some(who) = self.shown("input[name=username], input[name=login]").await?
                && who.value().await?.unwrap_or_default().is_empty()
                && who.is_enabled().await?
            {
                who.send_keys(name).await?;
            }
            if field.value().await?.unwrap_or_default().is_empty() {
                field.send_keys(password).await?;
                field.send_keys("\u{e007}").await?;
            }
            return Ok(());
        }
        for word in WORDS {
            for button in self.driver.find_all(By::Tag("button")).await? {
                if button.is_displayed().await? && button.text().await?.starts_with(word) {
                    button.click().await?;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    async fn shown(&self, selector: &'static str) -> Result<Option<WebElement>> {
        for element in self.driver.find_all(By::Css(selector)).await? {
            if element.is_displayed().await? {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }
}

/// Links (or relinks) with a command line that prints the address to open; the account as printed in the end.
pub async fn linked(ctl: &Ctl, line: &[&str], browser: &Browser, name: &str, password: &str) -> Result<Value> {
    let line = [line, &["--no-browser", "--timeout", "120"]].concat();
    let mut child = ctl.command(&line).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let Some(first) = lines.next() else {
        let output = child.wait_with_output()?;
        anyhow::bail!("nothing was printed: {}", String::from_utf8_lossy(&output.stderr));
    };
    let first: Value = serde_json::from_str(&first?)?;
    let (address, back) = (text(&first, "/authorize_url")?, text(&first, "/redirect_uri")?);
    let host = url::Url::parse(&back)?.origin().ascii_serialization();
    browser.agree(&address, &host, name, password).await?;
    let printed: String = lines.collect::<Result<Vec<_>, _>>()?.join("\n");
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "linking failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&printed).with_context(|| format!("not an account: {printed}"))
}
