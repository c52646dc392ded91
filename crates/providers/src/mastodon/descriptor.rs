//! Servers of the Mastodon family as data. Every figure says where it comes from; `(from memory)` marks what was not
//! seen stated or measured. The limits here are Mastodon's own defaults: an account's server may say otherwise.

use domain::{
    EffectClass,
    budget::{Holder, Limit},
    effect::Doubt,
    limits::PostLimits,
    options::{OptionChoice, OptionField, OptionInput, PollLimits},
    text::TextRule,
};

use super::facts::Facts;
use crate::{
    change::Changes,
    descriptor::{ClientRule, Descriptor, Kind, Method, Need, OauthRules, Rates, Scope},
};

/// The platform's short name.
pub const ID: &str = "mastodon";

/// A server that keeps Idempotency-Keys, as Mastodon does for an hour (documentation, statuses API).
pub(super) const KEYED: &str = "keyed";
/// One that is not known to (GoToSocial reads the header and ignores it; measured, October 2025).
pub(super) const PLAIN: &str = "plain";

/// Mastodon keeps keys for one hour (documentation, statuses API).
const KEY_LIFE_MS: i64 = 3_600_000;

/// Our own bound on threads; the servers set none.
const PARTS_MAX: u32 = 25;

/// A status is read back by the next call; two seconds allow for a replica that lags (from memory).
const VISIBLE_AFTER_MAX_MS: i64 = 2_000;
/// Mastodon ends a request after 15 s (its Rack time limit, from memory), and a proxy before it may hold it a little.
const LATE_ACCEPT_MS: i64 = 20_000;

/// Milliseconds after which a server's limits are read again (documentation names no life; a day is our choice).
pub(super) const FACTS_LIFE_MS: i64 = 86_400_000;

/// The permission that tells whose account it is, where a server knows the narrow one (Mastodon 4.3 and newer).
pub(super) const PROFILE: &str = "profile";
/// The same elsewhere.
pub(super) const READ_ACCOUNTS: &str = "read:accounts";

/// The facts about the family.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        id: ID,
        name: "Mastodon",
        color: "#6364ff",
        badge: "M",
        methods: vec![Method::Oauth(OauthRules::standard(ClientRule::Registered, "/oauth/mastodon"))],
        kinds: vec![
            Kind { id: KEYED, name: "Mastodon", class: EffectClass::A },
            Kind { id: PLAIN, name: "Compatible server", class: EffectClass::C },
        ],
        publishes: true,
        scopes: vec![
            Scope { name: PROFILE, reason: "To show whose account it is", need: Need::Beside },
            Scope { name: "read:statuses", reason: "To look whether a post is live", need: Need::Beside },
            Scope { name: "write:statuses", reason: "To publish what you schedule", need: Need::Publishing },
            Scope { name: "write:media", reason: "To upload its pictures", need: Need::Pictures },
        ],
        levels: &[],
        endpoints: vec![
            ("api", "{instance}"),
            ("authorize", "{instance}/oauth/authorize"),
            ("token", "{instance}/oauth/token"),
            ("revoke", "{instance}/oauth/revoke"),
            ("register", "{instance}/api/v1/apps"),
        ],
        default_instance: "",
        asks_instance: true,
        limits: limits(&Facts::default()),
        doubt: Doubt { visible_after_max_ms: VISIBLE_AFTER_MAX_MS, late_accept_ms: LATE_ACCEPT_MS },
        key_life_ms: Some(KEY_LIFE_MS),
        rates: rates(),
        source: "Mastodon documentation for 4.6, July 2026; GoToSocial's source, October 2025; every account's own server",
        // From memory.
        access_page: "{instance}/oauth/authorized_applications",
        guide: include_str!("docs.md"),
        practice: false,
    }
}

/// Mastodon's own defaults; every answer tells of the one that is nearest. Calls are counted per token and per account
/// over all its tokens; we hold one token, so the first is the one we meet.
fn rates() -> Rates {
    let limit = |name, allowed, minutes: i64, costs, other, reserve| Limit {
        name,
        holder: Holder::Account,
        allowed,
        window_ms: minutes * 60_000,
        costs,
        other,
        reserve,
        source: "Mastodon documentation, rate limits, July 2026",
    };
    Rates {
        limits: vec![
            // A tenth is kept for looking posts up.
            limit("calls", 300, 5, &[], 1, 30),
            limit("statuses", 300, 180, &[("post_status", 1)], 0, 0),
            limit("media", 30, 30, &[("upload_media", 1)], 0, 0),
            limit("deletions", 30, 30, &[("delete_status", 1)], 0, 0),
        ],
        publish: &["post_status"],
        prepare: &["upload_media"],
    }
}

/// What can be done with a live status: deleting twice is harmless (the second finds nothing), and an edit is read back
/// (documentation, statuses API). Visibility stays as it was posted.
pub(super) const fn changes() -> Changes {
    Changes {
        comment: None,
        delete: Some(EffectClass::A),
        edit: Some(EffectClass::C),
        edit_options: &["content_warning", "sensitive", "language"],
    }
}

/// What a part may hold on a server that says these facts.
pub(super) fn limits(facts: &Facts) -> PostLimits {
    PostLimits {
        text: TextRule::fediverse(facts.characters, facts.url_chars),
        images_max: facts.pictures,
        image_max_bytes: facts.image_bytes,
        // A square of this side has as many pixels as the server takes: no longer side makes a picture too large.
        image_max_side: facts.image_pixels.isqrt(),
        image_types: facts.image_types.clone(),
        alt_max_chars: facts.alt_chars,
        parts_max: PARTS_MAX,
        text_optional_with_media: true,
    }
}

/// The option fields on such a server.
pub(super) fn options(facts: &Facts) -> Vec<OptionField> {
    let choice = |id: &str| OptionChoice { id: id.to_owned(), label: format!("visibility_{id}") };
    let visibility = OptionInput::Choice { choices: ["public", "unlisted", "private", "direct"].map(choice).to_vec() };
    let poll = OptionInput::Poll(PollLimits {
        answers_max: facts.poll_answers,
        answer_max_chars: facts.poll_answer_chars,
        life_min_s: facts.poll_min_s,
        life_max_s: facts.poll_max_s,
    });
    let mut fields = vec![
        field("visibility", visibility),
        field("language", OptionInput::Language),
        OptionField { counted: true, ..field("content_warning", OptionInput::Text { chars_max: facts.characters }) },
        field("sensitive", OptionInput::Flag),
    ];
    if facts.poll_answers >= 2 {
        fields.push(OptionField { first_part_only: true, ..field("poll", poll) });
    }
    fields
}

fn field(id: &str, input: OptionInput) -> OptionField {
    OptionField {
        id: id.to_owned(),
        label: id.to_owned(),
        input,
        default: String::new(),
        counted: false,
        first_part_only: false,
    }
}
