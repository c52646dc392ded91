//! LinkedIn as data, from its documentation; `(from memory)` marks what was not seen stated.

use domain::consent::{GrantEnd, LoopbackHost, Pkce, RedirectRule};

use crate::{
    descriptor::{ClientRule, Descriptor, Level, Method, Need, OauthRules, Scope, SecretNeed},
    link_only::{self, LINK_PORTS},
};

/// The platform's short name.
pub const ID: &str = "linkedin";

/// For apps that get refresh tokens at all: a year from linking, and no renewal moves it.
const GRANT_END: GrantEnd = GrantEnd { days: 365, restarts: false };

/// What the app was let into; `linkedin.md`, section 1 and limits.
const LEVELS: &[Level] = &[
    Level {
        id: "self_serve",
        name: "Self-serve products",
        means: "Yourself only, without a review. What was posted cannot be read back.",
        named_end: false,
    },
    Level {
        id: "development",
        name: "Community Management, Development tier",
        means: "A few hundred calls a day, to try things with.",
        named_end: false,
    },
    Level {
        id: "standard",
        name: "Community Management, Standard tier",
        means: "Pages of organizations too. How many calls a day, LinkedIn shows in its portal only.",
        named_end: false,
    },
];

/// The facts about LinkedIn.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        color: "#0a66c2",
        badge: "in",
        methods: vec![Method::Oauth(OauthRules {
            redirect: RedirectRule::FixedPorts {
                ports: LINK_PORTS,
                path: "/callback/linkedin",
                host: LoopbackHost::Name,
            },
            // Not known for apps with a secret (from memory).
            pkce: Pkce::None,
            grant_end: Some(GRANT_END),
            ..OauthRules::standard(ClientRule::Own(SecretNeed::Needed), "/callback/linkedin")
        })],
        scopes: vec![
            Scope { name: "openid", reason: "To show whose account it is", need: Need::Beside },
            Scope { name: "profile", reason: "To show its name", need: Need::Beside },
        ],
        levels: LEVELS,
        endpoints: vec![
            ("authorize", "https://www.linkedin.com/oauth/v2/authorization"),
            ("token", "https://www.linkedin.com/oauth/v2/accessToken"),
            ("revoke", "https://www.linkedin.com/oauth/v2/revoke"),
            ("api", "https://api.linkedin.com"),
        ],
        default_instance: "https://api.linkedin.com",
        source: "LinkedIn documentation, 202608; the address for ending access from memory",
        // From memory.
        access_page: "https://www.linkedin.com/psettings/permitted-services",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "LinkedIn")
    }
}
