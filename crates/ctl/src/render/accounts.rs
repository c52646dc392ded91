//! Platforms, accounts and the practice network.

use domain::{EffectClass, GrantGone};
use ipc::wire::{
    AccountApp, AccountView, BudgetView, GroupView, LevelTold, PlatformView, PracticeView, SecretKindView, SecretView,
    Unlinked,
};

use super::{counted, facts, spoken, table::table, word};
use crate::moment;

/// All platforms.
pub fn platforms(views: &[PlatformView]) -> String {
    let rows = views.iter().map(|view| {
        let methods: Vec<_> = view.methods.iter().map(word).collect();
        let text = format!("{} characters", view.limits.text.graphemes_max);
        let pictures = view.limits.images_max.to_string();
        [view.id.clone(), view.name.clone(), methods.join(", "), text, pictures]
    });
    table(["ID", "NAME", "LINKED BY", "TEXT", "PICTURES"], rows, "This version knows no platform.")
}

/// One platform.
pub fn platform(view: &PlatformView) -> String {
    let limits = &view.limits;
    let kinds = view.kinds.iter().map(|kind| format!("{} ({}): {}", kind.id, kind.name, promise(kind.class)));
    let scopes = view.scopes.iter().map(|scope| format!("{}: {}", scope.name, scope.reason));
    let endpoints = view.endpoints.iter().map(|(name, url)| format!("{name} = {url}"));
    let list = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join("\n");
    let bytes = limits.text.bytes_max.map(|max| format!(", {max} bytes")).unwrap_or_default();
    facts(&[
        ("Platform", format!("{} ({})", view.name, view.id)),
        ("Linked by", list(&mut view.methods.iter().map(word))),
        (
            "Server",
            if view.asks_instance { format!("any; {} by default", view.default_instance) } else { String::new() },
        ),
        ("Text", format!("{} characters{bytes}", limits.text.graphemes_max)),
        ("Pictures", format!("{}, up to {} bytes each", limits.images_max, limits.image_max_bytes)),
        ("Alt text", format!("{} characters", limits.alt_max_chars)),
        ("Thread", counted(limits.parts_max as usize, "part")),
        ("Kinds", list(&mut { kinds })),
        ("Permissions", list(&mut { scopes })),
        ("Endpoints", list(&mut { endpoints })),
        ("Source", view.source.clone()),
    ])
}

/// What is promised for a class of effects.
const fn promise(class: EffectClass) -> &'static str {
    match class {
        EffectClass::A => "a repeat is harmless, so it goes out once",
        EffectClass::B => "prepared first and then published, so it goes out once",
        EffectClass::R => "the platform refuses repeats, so it goes out once",
        EffectClass::C => "looked for before another try, so it goes out once",
        EffectClass::D => "nothing can be looked up: after a lost reply you are asked",
    }
}

/// All accounts.
pub fn accounts(views: &[AccountView]) -> String {
    let rows = views.iter().map(|view| {
        let origin =
            if view.custom_endpoints { format!("{} (given by hand)", view.origin) } else { view.origin.clone() };
        [
            view.id.clone(),
            view.platform.clone(),
            view.handle.clone(),
            spoken(&view.state),
            spoken(&view.access.state),
            view.waiting.to_string(),
            origin,
        ]
    });
    let empty = "No account is linked yet. `postroomctl practice link --kind a` makes one to try things with.";
    table(["ID", "PLATFORM", "HANDLE", "STATE", "ACCESS", "WAITING", "SERVER"], rows, empty)
}

