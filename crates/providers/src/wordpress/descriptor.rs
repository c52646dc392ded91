//! WordPress on a site of one's own as data, from its handbook (`wordpress.md`, sections 1 and 2).

use domain::EffectClass;

use crate::{
    descriptor::{Descriptor, Kind, Method, Need, PageRule, Scope},
    link_only,
};

/// The platform's short name.
pub const ID: &str = "wordpress";

/// What a role may do, from most to least; the first of these that somebody has is their kind.
const ROLES: &[(&str, &str)] = &[
    ("administrator", "Administrator"),
    ("editor", "Editor"),
    ("author", "Author"),
    ("contributor", "Contributor"),
    ("subscriber", "Subscriber"),
];
/// Roles of a plug-in.
pub(super) const OTHER_ROLE: &str = "other";

/// The facts about WordPress on a site of one's own.
pub(super) fn descriptor() -> Descriptor {
    let scope = |name, reason| Scope { name, reason, need: Need::Beside };
    let kind = |(id, name): &(&'static str, &'static str)| Kind { id, name, class: EffectClass::D };
    let mut kinds: Vec<_> = ROLES.iter().map(kind).collect();
    kinds.push(kind(&(OTHER_ROLE, "Other role")));
    Descriptor {
        color: "#21759b",
        badge: "WP",
        methods: vec![
            Method::Page(PageRule {
                path: "/callback/wordpress-site",
                handed_over: "postroom://oauth/wordpress-site",
                app_name: "Postroom",
                app_id: "b1824555-5d87-5979-8b7f-7442d0b734cd",
            }),
            Method::AppPassword,
        ],
        kinds,
        scopes: vec![
            scope("edit_posts", "To write posts"),
            scope("publish_posts", "To publish them"),
            scope("upload_files", "To upload pictures"),
        ],
        // Both are learnt from the site.
        endpoints: vec![("api", "{instance}/wp-json"), ("authorize", "")],
        asks_instance: true,
        source: "WordPress REST API handbook and WordPress 6.2 to 6.7 seen at work, November 2026",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "WordPress")
    }
}

/// The kind of somebody with these roles.
pub(super) fn kind_of(roles: &[String]) -> &'static str {
    let known = ROLES.iter().find(|(id, _)| roles.iter().any(|role| role == id));
    known.map_or(OTHER_ROLE, |(id, _)| *id)
}
