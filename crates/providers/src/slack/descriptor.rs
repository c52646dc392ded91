//! Slack as data, from its documentation; `(from memory)` marks what was not seen stated.

use domain::{
    ErrorKind,
    consent::{GrantEnd, LoopbackHost, Reading, RedirectRule, Refusal, RevokeRule, ScopeRule},
};

use crate::{
    descriptor::{ClientRule, Descriptor, Method, Need, OauthRules, Scope, SecretNeed},
    link_only::{self, LINK_PORTS},
};

/// The platform's short name.
pub const ID: &str = "slack";

/// Refresh tokens of apps without a secret end after thirty days; each renewal begins them anew.
const GRANT_END: GrantEnd = GrantEnd { days: 30, restarts: true };

/// Slack's words, all with status 200.
const REFUSALS: &[Refusal] = &[
    Refusal::always("invalid_refresh_token", ErrorKind::AuthRevoked),
    Refusal::always("invalid_client_id", ErrorKind::Unsupported),
    Refusal::always("bad_client_secret", ErrorKind::Unsupported),
    Refusal::always("bad_redirect_uri", ErrorKind::Unsupported),
    Refusal::always("no_user_scopes", ErrorKind::Unsupported),
];

/// The facts about Slack.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        color: "#611f69",
        badge: "SL",
        methods: vec![Method::Oauth(OauthRules {
            redirect: RedirectRule::FixedPorts { ports: LINK_PORTS, path: "/callback/slack", host: LoopbackHost::Name },
            scope_rule: ScopeRule { parameter: "user_scope", separator: "," },
            reading: Reading { tokens_at: "/authed_user", ..Reading::STANDARD },
            grant_end: Some(GRANT_END),
            refusals: REFUSALS,
            revoke: RevokeRule::OwnToken,
            ..OauthRules::standard(ClientRule::Own(SecretNeed::None), "/callback/slack")
        })],
        scopes: vec![Scope {
            name: "chat:write",
            reason: "Slack grants nothing without a permission; this is the one for posting in your name, later",
            need: Need::Beside,
        }],
        endpoints: vec![
            ("authorize", "https://slack.com/oauth/v2/authorize"),
            ("token", "https://slack.com/api/oauth.v2.access"),
            ("revoke", "https://slack.com/api/auth.revoke"),
            ("api", "https://slack.com/api"),
        ],
        default_instance: "https://slack.com/api",
        source: "Slack documentation, October 2026",
        // From memory.
        access_page: "https://slack.com/apps/manage",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "Slack")
    }
}
