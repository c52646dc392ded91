//! Google accounts as identities, as data, from the documentation; `(from memory)` marks what was not seen stated.

use domain::consent::GrantEnd;

use crate::{
    descriptor::{ClientRule, Descriptor, Method, Need, OauthRules, OpenIdRule, Scope, SecretNeed},
    link_only,
};

/// The platform's short name.
pub const ID: &str = "google";

/// Refresh tokens that are not used end after six months.
const GRANT_END: GrantEnd = GrantEnd { days: 182, restarts: true };

/// Answers name an end only of grants that do not last: those of apps in testing, and those whose owner chose a time.
const TESTING: &str =
    "Google ends it after seven days while your app is in testing: publish the app there, then link again.";

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
