//! `platforms`.

use ipc::wire::{ById, Nothing, PlatformView};

use crate::{answer::Answer, backend::ask, cli::PlatformsVerb, render, shell::Shell, trouble::Trouble};

pub async fn run(verb: PlatformsVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    match verb {
        PlatformsVerb::List => {
            let reply = ask::<Vec<PlatformView>>(shell.backend, "platforms_list", Nothing {}).await?;
            Ok(Answer::new(reply.json, render::platforms(&reply.view)))
        }
        PlatformsVerb::Show { id } => {
            let reply = ask::<PlatformView>(shell.backend, "platforms_show", ById { id }).await?;
            Ok(Answer::new(reply.json, render::platform(&reply.view)))
        }
        PlatformsVerb::Verify { .. } => Err(Trouble::not_available("platforms verify")),
    }
}
