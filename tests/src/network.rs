//! A practice network in a process of its own, which profiles share, and its synced journal.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    ctl::{Ctl, text},
    http,
};

/// A running practice network; it ends with this value.
#[derive(Debug)]
pub struct Network {
    child: Child,
    /// Its origin.
    pub url: String,
    /// Its own folder.
    pub folder: PathBuf,
    token: String,
    home: PathBuf,
    environment: Vec<(String, String)>,
}

impl Network {
    /// Starts one with its data below `home`, and returns when it can be reached.
    pub fn start(home: &Path) -> Result<Self> {
        Self::start_with(home, Vec::new())
    }

    /// The same with more in its environment.
    pub fn start_with(home: &Path, environment: Vec<(String, String)>) -> Result<Self> {
        let folder = home.join("network");
        fs::create_dir_all(&folder)?;
        // The network's own folder in place of a profile.
        let ctl = Ctl::new(&home.join("network-home"))?.with_environment(environment.clone()).on(&folder);
        let mut command = ctl.command(&["practice", "serve", "--own-folder"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().context("start the practice network")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).with_context(|| format!("the practice network said {line:?}"))?;
        let token = fs::read_to_string(folder.join("control.token"))?;
        Ok(Self { child, url: text(&said, "/url")?, folder, token, home: home.to_owned(), environment })
    }

    /// Kills it and starts it again: what it had been sent and not yet accepted, it never will.
    pub fn restart(&mut self) -> Result<()> {
        self.end();
        let url = self.url.clone();
        *self = Self::start_with(&self.home, self.environment.clone())?;
        ensure!(self.url == url, "the network came back at {} instead of {url}", self.url);
        Ok(())
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Makes this network the one of a profile.
    pub fn serve_profile(&self, profile: &Path) -> Result<()> {
        symlink(&self.folder, profile.join("practice")).context("name the network in the profile")
    }

    /// Its journal.
    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal.jsonl")
    }

    /// A control call; what it answers.
    pub fn control(&self, path: &str, body: &Value) -> Result<Value> {
        let token = format!("X-Practice-Control: {}", self.token);
        http::post(&format!("{}/control/{path}", self.url), &[&token], body)?.done()?.json()
    }

    /// Consents as the page would, and lets the "browser" go back to the app. Returns where it was sent.
    pub fn consent(&self, authorize_url: &str, kind: &str, name: &str) -> Result<String> {
        let body = json!({"authorize_url": authorize_url, "kind": kind, "name": name});
        let back = text(&self.control("consent", &body)?, "/redirect_to")?;
        let page = http::get(&back)?;
        ensure!(matches!(page.status, 200 | 303), "the app answered the browser with {}", page.status);
        Ok(back)
    }

    /// Arms a fault.
    pub fn fault(&self, fault: &Value) -> Result<()> {
        self.control("faults", fault).map(drop)
    }

    /// The public timeline, newest first.
    pub fn timeline(&self) -> Result<Vec<Value>> {
        let posts = http::get(&format!("{}/timeline.json", self.url))?.done()?.json()?;
        Ok(posts.get("posts").and_then(Value::as_array).context("no list of posts")?.clone())
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.end();
    }
}
