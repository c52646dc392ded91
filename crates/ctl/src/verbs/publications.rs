//! `publications`.

use domain::{ErrorCode, HeldReason, PublicationState};
use ipc::wire::{
    Bulk, BulkAct, BulkOutcome, BulkWhose, ById, Decide, PublicationDetail, PublicationView, PublicationsQuery, When,
};

use crate::{
    answer::Answer,
    backend::ask,
    cli::{DecideArgs, PublicationsVerb, RetryArgs},
    moment, render,
    shell::Shell,
    trouble::{Exit, Trouble},
};

pub async fn run(verb: PublicationsVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    match verb {
        PublicationsVerb::List { state } => list(shell, state.as_deref()).await,
        PublicationsVerb::Show { id } => {
            let reply = ask::<PublicationDetail>(shell.backend, "publications_show", ById { id }).await?;
            Ok(Answer::new(reply.json, render::publication_detail(&reply.view, shell.zone)))
        }
        PublicationsVerb::Retry(args) => match (args.ids.as_slice(), retried(&args)) {
            ([id], None) => retry(shell, id.clone()).await,
            (_, Some(whose)) => many(shell, BulkAct::Retry, whose, None).await,
            (_, None) => many(shell, BulkAct::Retry, BulkWhose::These(args.ids), None).await,
        },
        PublicationsVerb::Cancel { ids } => many(shell, BulkAct::Cancel, BulkWhose::These(ids), None).await,
        PublicationsVerb::Reschedule { ids, at } => {
            let at = moment::instant(&at, shell.zone, shell.now())?;
            let when = When::Instant { at, zone: shell.zone.to_owned() };
            many(shell, BulkAct::Reschedule, BulkWhose::These(ids), Some(when)).await
        }
        PublicationsVerb::Decide(args) => decide(shell, args).await,
    }
}

async fn list(shell: &Shell<'_>, state: Option<&str>) -> Result<Answer, Trouble> {
    let state = state.map(|text| PublicationState::parse(text).ok_or_else(|| unknown_state(text))).transpose()?;
    let query = PublicationsQuery { state, limit: Some(1_000), ..PublicationsQuery::default() };
    let reply = ask::<Vec<PublicationView>>(shell.backend, "publications_list", query).await?;
    Ok(Answer::new(reply.json, render::publications(&reply.view, shell.zone)))
}

fn unknown_state(text: &str) -> Trouble {
    let states: Vec<_> = PublicationState::ALL.into_iter().map(PublicationState::as_str).collect();
    Trouble::usage(format!("`{text}` is not a state."), format!("The states are {}.", states.join(", ")))
}

/// Which are meant where none is named.
fn retried(args: &RetryArgs) -> Option<BulkWhose> {
    if args.all_failed {
        return Some(BulkWhose::Failed(args.account.clone()));
    }
    let of_post = args.post.clone().map(BulkWhose::FailedOf);
    of_post.or_else(|| args.waited.clone().map(BulkWhose::Waited))
}

/// One action on many, in one go.
async fn many(shell: &Shell<'_>, act: BulkAct, whose: BulkWhose, when: Option<When>) -> Result<Answer, Trouble> {
    let reply = ask::<BulkOutcome>(shell.backend, "publications_bulk", Bulk { act, whose, when }).await?;
    let answer = Answer::new(reply.json, render::bulk(&reply.view));
    Ok(if reply.view.id.is_some() {
        answer.hint("`postroomctl queue undo` takes it back for ten minutes.")
    } else {
        answer
    })
}

async fn retry(shell: &Shell<'_>, id: String) -> Result<Answer, Trouble> {
    match ask::<PublicationView>(shell.backend, "publications_retry", ById { id: id.clone() }).await {
        Ok(reply) => Ok(Answer::new(reply.json, render::publication(&reply.view, shell.zone))),
        Err(trouble) if trouble.failure.code == ErrorCode::WrongState => Err(for_person(shell, id, trouble).await),
        Err(trouble) => Err(trouble),
    }
}

/// A refusal because of what only a person can settle has an exit code of its own.
async fn for_person(shell: &Shell<'_>, id: String, trouble: Trouble) -> Trouble {
    let Ok(shown) = ask::<PublicationDetail>(shell.backend, "publications_show", ById { id }).await else {
        return trouble;
    };
    let publication = shown.view.publication;
    let doubtful = matches!(publication.state, PublicationState::NeedsDecision | PublicationState::Unconfirmed);
    let waits = matches!(publication.held, Some(HeldReason::Relink | HeldReason::Missed | HeldReason::Restored));
    if doubtful || waits { trouble.exit(Exit::Person) } else { trouble }
}

async fn decide(shell: &Shell<'_>, args: DecideArgs) -> Result<Answer, Trouble> {
    let decision = Decide { id: args.id, live: args.live, remote_id: args.remote_id };
    let reply = ask::<PublicationView>(shell.backend, "publications_decide", decision).await?;
    Ok(Answer::new(reply.json, render::publication(&reply.view, shell.zone)))
}
