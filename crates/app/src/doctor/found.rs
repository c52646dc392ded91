//! What trying a hop comes to, before it is put into words.

use domain::doctor::{Diagnosis, HopState};

use super::Seen;

/// What was found at a hop.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) state: HopState,
    pub(super) diagnosis: Option<Diagnosis>,
    /// What to say of a hop that is not broken, or beside the words of a diagnosis.
    pub(super) said: String,
    pub(super) seen: Vec<Seen>,
}

impl Found {
    /// In order.
    pub(super) fn fine(said: impl Into<String>) -> Self {
        Self { state: HopState::Ok, diagnosis: None, said: said.into(), seen: Vec::new() }
    }

    /// Nothing to be tried here, or nothing that can be told.
    pub(super) fn not_here(said: impl Into<String>) -> Self {
        Self { state: HopState::NotApplicable, ..Self::fine(said) }
    }

    /// Broken.
    pub(super) fn broken(diagnosis: Diagnosis) -> Self {
        Self { state: HopState::Broken, diagnosis: Some(diagnosis), ..Self::fine("") }
    }

    /// The same with words of its own in front.
    pub(super) fn saying(mut self, said: impl Into<String>) -> Self {
        self.said = said.into();
        self
    }

    /// The same with something that was seen: redacted here, so that nothing else has to be.
    pub(super) fn seeing(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        let value = net::redact::text(value.as_ref());
        let value: String = value.chars().filter(|sign| !sign.is_control()).take(300).collect();
        if !value.trim().is_empty() {
            self.seen.push(Seen { name, value: value.trim().to_owned() });
        }
        self
    }
}
