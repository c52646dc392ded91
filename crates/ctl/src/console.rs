//! Standard output and standard error: one JSON value or text for people on the first, everything else on
//! the second. What came from platforms cannot steer the terminal.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

use crate::{answer::Answer, render, trouble::Trouble};

type Stream = Mutex<Box<dyn Write + Send>>;

/// Where and how a run prints.
pub struct Console {
    out: Stream,
    err: Stream,
    /// Print JSON on standard output.
    pub json: bool,
    /// Print no hints.
    pub quiet: bool,
    /// Whether errors are read by a person and not by a script.
    plain_errors: bool,
}

impl Console {
    /// The process's own streams.
    pub fn standard(json: bool, quiet: bool) -> Self {
        let plain_errors = !json && io::stderr().is_terminal();
        Self::new(Box::new(io::stdout()), Box::new(io::stderr()), json, quiet, plain_errors)
    }

    /// Given streams.
    pub fn new(
        out: Box<dyn Write + Send>,
        err: Box<dyn Write + Send>,
        json: bool,
        quiet: bool,
        plain_errors: bool,
    ) -> Self {
        Self { out: Mutex::new(out), err: Mutex::new(err), json, quiet, plain_errors }
    }

    /// Prints an answer and its hint.
    pub fn answer(&self, answer: &Answer) -> io::Result<()> {
        self.entry(&answer.json, &answer.text)?;
        self.hint(&answer.hint);
        Ok(())
    }

    /// Prints one object of a stream, or its line for people.
    pub fn entry(&self, json: &impl Serialize, text: &str) -> io::Result<()> {
        let line = if self.json { serde_json::to_string(json)? } else { clean(text.trim_end()) };
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(out, "{line}")?;
        out.flush()
    }

    /// Tells people what to do next; scripts are not told.
    pub fn hint(&self, text: &str) {
        if !self.json && !self.quiet && !text.is_empty() {
            self.error_line(&clean(text));
        }
    }

    /// Prints what went wrong: JSON, or sentences at a terminal.
    pub fn trouble(&self, trouble: &Trouble) {
        if self.plain_errors {
            self.error_line(&clean(&render::trouble(&trouble.failure)));
        } else {
            self.error_line(&trouble.to_json());
        }
    }

    fn error_line(&self, line: &str) {
        let mut err = self.err.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody can be told that telling failed.
        let _ = writeln!(err, "{line}").and_then(|()| err.flush());
    }
}

/// Takes out what could move the cursor, colour the terminal or turn the writing direction.
fn clean(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use domain::ErrorCode;
    use serde_json::json;

    use super::*;
    use crate::testing::Screen;

    #[test]
    fn json_is_one_line_and_hints_stay_away_from_scripts() {
        let screen = Screen::default();
        screen.console(true).answer(&Answer::new(json!({"a": "b\nc"}), "text").hint("next")).unwrap();
        assert_eq!((screen.out().as_str(), screen.err().as_str()), ("{\"a\":\"b\\nc\"}\n", ""));
    }

    #[test]
    fn people_get_text_without_control_characters() {
        let screen = Screen::default();
        screen.console(false).answer(&Answer::new(json!(1), "a\u{1b}[31mb\u{202e}\nc\n").hint("next")).unwrap();
        assert_eq!((screen.out().as_str(), screen.err().as_str()), ("a\u{fffd}[31mb\u{fffd}\nc\n", "next\n"));
    }

    #[test]
    fn errors_are_json_unless_a_person_reads_them() {
        let trouble = Trouble::new(ErrorCode::NotFound, "No such post.", "Look at the list.");
        let screen = Screen::default();
        screen.console(false).trouble(&trouble);
        assert_eq!(screen.err(), format!("{}\n", trouble.to_json()));
        let screen = Screen::default();
        Console { plain_errors: true, ..screen.console(false) }.trouble(&trouble);
        assert_eq!(screen.err(), "No such post.\nLook at the list.\n");
    }
}
