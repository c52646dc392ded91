//! What a screen reader finds in a window. Unlike WebDriver it outlives the page: a window whose process was replaced
//! can be read on.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::{command::root, session::Session, wait::until};

/// One thing in a window, as it is spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Spoken {
    /// Its role: `push button`, `entry`, …
    pub role: String,
    /// Its name.
    pub name: String,
    /// What is written in it.
    pub text: String,
    /// Whether keys go to it.
    pub focused: bool,
}

/// Reads windows as a screen reader does.
#[derive(Debug)]
pub struct Reader<'a>(&'a Session);

impl<'a> Reader<'a> {
    /// Reads on a desktop after [`Session::start_reading`].
    pub const fn of(session: &'a Session) -> Self {
        Self(session)
    }

    /// Everything in the windows of a process, outermost first.
    pub fn read(&self, pid: u32) -> Result<Vec<Spoken>> {
        let mut command = self.0.command("/usr/bin/python3");
        let output = command.arg(root().join("tests/desktop/spoken.py")).arg(pid.to_string()).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the windows could not be read: {said}");
        serde_json::from_slice(&output.stdout).with_context(|| said.into_owned())
    }

    /// Waits until something in the windows of a process is as `wanted`.
    pub async fn find(&self, pid: u32, what: &str, wanted: impl Fn(&Spoken) -> bool) -> Result<Spoken> {
        until(what, async || Ok(self.read(pid)?.into_iter().find(&wanted))).await
    }
}
