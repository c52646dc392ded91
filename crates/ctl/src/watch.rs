//! What the runner does, one line an event: `claimed`, `step`, and every state a publication takes.
//!
//! ```json
//! {"at":"…","event":"published","publication":"pub_…","post":"post_…","account":"acc_…","platform":"practice","state":"published","url":"…"}
//! ```

use std::{collections::HashMap, io};

use app::Progress;
use domain::{ChangeState, EffectKind, PublicationId, PublicationState, UtcMs, ports::Clock};
use ipc::wire::{ById, PublicationDetail, PublicationView};
use serde::Serialize;

use crate::{
    backend::{Backend, ask},
    console::Console,
    moment,
};

/// One line.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Line {
    at: String,
    /// `claimed`, `step`, `change`, or the state.
    event: &'static str,
    publication: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    post: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    account: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    platform: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    step: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<PublicationState>,
    /// What is being done to what is live, and where that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<EffectKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change_state: Option<ChangeState>,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<domain::HeldReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
}

/// Tells what the runner does.
pub struct Watch<'a> {
    backend: &'a dyn Backend,
    console: &'a Console,
    clock: &'a dyn Clock,
    zone: &'a str,
    known: HashMap<PublicationId, PublicationView>,
}

impl<'a> Watch<'a> {
    /// Tells it on `console`, with names asked of `backend`.
    pub fn new(backend: &'a dyn Backend, console: &'a Console, clock: &'a dyn Clock, zone: &'a str) -> Self {
        Self { backend, console, clock, zone, known: HashMap::new() }
    }

    /// Tells one thing.
    pub async fn tell(&mut self, progress: Progress) -> io::Result<()> {
        let at = self.clock.now();
        let (id, line) = match progress {
            Progress::Claimed(id) => (id, Line { event: "claimed", ..Line::default() }),
            Progress::Step(id, step) => (id, Line { event: "step", step, ..Line::default() }),
            Progress::State(id, state, reason) => {
                // What was known of it is old.
                self.known.remove(&id);
                (id, Line { event: state.as_str(), state: Some(state), reason, ..Line::default() })
            }
            Progress::Change(id, change, state, reason) => {
                self.known.remove(&id);
                let (change, change_state) = (Some(change), Some(state));
                (id, Line { event: "change", change, change_state, reason, ..Line::default() })
            }
        };
        let zone = self.zone;
        let view = self.view(id).await;
        let text = told(&line, view, at, zone);
        let line = filled(line, view, id, at);
        if line.state.is_some_and(PublicationState::is_final) {
            self.known.remove(&id);
        }
        self.console.entry(&line, &text)
    }

    /// The publication as it is now; `None` where it cannot be read.
    async fn view(&mut self, id: PublicationId) -> Option<&PublicationView> {
        if !self.known.contains_key(&id) {
            let asked = ask::<PublicationDetail>(self.backend, "publications_show", ById { id: id.to_string() }).await;
            self.known.insert(id, asked.ok()?.view.publication);
        }
        self.known.get(&id)
    }
}

fn filled(line: Line, view: Option<&PublicationView>, id: PublicationId, at: UtcMs) -> Line {
    let line = Line { at: at.to_rfc3339(), publication: id.to_string(), ..line };
    let Some(view) = view else { return line };
    // By the time it is read it may have gone on: what belongs to a state is told only with that state.
    let same = line.state == Some(view.state);
    Line {
        post: view.post.clone(),
        account: view.account.clone(),
        platform: view.platform.clone(),
        held: view.held.filter(|_| same),
        next_at: view.next_at.clone().filter(|_| same),
        url: if same { view.url.clone() } else { String::new() },
        ..line
    }
}

fn told(line: &Line, view: Option<&PublicationView>, at: UtcMs, zone: &str) -> String {
    let what = match (line.change, line.change_state) {
        (Some(change), Some(state)) => format!("{}: {}", change.as_str(), state.as_str()),
        _ if line.step.is_empty() => line.event.replace('_', " "),
        _ => line.step.clone(),
    };
    let whose = view.map(|view| format!("{} ({}): ", view.handle, view.platform)).unwrap_or_default();
    let mut text = format!("{}  {whose}{what}", moment::show_instant(at, zone));
    if !line.reason.is_empty() {
        text = format!("{text}. {}", line.reason);
    }
    match view {
        Some(view) if line.state == Some(PublicationState::Published) && !view.url.is_empty() => {
            format!("{text} {}", view.url)
        }
        _ => text,
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
