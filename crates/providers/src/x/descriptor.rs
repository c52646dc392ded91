//! X as data, from its documentation; `(from memory)` marks what was not seen stated.

use domain::{
    ErrorKind,
    consent::{GrantEnd, LoopbackHost, RedirectRule, Refusal, SecretPlace},
};

use crate::{
    descriptor::{ClientRule, Descriptor, Level, Method, Need, OauthRules, Scope, SecretNeed},
    link_only::{self, LINK_PORTS},
};

/// The platform's short name.
pub const ID: &str = "x";

/// Refresh tokens end about six months after their last use (from memory).
const GRANT_END: GrantEnd = GrantEnd { days: 182, restarts: true };

/// A refresh token that was used or taken back is an `invalid_request` there, and no `invalid_grant` (from memory).
const REFUSALS: &[Refusal] = &[Refusal::renewing("invalid_request", ErrorKind::AuthRevoked)];

/// How the app pays; `x.md`, section 1.
const LEVELS: &[Level] = &[
    Level {
        id: "pay_per_use",
        name: "Pay-per-use",
        means: "Each call costs credits, a post with a link many times one without. Without credits X refuses every call.",
        named_end: false,
    },
    Level {
        id: "plan",
        name: "Basic or Pro",
        means: "A monthly plan of older apps; X is reported to have ended them around September 2026.",
        named_end: false,
    },
    Level { id: "free", name: "Free", means: "Of older apps only: new ones have no free plan.", named_end: false },
];

/// The facts about X.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        color: "#0f1419",
        badge: "X",
        methods: vec![Method::Oauth(OauthRules {
            secret_place: SecretPlace::Basic,
            redirect: RedirectRule::FixedPorts { ports: LINK_PORTS, path: "/callback", host: LoopbackHost::Address },
            grant_end: Some(GRANT_END),
            refusals: REFUSALS,
            ..OauthRules::standard(ClientRule::Own(SecretNeed::Optional), "/callback")
        })],
        scopes: vec![
            Scope { name: "users.read", reason: "To show whose account it is", need: Need::Beside },
            Scope {
                name: "tweet.read",
                reason: "X tells whose account it is only with this one too",
                need: Need::Beside,
            },
            Scope { name: "offline.access", reason: "To stay linked longer than two hours", need: Need::Beside },
        ],
        levels: LEVELS,
        endpoints: vec![
            ("authorize", "https://x.com/i/oauth2/authorize"),
            ("token", "https://api.x.com/2/oauth2/token"),
            ("revoke", "https://api.x.com/2/oauth2/revoke"),
            ("api", "https://api.x.com"),
        ],
        default_instance: "https://api.x.com",
        source: "X documentation and OpenAPI 2.168, September 2026",
        // From memory.
        access_page: "https://x.com/settings/connected_apps",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "X")
    }
}
