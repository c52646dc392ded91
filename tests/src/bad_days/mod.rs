//! Bad days: what a person reads, what a script gets, what is there afterwards, and what was compared to say that
//! nothing is lost. Each test of the target `bad_days` fills one row; the last of them compares all rows with
//! `docs/bad-days.md`, so that the document cannot drift from what was seen, and fails where a case has no row.
//!
//! To add a case:
//! 1. Its line in [`CASES`]: an identifier and a title. A case without a test makes the layer fail.
//! 2. Its test in the file of its theme, `tests/tests/bad_days/{input,instances,profile,time}.rs`. It ends with
//!    ```no_run
//!    # async fn example(ctl: journeys::ctl::Ctl, window: journeys::Window) -> anyhow::Result<()> {
//!    # use journeys::bad_days::Day;
//!    let mut day = Day::of("picture_gone")?;
//!    let error = day.ctl(&ctl, &["posts", "create", "--to", "@robin"], "")?; // exit code and code, as printed
//!    day.failure(&error); // or .finding(), .publication(): said by the window's own tables
//!    day.seen(&window, &["Add it again"]).await?; // or sentences read off the real window
//!    day.after("1 publication scheduled").nothing_lost("text and time of the post").done()
//!    # }
//!    ```
//!    Write only what was observed and is the same in every run: no identifiers, paths, ports or durations.
//! 3. `POSTROOM_RENEW=1 cargo xtask test --only bad-days` writes the document; look at the difference.

mod cases;
mod table;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

pub use cases::{CASES, Case};
pub use table::compare;

use crate::{Window, ctl::Ctl};

/// One case as it was met.
#[derive(Debug, Clone)]
pub struct Day {
    case: &'static Case,
    ctl: Vec<String>,
    window: Vec<Said>,
    after: String,
    nothing_lost: String,
}

/// Something the window says.
#[derive(Debug, Clone)]
enum Said {
    /// Read off the real window.
    Seen(Vec<String>),
    /// To be put into words by the window's tables: its kind for `said.mjs`, and the value as Rust sent it.
    Value(&'static str, Value),
}

/// The rows of this run. In memory, so that none can be left over from another.
static ROWS: Mutex<BTreeMap<&'static str, Day>> = Mutex::new(BTreeMap::new());

impl Day {
    /// A row for a case of the list.
    pub fn of(id: &str) -> Result<Self> {
        let case = CASES.iter().find(|case| case.id == id).with_context(|| format!("no case is called {id}"))?;
        let (after, nothing_lost) = (String::new(), String::new());
        Ok(Self { case, ctl: Vec::new(), window: Vec::new(), after, nothing_lost })
    }

    /// Runs a command line that has to fail, notes its exit code and code, and answers the error it printed.
    pub fn ctl(&mut self, ctl: &Ctl, args: &[&str], input: &str) -> Result<Value> {
        let (exit, error) = ctl.refused(args, input)?;
        self.refusal(exit, &error)?;
        Ok(error)
    }

    /// Notes an exit code and the error printed with it.
    pub fn refusal(&mut self, exit: i32, error: &Value) -> Result<()> {
        let code = error["code"].as_str().context("an error without a code")?;
        self.note(format!("{exit} `{code}`"));
        Ok(())
    }

    /// Notes a publication as the command line shows it with exit code 0: its state, and what it is held for or failed of.
    pub fn shown(&mut self, publication: &Value) -> Result<()> {
        let state = publication["state"].as_str().context("a publication without a state")?;
        let why =
            ["held", "cause"].iter().find_map(|field| publication[field].as_str().filter(|text| !text.is_empty()));
        self.note(why.map_or_else(|| format!("0 `{state}`"), |why| format!("0 `{state}` (`{why}`)")));
        Ok(())
    }

    fn note(&mut self, line: String) {
        if !self.ctl.contains(&line) {
            self.ctl.push(line);
        }
    }

    /// The window meets this failure: title, sentence and advice come from its own table.
    pub fn failure(&mut self, failure: &Value) -> &mut Self {
        self.say("failure", failure.clone())
    }

    /// The window shows this finding of pre-flight for the account `who`.
    pub fn finding(&mut self, finding: &Value, who: &str) -> &mut Self {
        self.say("finding", json!({"finding": finding, "who": who, "threaded": false}))
    }

    /// The queue in the window shows this publication: its tag, its reason, its buttons.
    pub fn publication(&mut self, publication: &Value) -> &mut Self {
        self.say("publication", publication.clone())
    }

    fn say(&mut self, kind: &'static str, value: Value) -> &mut Self {
        self.window.push(Said::Value(kind, value));
        self
    }

    /// The real window shows these sentences now; waits for each.
    pub async fn seen(&mut self, window: &Window, sentences: &[&str]) -> Result<()> {
        for sentence in sentences {
            window.text(sentence).await?;
        }
        self.read(sentences);
        Ok(())
    }

    /// Sentences that the test read itself: off a native dialog, a notification.
    pub fn read(&mut self, sentences: &[&str]) -> &mut Self {
        self.window.push(Said::Seen(sentences.iter().map(|&sentence| sentence.to_owned()).collect()));
        self
    }

    /// What is there afterwards.
    pub fn after(&mut self, state: impl Into<String>) -> &mut Self {
        self.after = state.into();
        self
    }

    /// What was compared and found whole.
    pub fn nothing_lost(&mut self, compared: impl Into<String>) -> &mut Self {
        self.nothing_lost = compared.into();
        self
    }

    /// Keeps the row. Every column must be filled, and a case has one row.
    pub fn done(&self) -> Result<()> {
        let id = self.case.id;
        ensure!(!self.ctl.is_empty() && !self.window.is_empty(), "{id}: the command line or the window is missing");
        ensure!(!self.after.is_empty() && !self.nothing_lost.is_empty(), "{id}: nothing is said of afterwards");
        let before = ROWS.lock().unwrap_or_else(PoisonError::into_inner).insert(id, self.clone());
        ensure!(before.is_none(), "{id} has two rows");
        Ok(())
    }
}

/// The publications of a profile by state, as the command line counts them: `1 published, 2 scheduled`.
pub fn states(ctl: &Ctl) -> Result<String> {
    let status = ctl.json(&["queue", "status"])?;
    let by_state = status["by_state"].as_object().context("no states")?;
    let counts: Vec<_> = by_state.iter().map(|(state, count)| format!("{count} {state}")).collect();
    Ok(if counts.is_empty() { "nothing queued".to_owned() } else { counts.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_needs_a_case_and_every_column() {
        assert!(Day::of("no such case").is_err());
        let mut day = Day::of("disk_full").unwrap();
        assert!(day.done().is_err());
        day.refusal(1, &json!({"code": "storage_failed"})).unwrap();
        day.failure(&json!({"code": "storage_failed"})).after("as before");
        assert!(day.done().is_err(), "nothing is said of what was compared");
        day.nothing_lost("everything").done().unwrap();
        assert!(day.done().is_err(), "a second row");
    }

    #[test]
    fn what_the_command_line_prints_is_noted_once() {
        let mut day = Day::of("disk_full").unwrap();
        for _ in 0..2 {
            day.shown(&json!({"state": "held", "held": "missed", "cause": ""})).unwrap();
        }
        day.shown(&json!({"state": "published", "held": null, "cause": ""})).unwrap();
        assert_eq!(day.ctl, ["0 `held` (`missed`)", "0 `published`"]);
    }
}