/// One account.
pub fn account(view: &AccountView, zone: &str) -> String {
    let origin = if view.custom_endpoints { " (endpoints given by hand)" } else { "" };
    let time = |at: &Option<String>| at.as_deref().map(|at| moment::show(at, zone)).unwrap_or_default();
    let mut access = time(&view.access_expires_at);
    if view.renews && !access.is_empty() {
        access.push_str(", renewed by itself");
    }
    let missing = view.scopes_missing.iter().map(|scope| format!("{}: {}", scope.name, scope.reason));
    let missing = missing.collect::<Vec<_>>().join("\n");
    let again = if view.access.end_moves { String::new() } else { time(&view.access.ends_at) };
    facts(&[
        ("Account", format!("{} ({})", view.handle, view.name)),
        ("Id", view.id.clone()),
        ("Platform", view.platform.clone()),
        ("Server", format!("{}{origin}", view.origin)),
        ("State", spoken(&view.state)),
        ("", view.state_reason.clone()),
        ("Access", spoken(&view.access.state)),
        ("", Some(view.access.reason.clone()).filter(|reason| *reason != view.state_reason).unwrap_or_default()),
        ("", view.access.fix.clone()),
        ("Type", view.kind_name.clone()),
        ("Your app", view.app.as_ref().map(how_far).unwrap_or_default()),
        ("Promise", promise(view.class).to_owned()),
        ("Permissions", view.scopes.join(", ")),
        ("Not granted", missing),
        ("Access until", access),
        ("Relink by", again),
        ("Linked", moment::show(&view.linked_at, zone)),
        ("Seen working", time(&view.checked_at)),
        ("Waiting", counted(view.waiting as usize, "post")),
        ("Used", view.budget.iter().map(|limit| used(limit, zone)).collect::<Vec<_>>().join("\n")),
    ])
}

/// How far the app goes that an account is linked through, and who says so.
fn how_far(app: &AccountApp) -> String {
    match app.told {
        LevelTold::Nobody => "how far it goes is not known".to_owned(),
        LevelTold::Owner => format!("{}, as you said. {}", app.name, app.means),
        LevelTold::Platform => format!("{}, by the platform's answers. {}", app.name, app.means),
    }
}

/// What became of an account that was unlinked.
pub fn unlinked(view: &Unlinked) -> String {
    let mut text = format!("{} is unlinked. {}", view.account.handle, view.grant_words);
    if view.grant != GrantGone::Ended && !view.grant_page.is_empty() {
        text.push_str("\nThat is at ");
        text.push_str(&view.grant_page);
    }
    text.trim_end().to_owned()
}

/// Every secret that is kept.
pub fn secrets(views: &[SecretView], zone: &str) -> String {
    let time = |at: &Option<String>| at.as_deref().map(|at| moment::show(at, zone)).unwrap_or_default();
    let rows = views.iter().map(|view| {
        let what = match view.kind {
            SecretKindView::Access => "access token",
            SecretKindView::Refresh if view.app_password => "session of an app password",
            SecretKindView::Refresh => "refresh token",
            SecretKindView::Other => "key of the account",
            SecretKindView::App => "app",
        };
        let whose = if view.handle.is_empty() { &view.client_id } else { &view.handle };
        [
            what.to_owned(),
            view.platform.clone(),
            whose.clone(),
            moment::show(&view.kept_at, zone),
            time(&view.used_at),
            view.scopes.join(" "),
        ]
    });
    table(["SECRET", "PLATFORM", "OF", "KEPT SINCE", "LAST USED", "ALLOWS"], rows, "No secret is kept.")
}

/// Groups of accounts.
pub fn groups(views: &[GroupView]) -> String {
    let rows = views.iter().map(|view| [view.name.clone(), counted(view.accounts.len(), "account")]);
    table(["GROUP", "ACCOUNTS"], rows, "There is no group yet. `postroomctl accounts group NAME ACCOUNT…` makes one.")
}

/// How much of a limit is used.
fn used(limit: &BudgetView, zone: &str) -> String {
    let until = limit.resets_at.as_deref().map(|at| format!(", until {}", moment::show(at, zone)));
    let name = limit.name.replace('_', " ");
    format!("{name}: {} of {} in {} min{}", limit.used, limit.allowed, limit.window_s / 60, until.unwrap_or_default())
}

/// The practice network.
pub fn practice(view: &PracticeView) -> String {
    if !view.running {
        return "The practice network does not run.".to_owned();
    }
    facts(&[("Address", view.url.clone()), ("Timeline", view.timeline_url.clone()), ("Folder", view.folder.clone())])
}
