//! Answers as people read them: aligned tables and sentences. The shapes of the wire are in `ipc`; nothing is
//! decided here.

mod accounts;
mod apps;
mod doctor;
mod findings;
mod forecast;
mod posts;
mod providers;
mod publications;
mod series;
mod table;
mod vault;

use ipc::wire::Failure;

pub use accounts::{account, accounts, groups, platform, platforms, practice, secrets, unlinked};
pub use apps::{imported, own_app, own_apps};
pub use doctor::{examined, hop, verdict};
pub use findings::findings;
pub use forecast::forecast;
pub use posts::{media, media_list, post, posts, review};
pub use providers::{define_outcome, defined_platforms};
pub use publications::{bulk, copied, publication, publication_detail, publications, queue, undone};
pub use series::{series, series_list, slots};
pub use vault::{recovery_key, vault};

/// A failure in sentences: what happened, what was found, what the platform said, what to do.
pub fn trouble(failure: &Failure) -> String {
    let Failure { message, action, details, findings: found, .. } = failure;
    let mut text = message.clone();
    for line in findings(found) {
        text.push_str("\n  - ");
        text.push_str(&line);
    }
    if !details.is_empty() {
        text.push_str("\nDetails: ");
        text.push_str(details);
    }
    if !action.is_empty() {
        text.push('\n');
        text.push_str(action);
    }
    text
}

/// The lower-case word a wire value is written as: `needs_decision`.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// The same as people write it: `needs decision`.
fn spoken(value: &impl serde::Serialize) -> String {
    word(value).replace('_', " ")
}

/// `1 post`, `2 posts`.
fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// Lines of `name: value` with the values (and their further lines) under each other; empty ones are left out.
fn facts(facts: &[(&str, String)]) -> String {
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let shown = facts.iter().filter(|(_, value)| !value.is_empty());
    let further = format!("\n{:width$}  ", "");
    let lines: Vec<_> =
        shown.map(|(name, value)| format!("{name:<width$}  {}", value.replace('\n', &further))).collect();
    lines.join("\n")
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
