//! Several commands, one after another.

use anyhow::Result;

use crate::{cmd::Cmd, context::Context, report::Found};

/// Runs commands in order until one fails. `Ok` holds what they printed, `Err` the failure to report.
pub fn all(context: &Context, commands: Vec<Cmd>) -> Result<std::result::Result<String, Found>> {
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
