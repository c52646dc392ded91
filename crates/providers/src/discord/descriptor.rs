//! Discord as data, from its documentation; `(from memory)` marks what was not seen stated.

use domain::consent::{LoopbackHost, RedirectRule};

use crate::{
    descriptor::{ClientRule, Descriptor, Method, Need, OauthRules, Scope, SecretNeed},
    link_only::{self, LINK_PORTS},
};

/// The platform's short name.
pub const ID: &str = "discord";

/// The facts about Discord.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        color: "#5865f2",
        badge: "D",
        methods: vec![Method::Oauth(OauthRules {
            redirect: RedirectRule::FixedPorts {
                ports: LINK_PORTS,
                path: "/callback/discord",
                host: LoopbackHost::Address,
            },
            ..OauthRules::standard(ClientRule::Own(SecretNeed::Optional), "/callback/discord")
        })],
        scopes: vec![Scope { name: "identify", reason: "To show whose account it is", need: Need::Beside }],
        endpoints: vec![
            ("authorize", "https://discord.com/oauth2/authorize"),
            ("token", "https://discord.com/api/v10/oauth2/token"),
            ("revoke", "https://discord.com/api/oauth2/token/revoke"),
            ("api", "https://discord.com/api/v10"),
        ],
        default_instance: "https://discord.com/api/v10",
        source: "Discord documentation, August 2026",
        // From memory.
        access_page: "https://discord.com/settings/authorized-apps",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "Discord")
    }
}
