//! Somebody who has never seen the window: reads what is shown, presses what it names, types where it asks.
//!
//! Counts what they do, and reckons how long a person takes for it beside the machine's own time: the operators of the
//! keystroke-level model (Card, Moran and Newell 1983) for an average typist, and silent reading at 238 words a minute
//! (Brysbaert 2019) of everything a screen says, once.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::WebDriver;

use crate::{browser::Browser, window::Window};

/// Deciding what to do next, in ms.
const THINK_MS: u64 = 1_350;
/// Moving the pointer to something and pressing it.
const POINT_AND_PRESS_MS: u64 = 1_100 + 200;
/// Moving the hand between mouse and keyboard.
const REACH_MS: u64 = 400;
/// One key.
const KEY_MS: u64 = 280;
/// One word read: 238 a minute.
const WORD_MS: u64 = 60_000 / 238;

/// Words on the front-most thing shown.
const WORDS: &str =
    "const shown = document.querySelector('[role=dialog]') || document.querySelector('main') || document.body;
    return shown.innerText.split(/\\s+/).filter((word) => /\\w/.test(word)).length;";

/// A step of the way, as the person would name it.
#[derive(Debug, Default)]
struct Step {
    name: String,
    actions: u64,
    words: u64,
    person_ms: u64,
    machine_ms: u64,
}

/// The person.
#[derive(Debug)]
pub struct Newcomer {
    steps: Vec<Step>,
    step: Step,
    began: Instant,
}

impl Newcomer {
    /// Somebody about to begin with a step.
    pub fn begins(step: &str) -> Self {
        let first = Step { name: step.to_owned(), ..Step::default() };
        Self { steps: Vec::new(), step: first, began: Instant::now() }
    }

    /// Ends the step and begins the next one.
    pub fn goes_on(&mut self, step: &str) {
        self.step.machine_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let next = Step { name: step.to_owned(), ..Step::default() };
        self.steps.push(std::mem::replace(&mut self.step, next));
        self.began = Instant::now();
    }

    /// Something done elsewhere that no test can drive: so many actions, keys and words.
    pub fn would_do(&mut self, actions: u64, keys: u64, words: u64) {
        self.step.actions += actions;
        self.step.words += words;
        self.step.person_ms += actions * (THINK_MS + POINT_AND_PRESS_MS) + keys * KEY_MS + words * WORD_MS;
    }

    /// Reads what is in front.
    pub async fn reads(&mut self, driver: &WebDriver) -> Result<()> {
        let words = driver.execute(WORDS, Vec::new()).await?.json().as_u64().context("no number of words")?;
        self.would_do(0, 0, words);
        Ok(())
    }

    /// Presses what has this role and name.
    pub async fn presses(&mut self, window: &Window, role: &str, name: &str) -> Result<()> {
        window.by_role(role, name).await?.click().await?;
        self.would_do(1, 0, 0);
        Ok(())
    }

    /// Goes to a field and types.
    pub async fn types(&mut self, window: &Window, field: &str, text: &str) -> Result<()> {
        let element = window.by_role("textbox", field).await?;
        element.click().await?;
        element.send_keys(text).await?;
        let keys = u64::try_from(text.chars().count())?;
        self.would_do(2, keys, 0);
        // Typing is one action, begun without looking for it anew.
        self.step.person_ms += REACH_MS * 2;
        self.step.person_ms -= THINK_MS + POINT_AND_PRESS_MS;
        Ok(())
    }

    /// Presses a button of the page in the browser.
    pub async fn presses_in(&mut self, browser: &Browser, label: &str) -> Result<()> {
        browser.press(label).await?;
        self.would_do(1, 0, 0);
        Ok(())
    }

    /// Ends the way: what was done in all, and step by step.
    pub fn ends(mut self) -> Value {
        self.goes_on("");
        let sum = |of: fn(&Step) -> u64| self.steps.iter().map(of).sum::<u64>();
        let seconds = |ms: u64| Duration::from_millis((ms + 50) / 100 * 100).as_secs_f64();
        let (person, machine) = (sum(|step| step.person_ms), sum(|step| step.machine_ms));
        let shown = |step: &Step| {
            json!({"step": step.name, "actions": step.actions, "words_read": step.words,
                "person_s": seconds(step.person_ms), "machine_s": seconds(step.machine_ms)})
        };
        let steps: Vec<_> = self.steps.iter().map(shown).collect();
        json!({"actions": sum(|step| step.actions), "words_read": sum(|step| step.words),
            "person_s": seconds(person), "machine_s": seconds(machine), "together_s": seconds(person + machine),
            "steps": steps})
    }
}

/// The pace that is reckoned with.
pub fn pace() -> Value {
    json!({"model": "keystroke-level model (Card, Moran, Newell 1983); reading 238 words a minute (Brysbaert 2019)",
        "think_ms": THINK_MS, "point_and_press_ms": POINT_AND_PRESS_MS, "reach_ms": REACH_MS, "key_ms": KEY_MS,
        "word_ms": WORD_MS})
}

/// Keeps a way under its name in a file of results, beside the others there.
pub fn keep(file: &Path, name: &str, way: &Value) -> Result<()> {
    let mut all: Value = fs::read(file).map_or_else(|_| Ok(json!({})), |bytes| serde_json::from_slice(&bytes))?;
    all["pace"] = pace();
    all[name] = way.clone();
    Ok(fs::write(file, format!("{all:#}\n"))?)
}

#[cfg(test)]
mod tests {
    use super::Newcomer;

    #[test]
    fn what_is_done_is_counted_and_reckoned_step_by_step() {
        let mut newcomer = Newcomer::begins("one");
        newcomer.would_do(2, 10, 0);
        newcomer.goes_on("two");
        newcomer.would_do(0, 0, 100);
        let way = newcomer.ends();
        assert_eq!((way["actions"].as_u64(), way["words_read"].as_u64()), (Some(2), Some(100)));
        assert_eq!(way["steps"][0]["person_s"], 8.1, "two presses and ten keys: {way}");
        assert_eq!(way["steps"][1]["person_s"], 25.2, "a hundred words: {way}");
        assert_eq!(way["steps"].as_array().map(Vec::len), Some(2));
    }
}
