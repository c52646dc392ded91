//! `apps`: the user's own apps, at platforms that want one.

use std::{collections::BTreeMap, path::Path};

use app::link::ENV_MAX_BYTES;
use domain::{ErrorCode, Secret};
use ipc::wire::{
    ById, ImportApps, ImportOutcome, ImportedApps, Nothing, OwnAppView, SecretText, SetAppLevel, SetOwnApp,
};

use super::link::read_secret;
use crate::{answer::Answer, backend::ask, cli::AppsVerb, input::read_text, render, shell::Shell, trouble::Trouble};

pub async fn run(verb: AppsVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    match verb {
        AppsVerb::List => {
            let reply = ask::<Vec<OwnAppView>>(shell.backend, "apps_list", Nothing {}).await?;
            Ok(Answer::new(reply.json, render::own_apps(&reply.view)))
        }
        AppsVerb::Set { platform, client_id, client_secret_stdin } => {
            let secret = if client_secret_stdin { Some(read_secret(std::io::stdin())?) } else { None };
            let reply = ask::<OwnAppView>(shell.backend, "apps_set", SetOwnApp { platform, client_id, secret }).await?;
            Ok(Answer::new(reply.json, render::own_app(&reply.view)))
        }
        AppsVerb::Level { platform, level } => {
            let level = if level == "unknown" { String::new() } else { level };
            let reply = ask::<OwnAppView>(shell.backend, "apps_level", SetAppLevel { platform, level }).await?;
            Ok(Answer::new(reply.json, render::own_app(&reply.view)))
        }
        AppsVerb::Remove { platform } => {
            let reply = ask::<OwnAppView>(shell.backend, "apps_remove", ById { id: platform }).await?;
            Ok(Answer::new(reply.json, render::own_app(&reply.view)))
        }
        AppsVerb::ImportEnv { file } => {
            let wanted = match file {
                Some(file) => from_file(&file)?,
                None => from_environment(shell.apps),
            };
            let reply = ask::<ImportedApps>(shell.backend, "apps_import", wanted).await?;
            let taken = reply.view.variables.iter().any(|found| found.outcome == ImportOutcome::Taken);
            let nothing =
                || Trouble::new(ErrorCode::InvalidRequest, "Nothing was taken over.", "Name both variables of an app.");
            let answer = Answer::new(reply.json, render::imported(&reply.view));
            Ok(answer.but((!taken).then(nothing)))
        }
    }
}

fn from_file(file: &Path) -> Result<ImportApps, Trouble> {
    let text = SecretText::new(read_text(file, ENV_MAX_BYTES)?);
    Ok(ImportApps { text: Some(text), variables: None })
}

fn from_environment(apps: &BTreeMap<String, Secret<String>>) -> ImportApps {
    let variables = apps.iter().map(|(name, value)| (name.clone(), SecretText::new(value.expose().clone())));
    ImportApps { text: None, variables: Some(variables.collect()) }
}

#[cfg(test)]
#[path = "apps_tests.rs"]
mod tests;
