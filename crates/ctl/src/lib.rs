//! `postroomctl`: the command line and the headless runner, over the same commands as the window.
//!
//! A verb goes to the runner that holds the profile, over the local socket, or opens the profile itself where
//! there is none. It prints for people, or with `--json` exactly one value; what went wrong goes to standard
//! error, and the exit code says which sort of trouble it was. No window is linked.
//!
//! ```text
//! postroomctl practice link --kind a
//! postroomctl posts create --to Robin --text Hello --now
//! postroomctl queue run --until-idle
//! ```

mod answer;
mod backend;
mod cli;
mod console;
mod desktop;
mod endpoints;
mod environment;
mod guards;
mod input;
mod moment;
mod notifier;
mod profile;
mod render;
mod runner;
mod serve;
mod shell;
mod signals;
mod start;
mod trouble;
mod verbs;
mod version;
mod watch;

#[cfg(test)]
mod testing;

pub use environment::Environment;
pub use start::main_with;
