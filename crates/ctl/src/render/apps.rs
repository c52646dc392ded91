//! The user's own apps, for people.

use ipc::wire::{AppSecret, ImportOutcome, ImportedApps, OwnAppView};

use super::{counted, facts, table::table};

/// All platforms that want one.
pub fn own_apps(views: &[OwnAppView]) -> String {
    let rows = views.iter().map(|view| [view.platform.clone(), id(view), accounts(view)]);
    table(["PLATFORM", "CLIENT ID", "ACCOUNTS"], rows, "No platform of this version wants an app of yours.")
}

/// One of them.
pub fn own_app(view: &OwnAppView) -> String {
    let secret = match view.secret {
        AppSecret::None => "none: leave it out",
        AppSecret::Optional => "where the app has one",
        AppSecret::Needed => "needed",
    };
    let redirects = if view.redirects.is_empty() { "nothing".to_owned() } else { view.redirects.join("\n") };
    facts(&[
        ("Platform", view.platform.clone()),
        ("Client id", id(view)),
        ("Secret", secret.to_owned()),
        ("Register", redirects),
        ("How far", how_far(view)),
        ("Linked", accounts(view)),
    ])
}

/// The level it is said to be at, or those it may be at.
fn how_far(view: &OwnAppView) -> String {
    if view.levels.is_empty() || view.client_id.is_empty() {
        return String::new();
    }
    if let Some(level) = view.levels.iter().find(|level| level.id == view.level) {
        return format!("{}. {}", level.name, level.means);
    }
    let ids: Vec<_> = view.levels.iter().map(|level| level.id.as_str()).collect();
    format!("not known; say it with `apps level {} {}`", view.platform, ids.join("|"))
}

/// What came of an import.
pub fn imported(view: &ImportedApps) -> String {
    let rows = view.variables.iter().map(|found| [found.name.clone(), outcome(found.outcome).to_owned()]);
    let mut text = table(["VARIABLE", "WHAT BECAME OF IT"], rows, "No variable is named like LINKEDIN_CLIENT_ID.");
    if view.others > 0 {
        let others = counted(view.others as usize, "variable");
        text = format!("{text}\n{others} left alone: named otherwise.");
    }
    if view.unreadable > 0 {
        let lines = counted(view.unreadable as usize, "line");
        text = format!("{text}\n{lines} could not be read: values with spaces stand in quotes.");
    }
    text
}

const fn outcome(outcome: ImportOutcome) -> &'static str {
    match outcome {
        ImportOutcome::Taken => "kept",
        ImportOutcome::Repeated => "ignored: it stands there twice, the first counts",
        ImportOutcome::Empty => "ignored: it is empty",
        ImportOutcome::Unreadable => "ignored: its line cannot be read",
        ImportOutcome::NoPlatform => "ignored: no platform has this name",
        ImportOutcome::NotWanted => "ignored: the platform needs no app of yours",
        ImportOutcome::NoClientId => "ignored: its client id is missing",
        ImportOutcome::TakesNoSecret => "ignored: such an app has no secret",
        ImportOutcome::SecretMissing => "ignored: the client secret is missing",
        ImportOutcome::Unfit => "ignored: it cannot be an id or a secret",
    }
}

fn id(view: &OwnAppView) -> String {
    if view.client_id.is_empty() { "needs yours".to_owned() } else { view.client_id.clone() }
}

fn accounts(view: &OwnAppView) -> String {
    let now = counted(view.accounts as usize, "account");
    if view.accounts_before == 0 {
        return now;
    }
    format!("{now}, {} through one before", counted(view.accounts_before as usize, "account"))
}
