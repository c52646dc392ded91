//! The user's own apps, for people.

use ipc::wire::{AppSecret, OwnAppView};

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
        ("Linked", accounts(view)),
    ])
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
