//! Instagram as data, from Meta's documentation of the Instagram API with Instagram Login; `(from memory)` marks what was
//! not seen stated.

use domain::{
    ErrorKind,
    consent::{Blame, ClientShown, Pkce, Reading, RedirectRule, Refusal, ScopeRule, SecretForm, Trade, TradeTime},
};

use crate::{
    descriptor::{ClientRule, Descriptor, Kind, Level, Method, Need, OauthRules, RenewalRule, Scope, SecretNeed},
    link_only,
};

/// The platform's short name.
pub const ID: &str = "instagram";

const DAY_MS: i64 = 86_400_000;

/// `https` only, and compared to the letter. The slash at the end is written out because Meta's dashboard may add one.
const REDIRECT: RedirectRule = RedirectRule::Page("https://localhost:28127/callback/instagram/");

/// The token that came with the code lives for an hour; this makes one of 60 days of it.
const LONG_LIVED: Trade =
    Trade { grant_type: "ig_exchange_token", parameter: "access_token", shows: ClientShown::Secret };

const RENEWAL: Trade = Trade { grant_type: "ig_refresh_token", parameter: "access_token", shows: ClientShown::Nothing };

/// Of 60 days a token is renewed on the 35th, and nothing is before it is a day old.
const RENEWAL_TIME: TradeTime = TradeTime { age_min_ms: DAY_MS, ahead_ms: 25 * DAY_MS };

/// Before and at the token endpoint one word serves for everything, and the sentence tells; the Graph interface has numbers.
const REFUSALS: &[Refusal] = &[
    Refusal::always(GENERAL, ErrorKind::Unsupported).saying("Invalid platform app").blaming(Blame::OuterId),
    Refusal::always(GENERAL, ErrorKind::Unsupported).saying("Invalid redirect_uri").blaming(Blame::Redirect),
    Refusal::always(GENERAL, ErrorKind::AuthRevoked).saying("Matching code was not found").blaming(Blame::Code),
    // It names the redirect address, and is said of a wrong secret too; an address that is not registered has its own words.
    Refusal::always(GENERAL, ErrorKind::Unsupported)
        .saying("Error validating verification code")
        .blaming(Blame::Client),
    Refusal::always("OAuthException 190", ErrorKind::AuthRevoked),
    Refusal::always("OAuthException 102", ErrorKind::AuthRevoked),
    Refusal::always("OAuthException 10", ErrorKind::MissingScope),
    Refusal::always("OAuthException 200", ErrorKind::MissingScope),
    Refusal::always("OAuthException 4", ErrorKind::RateLimited),
    Refusal::always("OAuthException 17", ErrorKind::RateLimited),
    Refusal::always("OAuthException 32", ErrorKind::RateLimited),
    Refusal::always("OAuthException 613", ErrorKind::RateLimited),
    // From memory: what the call for the long-lived token says of a wrong secret, and Graph's own trouble.
    Refusal::always("OAuthException 1", ErrorKind::Unsupported)
        .saying("Error validating client secret")
        .blaming(Blame::Client),
    Refusal::always("OAuthException 1", ErrorKind::Unavailable),
    Refusal::always("OAuthException 2", ErrorKind::Unavailable),
];
const GENERAL: &str = "OAuthException";

/// Whose accounts the app may act for; `instagram.md`, section 1.
const LEVELS: &[Level] = &[
    Level {
        id: "standard",
        name: "Standard Access",
        means: "For accounts that have a role on the app, such as Instagram Tester. Without a review.",
        named_end: false,
    },
    Level {
        id: "advanced",
        name: "Advanced Access",
        means: "For everybody's accounts, after App Review and the verification of a business.",
        named_end: false,
    },
];

/// The facts about Instagram.
pub(super) fn descriptor() -> Descriptor {
    let kind = |id, name| Kind { id, name, class: domain::EffectClass::D };
    Descriptor {
        color: "#c13584",
        badge: "IG",
        methods: vec![Method::Oauth(OauthRules {
            secret_form: SecretForm::Hex(32),
            redirect: REDIRECT,
            pkce: Pkce::None,
            scope_rule: ScopeRule { parameter: "scope", separator: "," },
            reading: Reading { wrapped_at: "/data/0", ..Reading::STANDARD },
            long_lived: Some(LONG_LIVED),
            renewal: RenewalRule::Trade(RENEWAL, RENEWAL_TIME),
            refusals: REFUSALS,
            must_grant: &[BASIC],
            ..OauthRules::standard(ClientRule::Own(SecretNeed::Needed), "")
        })],
        kinds: vec![kind("BUSINESS", "Business"), kind("MEDIA_CREATOR", "Creator")],
        scopes: vec![Scope {
            name: BASIC,
            reason: "To show whose account it is; without it access is not renewed either",
            need: Need::Beside,
        }],
        levels: LEVELS,
        endpoints: vec![
            ("authorize", "https://www.instagram.com/oauth/authorize"),
            ("token", "https://api.instagram.com/oauth/access_token"),
            ("long_lived", "https://graph.instagram.com/access_token"),
            ("renew", "https://graph.instagram.com/refresh_access_token"),
            ("api", "https://graph.instagram.com/v26.0"),
        ],
        default_instance: "https://graph.instagram.com",
        source: "Meta documentation of the Instagram API with Instagram Login, v26.0, September 2026",
        access_page: "https://www.instagram.com/accounts/manage_access/",
        guide: include_str!("docs.md"),
        ..link_only::descriptor(ID, "Instagram")
    }
}

const BASIC: &str = "instagram_business_basic";
