//! `queue`, apart from `run`.

use ipc::wire::{
    BulkUndo, BulkUndone, CopiedAnswer, CopiedView, ForecastQuery, ForecastView, MissedAnswer, Nothing, QueueStatus,
    SettleMissed,
};

use crate::{
    answer::Answer,
    backend::ask,
    cli::{MissedArgs, QueueVerb},
    moment, render,
    shell::Shell,
    trouble::Trouble,
};

/// Publications that are listed one by one.
const ALL_MAX: u32 = 1_000;

pub async fn run(verb: &QueueVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let method = match verb {
        QueueVerb::Status => "queue_status",
        QueueVerb::Pause => "queue_pause",
        QueueVerb::Resume => "queue_resume",
        QueueVerb::Forecast => return forecast(shell).await,
        QueueVerb::Missed(args) => return missed(args, shell).await,
        QueueVerb::Copied { answer } => return copied(answer.as_deref(), shell).await,
        QueueVerb::Undo { id } => {
            let undo = BulkUndo { id: id.clone() };
            let reply = ask::<BulkUndone>(shell.backend, "bulk_undo", undo).await?;
            return Ok(Answer::new(reply.json, render::undone(&reply.view)));
        }
        QueueVerb::Run(_) => return Err(Trouble::not_available("queue run over the socket")),
    };
    let reply = ask::<QueueStatus>(shell.backend, method, Nothing {}).await?;
    Ok(Answer::new(reply.json, render::queue(&reply.view, shell.zone)))
}

/// What is to be expected of the next days.
async fn forecast(shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let query = ForecastQuery { all: Some(true), limit: Some(ALL_MAX) };
    let reply = ask::<ForecastView>(shell.backend, "queue_forecast", query).await?;
    Ok(Answer::new(reply.json, render::forecast(&reply.view, shell.zone)))
}

/// Reads the accounts back, and takes the owner's answer where there is one.
async fn copied(answer: Option<&str>, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let mut reply = ask::<CopiedView>(shell.backend, "copied_look", Nothing {}).await?;
    if let Some(answer) = answer {
        let answer = CopiedAnswer { send_absent: answer == "send" };
        reply = ask::<CopiedView>(shell.backend, "copied_settle", answer).await?;
    }
    Ok(Answer::new(reply.json, render::copied(&reply.view, shell.zone)))
}

/// One answer for every post that missed its time.
async fn missed(args: &MissedArgs, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let answer = match args.answer.as_str() {
        "cancel" => MissedAnswer::Cancel,
        "slot" => MissedAnswer::Slot,
        _ => MissedAnswer::Publish,
    };
    let at = args.at.as_deref().map(|text| moment::instant(text, shell.zone, shell.now())).transpose()?;
    let reply = ask::<QueueStatus>(shell.backend, "queue_missed", SettleMissed { answer, at }).await?;
    Ok(Answer::new(reply.json, render::queue(&reply.view, shell.zone)))
}
