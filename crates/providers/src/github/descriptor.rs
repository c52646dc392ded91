//! GitHub as data, from its documentation; `(from memory)` marks what was not seen stated.

use domain::{
    ErrorKind,
    consent::{Refusal, RevokeRule},
};

use crate::{
    descriptor::{ClientRule, Descriptor, Method, OauthRules, SecretNeed},
    link_only,
};

/// The platform's short name.
pub const ID: &str = "github";

/// Set-up that does not fit, and a refresh token that does not serve; all with status 200.
const REFUSALS: &[Refusal] = &[
    Refusal::always("incorrect_client_credentials", ErrorKind::Unsupported),
    Refusal::always("device_flow_disabled", ErrorKind::Unsupported),
    Refusal::always("incorrect_device_code", ErrorKind::Unsupported),
    Refusal::always("bad_refresh_token", ErrorKind::AuthRevoked),
];

/// The facts about GitHub.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        color: "#24292f",
        badge: "GH",
        methods: vec![Method::Device(OauthRules {
            revoke: RevokeRule::ByClient,
            refusals: REFUSALS,
            ..OauthRules::standard(ClientRule::Own(SecretNeed::Optional), "/callback/github")
        })],
        // Who somebody is needs none.
        scopes: Vec::new(),
        endpoints: vec![
            ("authorize", "https://github.com/login/oauth/authorize"),
            ("token", "https://github.com/login/oauth/access_token"),
            ("device", "https://github.com/login/device/code"),
            ("revoke", "https://api.github.com/applications/{client_id}/token"),
            ("api", "https://api.github.com"),
        ],
        default_instance: "https://api.github.com",
        source: "GitHub documentation, 2026",
        // From memory.
        access_page: "https://github.com/settings/applications",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "GitHub")
    }
}
