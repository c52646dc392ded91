//! Platforms, accounts and the practice network.

use domain::EffectClass;
use ipc::wire::{AccountView, BudgetView, PlatformView, PracticeView};

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
            view.waiting.to_string(),
            origin,
        ]
    });
    let empty = "No account is linked yet. `postroomctl practice link --kind a` makes one to try things with.";
    table(["ID", "PLATFORM", "HANDLE", "STATE", "WAITING", "SERVER"], rows, empty)
}

/// One account.
pub fn account(view: &AccountView, zone: &str) -> String {
    let origin = if view.custom_endpoints { " (endpoints given by hand)" } else { "" };
    let time = |at: &Option<String>| at.as_deref().map(|at| moment::show(at, zone)).unwrap_or_default();
    let mut access = time(&view.access_expires_at);
    if view.renews && !access.is_empty() {
        access.push_str(", renewed by itself");
    }
    facts(&[
        ("Account", format!("{} ({})", view.handle, view.name)),
        ("Id", view.id.clone()),
        ("Platform", view.platform.clone()),
        ("Server", format!("{}{origin}", view.origin)),
        ("State", spoken(&view.state)),
        ("", view.state_reason.clone()),
        ("Promise", promise(view.class).to_owned()),
        ("Permissions", view.scopes.join(", ")),
        ("Access until", access),
        ("Linked", moment::show(&view.linked_at, zone)),
        ("Seen working", time(&view.checked_at)),
        ("Waiting", counted(view.waiting as usize, "post")),
        ("Used", view.budget.iter().map(|limit| used(limit, zone)).collect::<Vec<_>>().join("\n")),
    ])
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
