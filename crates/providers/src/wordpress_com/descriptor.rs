//! WordPress.com as data, from its metadata and documentation; `(from memory)` marks what was not seen stated.

use domain::consent::{LoopbackHost, RedirectRule};

use crate::{
    descriptor::{ClientRule, Descriptor, Method, Need, OauthRules, Scope, SecretNeed},
    link_only::{self, LINK_PORTS},
};

/// The platform's short name.
pub const ID: &str = "wordpress_com";

/// The facts about WordPress.com.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        color: "#3858e9",
        badge: "WP",
        methods: vec![Method::Oauth(OauthRules {
            redirect: RedirectRule::FixedPorts {
                ports: LINK_PORTS,
                path: "/callback/wordpress",
                host: LoopbackHost::Address,
            },
            ..OauthRules::standard(ClientRule::Own(SecretNeed::Optional), "/callback/wordpress")
        })],
        scopes: vec![Scope { name: "auth", reason: "To show whose account it is", need: Need::Beside }],
        endpoints: vec![
            ("authorize", "https://public-api.wordpress.com/oauth2-1/authorize"),
            ("token", "https://public-api.wordpress.com/oauth2-1/token"),
            ("revoke", "https://public-api.wordpress.com/oauth2-1/revoke"),
            ("api", "https://public-api.wordpress.com"),
        ],
        default_instance: "https://public-api.wordpress.com",
        source: "WordPress.com authorization server metadata, July 2026; the permission from memory",
        // From memory.
        access_page: "https://wordpress.com/me/security/connected-applications",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "WordPress.com")
    }
}
