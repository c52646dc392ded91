//! What an attack is: a name, the guards it has to get past, and what is done.

use std::{future::Future, pin::Pin};

type Doing = Pin<Box<dyn Future<Output = bool>>>;

/// One attack.
pub struct Attack {
    /// What it is called.
    pub name: &'static str,
    /// What stops it: all of them are taken away to show that it would have succeeded.
    pub guards: &'static [&'static str],
    /// Does it; whether it succeeded.
    pub run: Box<dyn Fn() -> Doing>,
}

/// An attack.
pub fn attack<F: Future<Output = bool> + 'static>(
    name: &'static str,
    guards: &'static [&'static str],
    run: impl Fn() -> F + 'static,
) -> Attack {
    Attack { name, guards, run: Box::new(move || Box::pin(run())) }
}
