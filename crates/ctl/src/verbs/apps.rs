//! `apps`: the user's own apps, at platforms that want one.

use ipc::wire::{ById, Nothing, OwnAppView, SetOwnApp};

use super::link::read_secret;
use crate::{answer::Answer, backend::ask, cli::AppsVerb, render, shell::Shell, trouble::Trouble};

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
        AppsVerb::Remove { platform } => {
            let reply = ask::<OwnAppView>(shell.backend, "apps_remove", ById { id: platform }).await?;
            Ok(Answer::new(reply.json, render::own_app(&reply.view)))
        }
        AppsVerb::ImportEnv { .. } => Err(Trouble::not_available("apps import-env")),
    }
}

#[cfg(test)]
#[path = "apps_tests.rs"]
mod tests;
