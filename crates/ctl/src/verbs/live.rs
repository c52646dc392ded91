//! `posts delete` and `posts edit` where something of the post is live: at the platforms, one account after the other.

use domain::{ErrorCode, PublicationState, post::Part};
use ipc::wire::{ById, Draft, EditLive, PartWords, PostView, PublicationDetail, PublicationView};
use serde_json::{Value, json};

use super::{compose, naming};
use crate::{
    answer::Answer,
    backend::{Reply, ask},
    cli::EditArgs,
    render,
    shell::Shell,
    trouble::{Exit, Trouble},
};

/// What of a post is live.
pub fn live(post: &PostView) -> Vec<&PublicationView> {
    let there = |view: &&PublicationView| view.state == PublicationState::Published && view.deleted_at.is_none();
    post.publications.iter().filter(there).collect()
}

/// Refuses to forget a post of which parts went out before it failed or was cancelled: nothing would tell of them.
pub fn nothing_left_behind(post: &PostView) -> Result<(), Trouble> {
    let partly = |view: &&PublicationView| view.state != PublicationState::Published && view.parts_done > 0;
    let left: Vec<_> = post.publications.iter().filter(partly).collect();
    if left.is_empty() {
        return Ok(());
    }
    let message = format!("Some parts of this post are live: {}. Postroom cannot delete them there.", names(&left));
    let action = "Delete them at the platform; then repeat it with --keep-live to forget the post here.";
    Err(Trouble::new(ErrorCode::WrongState, message, action).exit(Exit::Person))
}

/// Deletes what is live of a post, once its owner has said so. One account that cannot does not keep the others.
pub async fn delete(shell: &Shell<'_>, post: &PostView, yes: bool) -> Result<Answer, Trouble> {
    let live = live(post);
    if !yes {
        let message = format!("This post is live: {}. Deleting removes it there for everybody.", names(&live));
        let action = "Repeat it with --yes to delete it there, or with --keep-live to forget it only here.";
        return Err(Trouble::new(ErrorCode::WrongState, message, action).exit(Exit::Person));
    }
    let (can, cannot): (Vec<_>, Vec<_>) = live.into_iter().partition(|view| view.can_delete);
    let mut done = Vec::with_capacity(can.len());
    let mut left = (!cannot.is_empty()).then(|| unsupported(&cannot, "deleted"));
    for view in can {
        match ask::<PublicationView>(shell.backend, "publications_delete_live", id(view)).await {
            Ok(reply) => done.push(reply),
            Err(trouble) => left = Some(left.unwrap_or(trouble)),
        }
    }
    match left {
        Some(trouble) if done.is_empty() => Err(trouble),
        left => Ok(told(shell, post, &done, "deletion").but(left)),
    }
}

/// Gives what is live of a post other words: everywhere, or where `--to` says.
pub async fn edit(shell: &Shell<'_>, post: &PostView, args: EditArgs) -> Result<Answer, Trouble> {
    let EditArgs { to, writing, .. } = args;
    if !writing.media.is_empty() || !writing.variant.is_empty() {
        let message = "What is live keeps its pictures; only texts and options can be changed.";
        return Err(Trouble::usage(message, "Leave --media and --variant out; --to limits the edit to accounts."));
    }
    let mut chosen = live(post);
    if !to.is_empty() {
        let mut accounts = Vec::with_capacity(to.len());
        for typed in &to {
            accounts.push(naming::account(shell, typed).await?);
        }
        chosen.retain(|view| accounts.contains(&view.account));
    }
    let cannot: Vec<_> = chosen.iter().copied().filter(|view| !view.can_edit).collect();
    if chosen.is_empty() || !cannot.is_empty() {
        return Err(unsupported(&cannot, "edited"));
    }
    let mut done = Vec::with_capacity(chosen.len());
    for view in chosen {
        let detail = ask::<PublicationDetail>(shell.backend, "publications_show", id(view)).await?.view;
        let mut draft = Draft::default();
        draft.content.parts =
            detail.parts.iter().map(|part| Part { text: part.text.clone(), ..Part::default() }).collect();
        compose::apply(shell, &mut draft, &[], &writing).await?;
        let own = draft.variants.into_iter().find(|variant| variant.account.to_string() == view.account);
        let alts = |place: usize| detail.parts.get(place).map(|part| part.alts.clone()).unwrap_or_default();
        let parts = draft.content.parts.into_iter().enumerate();
        let edit = EditLive {
            id: view.id.clone(),
            parts: parts.map(|(place, part)| PartWords { text: part.text, alts: alts(place) }).collect(),
            language: None,
            options: own.map(|own| own.options).unwrap_or_default(),
        };
        done.push(ask::<PublicationView>(shell.backend, "publications_edit_live", edit).await?);
    }
    Ok(told(shell, post, &done, "edit"))
}

fn id(view: &PublicationView) -> ById {
    ById { id: view.id.clone() }
}

fn told(shell: &Shell<'_>, post: &PostView, done: &[Reply<PublicationView>], what: &str) -> Answer {
    let views: Vec<_> = done.iter().map(|reply| reply.view.clone()).collect();
    let publications: Vec<Value> = done.iter().map(|reply| reply.json.clone()).collect();
    let text = render::publications(&views, shell.zone);
    Answer::new(json!({"id": post.id, "deleted": false, "publications": publications}), text)
        .hint(format!("The {what} is made by the runner; `postroomctl publications show ID` tells how far it is."))
}

fn names(views: &[&PublicationView]) -> String {
    let named: Vec<_> = views.iter().map(|view| format!("{} ({})", view.handle, view.platform)).collect();
    named.join(", ")
}

fn unsupported(views: &[&PublicationView], verb: &str) -> Trouble {
    let whose = if views.is_empty() { "the accounts named".to_owned() } else { names(views) };
    let message = format!("What is live of {whose} cannot be {verb} from here; it stays as it is.");
    Trouble::new(ErrorCode::Unsupported, message, "Change it at the platform; --to limits an edit to other accounts.")
}
