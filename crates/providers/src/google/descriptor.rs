//! Google accounts as identities, as data, from the documentation; `(from memory)` marks what was not seen stated.

use domain::consent::GrantEnd;

use crate::{
    descriptor::{ClientRule, Descriptor, Level, Method, Need, OauthRules, OpenIdRule, Scope, SecretNeed},
    link_only,
};

/// The platform's short name.
pub const ID: &str = "google";

/// Refresh tokens that are not used end after six months.
const GRANT_END: GrantEnd = GrantEnd { days: 182, restarts: true };

/// Answers name an end only of grants that do not last: those of apps in testing, and those whose owner chose a time.
const TESTING: &str =
    "Google ends it after seven days while your app is in testing: publish the app there, then link again.";

/// What the console calls the publishing status; `identity.md`, section 2.
const LEVELS: &[Level] = &[
    Level {
        id: "testing",
        name: "In testing",
        means: "Google ends access seven days after it was given. Where only your name and address were asked for, it may last.",
        named_end: true,
    },
    Level {
        id: "production",
        name: "In production",
        means: "Access lasts until it is taken back, or was not used for six months. Until Google verified the app, it shows a warning and takes at most 100 people.",
        named_end: false,
    },
];

/// The facts about Google.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        color: "#1a73e8",
        badge: "G",
        methods: vec![Method::Oauth(OauthRules {
            openid: Some(OpenIdRule::Subject),
            extra: &[("access_type", "offline")],
            grant_end: Some(GRANT_END),
            named_end: Some(TESTING),
            ..OauthRules::standard(ClientRule::Own(SecretNeed::Needed), "/callback/google")
        })],
        scopes: vec![
            Scope { name: "openid", reason: "To show whose account it is", need: Need::Beside },
            Scope { name: "email", reason: "To show its address", need: Need::Beside },
            Scope { name: "profile", reason: "To show its name", need: Need::Beside },
        ],
        levels: LEVELS,
        endpoints: vec![
            ("authorize", "https://accounts.google.com/o/oauth2/v2/auth"),
            ("token", "https://oauth2.googleapis.com/token"),
            ("revoke", "https://oauth2.googleapis.com/revoke"),
            ("issuer", "https://accounts.google.com"),
            ("keys", "https://www.googleapis.com/oauth2/v3/certs"),
            ("api", "https://openidconnect.googleapis.com"),
        ],
        default_instance: "https://openidconnect.googleapis.com",
        source: "Google identity documentation, 2026; addresses from memory",
        // From memory.
        access_page: "https://myaccount.google.com/connections",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "Google")
    }
}
