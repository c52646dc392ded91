//! Posts, media and reviews.

use ipc::wire::{AccountReview, MediaView, PostView, Review};

use super::{counted, facts, findings, publications, table::table};
use crate::moment;

/// Posts and drafts.
pub fn posts(views: &[PostView], zone: &str) -> String {
    let rows = views.iter().map(|view| {
        let when = view.schedule.as_ref().map(|schedule| moment::show_instant(schedule.at, zone)).unwrap_or_default();
        let accounts = view.draft.accounts.len().to_string();
        [view.id.clone(), view.state.replace('_', " "), when, accounts, first_text(view)]
    });
    table(["ID", "STATE", "WHEN", "ACCOUNTS", "TEXT"], rows, "There are no such posts.")
}

fn first_text(view: &PostView) -> String {
    view.draft.content.parts.first().map(|part| part.text.clone()).unwrap_or_default()
}

/// One post with its publications.
pub fn post(view: &PostView, zone: &str) -> String {
    let when = view.schedule.as_ref().map(|schedule| moment::show_instant(schedule.at, zone)).unwrap_or_default();
    let parts = &view.draft.content.parts;
    let mut text = facts(&[
        ("Post", view.id.clone()),
        ("State", view.state.replace('_', " ")),
        ("When", when),
        ("Parts", if parts.len() > 1 { parts.len().to_string() } else { String::new() }),
        ("Changed", moment::show(&view.updated_at, zone)),
    ]);
    for part in parts {
        text.push_str("\n\n");
        text.push_str(&indented(&part.text));
        for picture in &part.media {
            let alt = if picture.alt.is_empty() { "no alt text" } else { &picture.alt };
            text = format!("{text}\n  [{}: {alt}]", picture.id);
        }
    }
    if !view.publications.is_empty() {
        text.push_str("\n\n");
        text.push_str(&publications(&view.publications, zone));
    }
    for warning in &view.warnings {
        text = format!("{text}\n\n{} {}", warning.reason, warning.fix);
    }
    text
}

fn indented(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

/// Pictures of the profile.
pub fn media_list(views: &[MediaView]) -> String {
    let rows = views.iter().map(|view| {
        let size = format!("{} x {}", view.width, view.height);
        [view.id.clone(), view.name.clone(), view.mime.clone(), size, view.bytes.to_string(), view.alt.clone()]
    });
    table(["ID", "NAME", "TYPE", "PIXELS", "BYTES", "ALT TEXT"], rows, "There are no pictures yet.")
}

/// One picture.
pub fn media(view: &MediaView) -> String {
    facts(&[
        ("Picture", view.id.clone()),
        ("Name", view.name.clone()),
        ("Type", view.mime.clone()),
        ("Pixels", format!("{} x {}", view.width, view.height)),
        ("Bytes", view.bytes.to_string()),
        ("Alt text", view.alt.clone()),
        ("SHA-256", view.digest.clone()),
    ])
}

/// What would be sent, and what was found in it.
pub fn review(view: &Review) -> String {
    let rows = view.accounts.iter().flat_map(account_rows);
    let mut text = table(["ACCOUNT", "PART", "TEXT", "PICTURES", "WILL SHOW"], rows, "No account is chosen.");
    let found = findings(&view.findings);
    if found.is_empty() {
        text.push_str("\n\nNothing was found. It can go out as it is.");
        return text;
    }
    text = format!("{text}\n\n{}:", counted(found.len(), "finding"));
    for line in found {
        text.push_str("\n  - ");
        text.push_str(&line);
    }
    text
}

fn account_rows(view: &AccountReview) -> Vec<[String; 5]> {
    let rows = view.parts.iter().zip(&view.counts).enumerate().map(|(index, (part, count))| {
        let shown: String = part.text.iter().map(|run| run.text.as_str()).collect();
        let used = format!("{} of {}", count.used, count.max);
        [view.account.clone(), (index + 1).to_string(), used, part.images.len().to_string(), shown]
    });
    rows.collect()
}
