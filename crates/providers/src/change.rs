//! Changing what is live: what can be done with it, and what a provider is asked and answers on the way.
//!
//! A change is an effect like publishing. The provider looks and plans ([`crate::Provider::plan_change`]), the runner
//! records and syncs, [`crate::Provider::change`] sends exactly what was recorded, once, and after silence only
//! [`crate::Provider::look`] may be called. Deleting twice is harmless. An edit is planned only while the platform
//! shows what Postroom left there.

use domain::{EffectClass, change::Wording};

use crate::effect::{EffectPlan, Remote};

/// What can be done with the live posts of an account, and how doubt about it is settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Class of writing a comment below one; `None` where it cannot be done.
    pub comment: Option<EffectClass>,
    /// Class of deleting; `None` where it cannot be done.
    pub delete: Option<EffectClass>,
    /// Class of giving other words; `None` where it cannot be done.
    pub edit: Option<EffectClass>,
    /// Option fields that an edit can change.
    pub edit_options: &'static [&'static str],
}

/// A live part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Live<'a> {
    /// What the platform said of it when it was published or last changed.
    pub remote: &'a Remote,
    /// The words Postroom left there.
    pub wording: &'a Wording,
}

/// What is to become of a live part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish<'a> {
    /// It is to be gone.
    Delete,
    /// It is to say this.
    Edit(&'a Wording),
}

/// What comes of planning a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Prospect {
    /// This effect makes it.
    Effect(EffectPlan),
    /// It is as wished already.
    Done(Remote),
    /// It was changed there since: nothing is planned that would overwrite that.
    Elsewhere,
    /// There is nothing any more that could get other words.
    Gone,
}

/// What looking at a part showed after a change was sent without an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Sight {
    /// It is as wished.
    Done(Remote),
    /// It is as it was before.
    Before,
    /// It is neither: somebody else changed it.
    Elsewhere,
    /// There is nothing any more that could get other words.
    Gone,
}

/// What remains of a part that was deleted: its id.
pub(crate) fn deleted(id: &str) -> Remote {
    Remote { id: id.to_owned(), url: String::new(), extra: serde_json::Value::Null }
}
