//! `media`.

use std::path::Path;

use domain::ErrorCode;
use ipc::wire::{AddMedia, MediaView, Nothing};

use crate::{
    answer::Answer,
    backend::{Reply, ask},
    cli::MediaVerb,
    render,
    shell::Shell,
    trouble::Trouble,
};

pub async fn run(verb: MediaVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    match verb {
        MediaVerb::Add { file, alt } => {
            let reply = add(shell, &file, &alt).await?;
            Ok(Answer::new(reply.json, render::media(&reply.view)))
        }
        MediaVerb::List => {
            let reply = ask::<Vec<MediaView>>(shell.backend, "media_list", Nothing {}).await?;
            Ok(Answer::new(reply.json, render::media_list(&reply.view)))
        }
    }
}

/// Copies a file into the profile. The path is made absolute: the runner may stand in another folder.
pub async fn add(shell: &Shell<'_>, file: &Path, alt: &str) -> Result<Reply<MediaView>, Trouble> {
    let path = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let Some(path) = path.to_str().filter(|_| path.is_file()) else {
        let message = format!("There is no file {}.", file.display());
        return Err(Trouble::new(ErrorCode::FileMissing, message, "Check the path."));
    };
    ask(shell.backend, "media_add", AddMedia { path: path.to_owned(), alt: alt.to_owned() }).await
}
