//! `queue`, apart from `run`.

use ipc::wire::{MissedAnswer, Nothing, QueueStatus, SettleMissed};

use crate::{
    answer::Answer,
    backend::ask,
    cli::{MissedArgs, QueueVerb},
    moment, render,
    shell::Shell,
    trouble::Trouble,
};

pub async fn run(verb: &QueueVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let method = match verb {
        QueueVerb::Status => "queue_status",
        QueueVerb::Pause => "queue_pause",
        QueueVerb::Resume => "queue_resume",
        QueueVerb::Missed(args) => return missed(args, shell).await,
        QueueVerb::Run(_) => return Err(Trouble::not_available("queue run over the socket")),
    };
    let reply = ask::<QueueStatus>(shell.backend, method, Nothing {}).await?;
    Ok(Answer::new(reply.json, render::queue(&reply.view, shell.zone)))
}

/// One answer for every post that missed its time.
async fn missed(args: &MissedArgs, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let answer = if args.answer == "cancel" { MissedAnswer::Cancel } else { MissedAnswer::Publish };
    let at = args.at.as_deref().map(|text| moment::instant(text, shell.zone, shell.now())).transpose()?;
    let reply = ask::<QueueStatus>(shell.backend, "queue_missed", SettleMissed { answer, at }).await?;
    Ok(Answer::new(reply.json, render::queue(&reply.view, shell.zone)))
}
