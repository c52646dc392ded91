//! Microsoft accounts as identities, as data, from the documentation; `(from memory)` marks what was not seen stated.

use domain::consent::{GrantEnd, LoopbackHost, PortRule, RedirectRule};

use crate::{
    descriptor::{ClientRule, Descriptor, Method, Need, OauthRules, OpenIdRule, Scope, SecretNeed},
    link_only,
};

/// The platform's short name.
pub const ID: &str = "microsoft";

/// Refresh tokens end after ninety days; each renewal replaces them.
const GRANT_END: GrantEnd = GrantEnd { days: 90, restarts: true };

/// The facts about Microsoft.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        color: "#0067b8",
        badge: "MS",
        methods: vec![Method::Oauth(OauthRules {
            redirect: RedirectRule::AnyPort {
                path: "/callback/microsoft",
                host: LoopbackHost::Name,
                registered: PortRule::Omitted,
            },
            openid: Some(OpenIdRule::SignedIn),
            grant_end: Some(GRANT_END),
            ..OauthRules::standard(ClientRule::Own(SecretNeed::None), "/callback/microsoft")
        })],
        scopes: vec![
            Scope { name: "openid", reason: "To prove who signed in", need: Need::Beside },
            Scope { name: "profile", reason: "To show its name", need: Need::Beside },
            Scope { name: "offline_access", reason: "To stay linked longer than an hour", need: Need::Beside },
            Scope { name: "User.Read", reason: "To show whose account it is", need: Need::Beside },
        ],
        endpoints: vec![
            ("authorize", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"),
            ("token", "https://login.microsoftonline.com/common/oauth2/v2.0/token"),
            ("issuer", "https://login.microsoftonline.com/{tid}/v2.0"),
            ("keys", "https://login.microsoftonline.com/common/discovery/v2.0/keys"),
            ("api", "https://graph.microsoft.com"),
        ],
        default_instance: "https://graph.microsoft.com",
        source: "Microsoft Entra documentation, 2026; addresses from memory",
        // From memory.
        access_page: "https://account.live.com/consent/Manage",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "Microsoft")
    }
}
