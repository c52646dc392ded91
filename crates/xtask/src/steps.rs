//! How each layer of the tests does its work.

mod count;
mod rust;

pub use rust::{format, lints, structure, unit};

use anyhow::Result;

use crate::{cmd::Cmd, context::Context, report::Found};

/// Runs commands in order until one fails. `Err` holds the failure to report.
fn all(context: &Context, commands: Vec<Cmd>) -> Result<std::result::Result<String, Found>> {
    let mut printed = String::new();
    for command in commands {
        let line = command.line();
        let outcome = command.echo(context.options.verbose).run()?;
        if !outcome.ok {
            return Ok(Err(Found::failure(format!("$ {line}\n{}", outcome.text))));
        }
        printed.push_str(&outcome.text);
    }
    Ok(Ok(printed))
}
