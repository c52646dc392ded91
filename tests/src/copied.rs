//! Another program on the desktop that holds the clipboard, for as long as this lives.

use anyhow::Result;

use crate::{command::Running, session::Session};

/// The running program.
#[derive(Debug)]
pub struct Copied {
    _running: Running,
}

/// What a program does that holds the clipboard and should not be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// It does not answer who asks for what it holds.
    Hung,
    /// It holds a text of 200 MiB.
    Endless,
    /// It holds a picture of few bytes that says it is 60,000 pixels wide and high.
    Bomb,
}

impl Copied {
    /// Copies a text.
    pub fn start(session: &Session, text: &str) -> Result<Self> {
        Ok(Self { _running: session.start_script("copied", text)? })
    }

    /// Takes the clipboard to do harm.
    pub fn hostile(session: &Session, harm: Harm) -> Result<Self> {
        let word = match harm {
            Harm::Hung => "hung",
            Harm::Endless => "endless",
            Harm::Bomb => "bomb",
        };
        Ok(Self { _running: session.start_script("hostile", word)? })
    }
}
