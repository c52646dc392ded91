//! `posts`.

use domain::{ErrorCode, Finding};
use ipc::wire::{
    ById, CreatePost, Draft, Nothing, PostView, PostsQuery, QueueStatus, Review, SaveDraft, SchedulePost, Settings,
    When,
};
use serde_json::json;

use super::{compose, live, series};
use crate::{
    answer::Answer,
    backend::{Reply, ask},
    cli::{CreateArgs, EditArgs, PostsVerb, TimeArgs},
    moment, render,
    shell::Shell,
    trouble::Trouble,
};

pub async fn run(verb: PostsVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    match verb {
        PostsVerb::Create(args) => create(shell, args).await,
        PostsVerb::List { state, from, to } => list(shell, state, from, to).await,
        PostsVerb::Show { id } => Ok(told(shell, show(shell, id).await?)),
        PostsVerb::Edit(args) => edit(shell, args).await,
        PostsVerb::Reschedule { id, time } => reschedule(shell, id, &time).await,
        PostsVerb::Cancel { id } => {
            let reply = ask::<PostView>(shell.backend, "posts_cancel", ById { id }).await?;
            Ok(told(shell, reply))
        }
        PostsVerb::Delete { id, yes, keep_live } => delete(shell, id, yes, keep_live).await,
        PostsVerb::Check { id } => check(shell, id).await,
    }
}

async fn show(shell: &Shell<'_>, id: String) -> Result<Reply<PostView>, Trouble> {
    ask(shell.backend, "posts_show", ById { id }).await
}

fn told(shell: &Shell<'_>, reply: Reply<PostView>) -> Answer {
    let text = render::post(&reply.view, shell.zone);
    Answer::new(reply.json, text)
}

/// The zone a time is meant in: as typed, as set, as the computer's.
pub(super) async fn zone(shell: &Shell<'_>, typed: Option<&str>) -> Result<String, Trouble> {
    if let Some(zone) = typed {
        return Ok(zone.to_owned());
    }
    let set = ask::<Settings>(shell.backend, "settings_show", Nothing {}).await?.view.zone;
    Ok(if set.is_empty() { shell.zone.to_owned() } else { set })
}

async fn create(shell: &Shell<'_>, args: CreateArgs) -> Result<Answer, Trouble> {
    // The time first: a wrong one must not leave pictures behind.
    let typed = args.time.zone.as_deref();
    let zone = if args.time.at.is_some() { zone(shell, typed).await? } else { shell.zone.to_owned() };
    let when = if args.next_slot { Some(When::NextSlot) } else { moment::chosen(&args.time, &zone, shell.now())? };
    let mut draft = Draft::default();
    compose::apply(shell, &mut draft, &args.to, &args.writing).await?;
    let fallback = compose::fallback(shell, &args.writing).await?;
    let scheduled = when.is_some();
    if let (Some(rule), Some(when)) = (args.repeat, when.clone()) {
        let begun = series::create(shell, draft, rule, when, &zone).await?;
        return Ok(begun.hint(without_runner(shell).await));
    }
    let reply = ask::<PostView>(shell.backend, "posts_create", CreatePost { draft, when, fallback }).await?;
    let hint = if scheduled {
        without_runner(shell).await
    } else {
        format!("It is a draft. `postroomctl posts reschedule {} --now` sends it on its way.", reply.view.id)
    };
    Ok(told(shell, reply).hint(hint))
}

/// What to do where nobody would publish it; empty where somebody would, and for scripts.
async fn without_runner(shell: &Shell<'_>) -> String {
    if shell.console.json || shell.console.quiet {
        return String::new();
    }
    match ask::<QueueStatus>(shell.backend, "queue_status", Nothing {}).await {
        Ok(status) if status.view.paused => "Everything is paused: `postroomctl queue resume` goes on.".to_owned(),
        Ok(status) if !status.view.running => {
            "No runner is at work: it goes out once `postroomctl queue run` or Postroom runs.".to_owned()
        }
        _ => String::new(),
    }
}

async fn list(
    shell: &Shell<'_>,
    state: Option<String>,
    from: Option<String>,
    to: Option<String>,
) -> Result<Answer, Trouble> {
    let instant = |text: Option<String>| text.map(|text| moment::instant(&text, shell.zone, shell.now())).transpose();
    let query = PostsQuery { state, from: instant(from)?, to: instant(to)?, limit: Some(1_000) };
    let reply = ask::<Vec<PostView>>(shell.backend, "posts_list", query).await?;
    Ok(Answer::new(reply.json, render::posts(&reply.view, shell.zone)))
}

async fn delete(shell: &Shell<'_>, id: String, yes: bool, keep_live: bool) -> Result<Answer, Trouble> {
    let post = show(shell, id.clone()).await?.view;
    if !keep_live && !live::live(&post).is_empty() {
        return live::delete(shell, &post, yes).await;
    }
    if !keep_live {
        live::nothing_left_behind(&post)?;
    }
    ask::<serde_json::Value>(shell.backend, "posts_delete", ById { id: id.clone() }).await?;
    Ok(Answer::new(json!({"id": id, "deleted": true}), format!("{id} is deleted.")))
}

async fn edit(shell: &Shell<'_>, args: EditArgs) -> Result<Answer, Trouble> {
    let post = show(shell, args.id.clone()).await?.view;
    if !live::live(&post).is_empty() {
        return live::edit(shell, &post, args).await;
    }
    let mut draft = post.draft;
    compose::apply(shell, &mut draft, &args.to, &args.writing).await?;
    let fallback = compose::fallback(shell, &args.writing).await?;
    let saved = ask::<PostView>(shell.backend, "posts_save", SaveDraft { id: Some(args.id), draft, fallback }).await?;
    Ok(told(shell, saved))
}

async fn reschedule(shell: &Shell<'_>, id: String, time: &TimeArgs) -> Result<Answer, Trouble> {
    let zone = zone(shell, time.zone.as_deref()).await?;
    let when = moment::chosen(time, &zone, shell.now())?;
    let when = when.ok_or_else(|| Trouble::usage("A new time is missing.", "Add --at TIME or --now."))?;
    let reply = ask::<PostView>(shell.backend, "posts_schedule", SchedulePost { id, when }).await?;
    let hint = without_runner(shell).await;
    Ok(told(shell, reply).hint(hint))
}

async fn check(shell: &Shell<'_>, id: String) -> Result<Answer, Trouble> {
    let draft = show(shell, id.clone()).await?.view.draft;
    let reply = ask::<Review>(shell.backend, "posts_review", SaveDraft { id: Some(id), draft, fallback: None }).await?;
    let blocked = reply.view.findings.iter().any(Finding::blocks).then(|| {
        let message = "The post cannot go out as it is.";
        let action = "Mend what the findings name, then check it again.";
        let mut trouble = Trouble::new(ErrorCode::PreflightFailed, message, action);
        trouble.failure.findings.clone_from(&reply.view.findings);
        trouble
    });
    Ok(Answer::new(reply.json, render::review(&reply.view)).but(blocked))
}

#[cfg(test)]
#[path = "posts_tests.rs"]
mod tests;
