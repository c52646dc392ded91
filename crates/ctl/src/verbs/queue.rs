//! `queue`, apart from `run`.

use ipc::wire::{Nothing, QueueStatus};

use crate::{answer::Answer, backend::ask, cli::QueueVerb, render, shell::Shell, trouble::Trouble};

pub async fn run(verb: &QueueVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let method = match verb {
        QueueVerb::Status => "queue_status",
        QueueVerb::Pause => "queue_pause",
        QueueVerb::Resume => "queue_resume",
        QueueVerb::Run(_) => return Err(Trouble::not_available("queue run over the socket")),
    };
    let reply = ask::<QueueStatus>(shell.backend, method, Nothing {}).await?;
    Ok(Answer::new(reply.json, render::queue(&reply.view, shell.zone)))
}
