//! What every verb works with.

use std::collections::BTreeMap;

use domain::{Secret, UtcMs, ports::Clock};

use crate::{backend::Backend, console::Console, endpoints::Overrides};

/// What every verb works with.
pub struct Shell<'a> {
    /// Carries commands out.
    pub backend: &'a dyn Backend,
    /// Prints.
    pub console: &'a Console,
    /// The clock relative times count from.
    pub clock: &'a dyn Clock,
    /// Zone times are shown in, and meant in where nothing else is said.
    pub zone: &'a str,
    /// Endpoints given with `--endpoints`.
    pub overrides: &'a Overrides,
    /// Variables of this process with the form of an app's id or secret.
    pub apps: &'a BTreeMap<String, Secret<String>>,
}

impl Shell<'_> {
    /// Now.
    pub fn now(&self) -> UtcMs {
        self.clock.now()
    }
}
