//! The practice network as data, from `docs/platforms/practice.md` (its sections are named here).

use domain::{
    EffectClass,
    budget::{Holder, Limit},
    effect::Doubt,
    limits::PostLimits,
    text::TextRule,
};

use crate::{
    change::Changes,
    descriptor::{ClientRule, Descriptor, IssuerRule, Kind, Method, Need, OauthRules, Rates, Scope},
};

/// The platform's short name.
pub const ID: &str = "practice";

/// §4.3: a key is kept 24 hours.
const KEY_LIFE_MS: i64 = 86_400_000;

/// The network sets no longest side; this one keeps a detailed picture under its 5,000,000 bytes.
const IMAGE_MAX_SIDE: u32 = 4_096;

/// The network sets no length for threads; the same as elsewhere, so that practice feels like the real thing.
const PARTS_MAX: u32 = 25;

/// The facts about the practice network.
pub(super) fn descriptor() -> Descriptor {
    let kind = |id, name, class| Kind { id, name, class };
    Descriptor {
        id: ID,
        name: "Practice network",
        color: "#5b6472",
        badge: "P",
        methods: vec![Method::Oauth(OauthRules {
            issuer: IssuerRule::Required,
            ..OauthRules::standard(ClientRule::Shipped("postroom-practice"), "/callback")
        })],
        kinds: vec![
            kind("a", "With keys", EffectClass::A),
            kind("b", "Staged", EffectClass::B),
            kind("r", "Refuses repeats", EffectClass::R),
            kind("c", "Read back", EffectClass::C),
            kind("d", "Blind", EffectClass::D),
        ],
        publishes: true,
        scopes: vec![
            Scope {
                name: "read",
                reason: "Look your own posts up after a lost reply, so that nothing is sent twice.",
                need: Need::Beside,
            },
            Scope { name: "write", reason: "Upload pictures and publish your posts.", need: Need::Publishing },
        ],
        // §2
        levels: &[],
        endpoints: vec![
            ("authorize", "{instance}/oauth/authorize"),
            ("token", "{instance}/oauth/token"),
            ("revoke", "{instance}/oauth/revoke"),
            ("api", "{instance}"),
            ("issuer", "{instance}"),
        ],
        default_instance: "",
        asks_instance: false,
        // §4.2, §4.3
        limits: PostLimits {
            text: TextRule::graphemes_and_bytes(500, 20_000),
            images_max: 4,
            image_max_bytes: 5_000_000,
            image_max_side: IMAGE_MAX_SIDE,
            image_types: ["image/jpeg", "image/png", "image/webp"].map(str::to_owned).to_vec(),
            alt_max_chars: 1_000,
            parts_max: PARTS_MAX,
            text_optional_with_media: true,
        },
        // §3
        doubt: Doubt { visible_after_max_ms: 1_000, late_accept_ms: 2_000 },
        key_life_ms: Some(KEY_LIFE_MS),
        rates: rates(),
        source: "docs/platforms/practice.md, version 2, 21 November 2026",
        access_page: "",
        guide: include_str!("docs.md"),
        practice: true,
    }
}

/// §5: 300 calls that publish per account in a window of 300 s that begins with the first; an operator may change both,
/// and every answer tells.
fn rates() -> Rates {
    Rates {
        limits: vec![Limit {
            name: "posts",
            holder: Holder::Account,
            allowed: 300,
            window_ms: 300_000,
            costs: &[("create_post", 1), ("publish_container", 1)],
            other: 0,
            reserve: 0,
            source: "docs/platforms/practice.md §5, 21 November 2026",
        }],
        publish: &["create_post"],
        prepare: &["upload_media", "create_container"],
    }
}

/// §4.6: all kinds delete by id, which kind d never learns; deleting twice is harmless. There are no edits.
pub(super) fn changes(kind: &str) -> Changes {
    Changes { delete: (kind != "d").then_some(EffectClass::A), ..Changes::default() }
}
