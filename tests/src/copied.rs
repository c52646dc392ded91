//! Another program on the desktop in which a text was copied: it is on the clipboard for as long as this lives.

use anyhow::{Result, ensure};

use crate::{
    command::{Running, root},
    session::Session,
};

/// The running program.
#[derive(Debug)]
pub struct Copied {
    _running: Running,
}

impl Copied {
    /// Copies a text.
    pub fn start(session: &Session, text: &str) -> Result<Self> {
        let mut command = session.command("/usr/bin/python3");
        command.arg(root().join("tests/desktop/copied.py")).arg(text);
        let (running, said) = Running::announcing(command, &session.log("copied"))?;
        ensure!(said == "ready", "it said {said:?}");
        Ok(Self { _running: running })
    }
}
