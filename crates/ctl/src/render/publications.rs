//! Publications and the queue.

use std::fmt::Write as _;

use domain::forecast::Outlook;
use ipc::wire::{BulkOutcome, BulkUndone, CopiedView, LiveChangeView, PublicationDetail, PublicationView, QueueStatus};

use super::{counted, facts, spoken, table::table};
use crate::moment;

/// Publications.
pub fn publications(views: &[PublicationView], zone: &str) -> String {
    let rows = views.iter().map(|view| {
        let when = moment::show_instant(view.schedule.at, zone);
        [view.id.clone(), state(view), when, format!("{} ({})", view.handle, view.platform), told(view)]
    });
    table(["PUBLICATION", "STATE", "WHEN", "ACCOUNT", ""], rows, "There are no such publications.")
}

fn state(view: &PublicationView) -> String {
    let held = view.held.as_ref().map(|reason| format!(": {}", spoken(reason))).unwrap_or_default();
    let deleted = if view.deleted_at.is_some() { ", deleted" } else { "" };
    format!("{}{held}{deleted}", spoken(&view.state))
}

/// Where the last change of what is live stands.
fn change(view: &PublicationView) -> String {
    let told = |change: &LiveChangeView| {
        let text = format!("{}: {}. {}", change.kind.as_str(), change.state.as_str(), change.reason);
        text.trim_end().to_owned()
    };
    view.change.as_ref().map(told).unwrap_or_default()
}

/// What matters most about it: its link, else why it is where it is, else what it says.
fn told(view: &PublicationView) -> String {
    [&view.url, &view.reason, &view.title].into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
}

/// One publication.
pub fn publication(view: &PublicationView, zone: &str) -> String {
    let time = |at: &Option<String>| at.as_deref().map(|at| moment::show(at, zone)).unwrap_or_default();
    let tries = if view.attempts == 0 { String::new() } else { view.attempts.to_string() };
    facts(&[
        ("Publication", view.id.clone()),
        ("Post", view.post.clone()),
        ("Account", format!("{} ({})", view.handle, view.platform)),
        ("Text", view.title.clone()),
        ("State", state(view)),
        ("", view.reason.clone()),
        ("When", moment::show_instant(view.schedule.at, zone)),
        ("Next try", time(&view.next_at)),
        ("Tries", tries),
        ("Parts live", format!("{} of {}", view.parts_done, view.parts)),
        ("Step", view.step.clone()),
        ("Link", view.url.clone()),
        ("Published", time(&view.published_at)),
        ("Edited", time(&view.edited_at)),
        ("Deleted", time(&view.deleted_at)),
        ("Change", change(view)),
    ])
}

/// One publication with its journal.
pub fn publication_detail(view: &PublicationDetail, zone: &str) -> String {
    let mut text = publication(&view.publication, zone);
    if !view.raw.is_empty() {
        text = format!("{text}\n\nThe platform said: {}", view.raw);
    }
    if let Some(item) = view.outlook.as_ref().filter(|item| item.outlook != Outlook::WillGoOut) {
        text = format!("{text}\n\nIt may not go out: {} {}", item.reason, item.fix);
    }
    if let Some(reply) = view.replies.last() {
        let at = moment::show(&reply.at, zone);
        text = format!("{text}\nIts last answer, {at}: HTTP {}\n{}", reply.status, reply.body);
    }
    if view.journal.is_empty() {
        return text;
    }
    text.push_str("\n\n");
    let rows = view.journal.iter().map(|entry| {
        let part = entry.part.map(|part| part.saturating_add(1).to_string()).unwrap_or_default();
        [moment::show(&entry.at, zone), entry.event.replace('_', " "), part, entry.text.clone()]
    });
    text.push_str(&table(["WHEN", "WHAT", "PART", ""], rows, ""));
    text
}

/// What came of an action on many.
pub fn bulk(view: &BulkOutcome) -> String {
    let mut text = format!("Done to {}.", counted(view.done as usize, "publication"));
    for left in &view.left {
        let _ = write!(text, "\nNot to {}: {}", left.publication, left.why);
    }
    text
}

/// What the accounts say of a profile that is an older copy.
pub fn copied(view: &CopiedView, zone: &str) -> String {
    if !view.copied {
        return "This profile is no older copy, or its owner has answered.".to_owned();
    }
    let mut text = "This is an older copy of the profile; everything is paused.".to_owned();
    let lists = [("Found live", &view.found), ("Not there", &view.absent), ("Only you can tell", &view.unknown)];
    for (name, items) in lists {
        for item in items {
            let at = moment::show(&item.at, zone);
            let _ = write!(text, "\n{name}: {} ({}, {at}). {}", item.title, item.handle, item.why);
        }
    }
    text
}

/// What came of undoing it.
pub fn undone(view: &BulkUndone) -> String {
    let mut text = format!("{} as before.", counted(view.restored as usize, "publication"));
    if view.begun > 0 {
        let _ = write!(text, " Had gone out or begun to, and stay as they are: {}.", view.begun);
    }
    if view.changed > 0 {
        let _ = write!(text, " {} were changed since, and stay.", view.changed);
    }
    text
}

/// The queue at a glance.
pub fn queue(view: &QueueStatus, zone: &str) -> String {
    let running = match (view.paused, view.running) {
        (true, _) => "Everything is paused.",
        (false, true) => "A runner is at work.",
        (false, false) => "No runner is at work: nothing goes out until `postroomctl queue run` or Postroom runs.",
    };
    let next = view
        .next
        .as_ref()
        .map(|next| format!("\nNext: {} at {}, {}", next.title, moment::show(&next.at, zone), next.platform));
    let by_state: Vec<_> = view
        .by_state
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(state, count)| format!("{count} {}", state.replace('_', " ")))
        .collect();
    let all = if by_state.is_empty() { "The queue is empty.".to_owned() } else { by_state.join(", ") };
    let needs = match view.needs_you {
        0 => String::new(),
        count => {
            format!("\n{} need you: `postroomctl publications list` says why.", counted(count as usize, "publication"))
        }
    };
    let down: Vec<_> = view
        .outages
        .iter()
        .map(|outage| {
            let (since, until) = (moment::show(&outage.since, zone), moment::show(&outage.until, zone));
            let waiting = counted(outage.waiting as usize, "publication");
            format!(
                "\n{} is down ({}) since {since}: {waiting} waiting; it is tried again at {until}.",
                outage.name, outage.server
            )
        })
        .collect();
    format!("{running}\n{all}{}{needs}{}", next.unwrap_or_default(), down.concat())
}
