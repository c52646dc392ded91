//! Bluesky as data. Every figure says where it comes from; `(from memory)` marks what was not seen stated
//! or measured.

use domain::{
    EffectClass,
    budget::{Holder, Limit},
    consent::{GrantEnd, Reading},
    effect::Doubt,
    limits::PostLimits,
    text::TextRule,
};

use crate::{
    change::Changes,
    descriptor::{ClientRule, Descriptor, IssuerRule, Kind, Method, Need, OauthRules, Rates, Scope},
};

/// The platform's short name.
pub const ID: &str = "bluesky";

/// Pictures of the `app.bsky.embed.images` lexicon: 1 to 4, each at most 2,000,000 bytes (enforced when the
/// record is written, not at upload; older texts say 1,000,000).
const IMAGES_MAX: u32 = 4;
const IMAGE_MAX_BYTES: u64 = 2_000_000;

/// Longest side the official apps send (from memory); the protocol sets none.
const IMAGE_MAX_SIDE: u32 = 2_000;

/// Alt text the official apps take (from memory); the lexicon sets none.
const ALT_MAX_CHARS: u32 = 2_000;

/// The protocol sets no length for threads; ours keeps one part per record well under the hourly points.
const PARTS_MAX: u32 = 25;

/// A record written is read back by the next call; one second allows for a PDS behind a cache (from memory).
const VISIBLE_AFTER_MAX_MS: i64 = 1_000;

/// A server may still take a request for as long as its own time limits allow after our side gave up
/// (from memory).
const LATE_ACCEPT_MS: i64 = 20_000;

/// Identity; without it a grant is none.
const ATPROTO: &str = "atproto";
/// What an app password may do. The narrow scopes of 2026 (`repo:…`, `blob:…`) are not known to every server yet.
const GENERIC: &str = "transition:generic";

/// Where the browser comes back to.
const BACK: &str = "/oauth/bluesky";

/// The client of a program on somebody's computer: nothing to host, the id says all there is. Its redirect counts without
/// its port. A user with a page of their own that describes the client gives its address instead.
const CLIENT: &str = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Foauth%2Fbluesky\
                      &scope=atproto+transition%3Ageneric";

/// Sessions of public clients end after two weeks, renewed or not.
const GRANT_DAYS: u16 = 14;

/// The facts about Bluesky.
pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        id: ID,
        name: "Bluesky",
        color: "#1185fe",
        badge: "B",
        // A grant by consent ends after two weeks, whatever is done; a session by app password goes on.
        methods: vec![Method::AppPassword, Method::Oauth(consent())],
        kinds: vec![Kind { id: "user", name: "Account", class: EffectClass::A }],
        publishes: true,
        // Of consent alone: an app password carries no scopes, and may do everything but delete the account or change
        // its password.
        scopes: vec![
            Scope { name: ATPROTO, reason: "To show whose account it is", need: Need::Publishing },
            Scope {
                name: GENERIC,
                reason: "To publish what you schedule, with its pictures; it is as wide as an app password",
                need: Need::Publishing,
            },
        ],
        levels: &[],
        endpoints: vec![
            ("api", "{instance}"),
            ("public", "https://bsky.app"),
            ("plc", "https://plc.directory"),
            ("client", CLIENT),
        ],
        default_instance: "https://bsky.social",
        asks_instance: true,
        limits: PostLimits {
            text: TextRule::graphemes_and_bytes(300, 3_000),
            images_max: IMAGES_MAX,
            image_max_bytes: IMAGE_MAX_BYTES,
            image_max_side: IMAGE_MAX_SIDE,
            image_types: ["image/jpeg", "image/png", "image/webp"].map(str::to_owned).to_vec(),
            alt_max_chars: ALT_MAX_CHARS,
            parts_max: PARTS_MAX,
            text_optional_with_media: true,
        },
        doubt: Doubt { visible_after_max_ms: VISIBLE_AFTER_MAX_MS, late_accept_ms: LATE_ACCEPT_MS },
        // A record key belongs to its record for as long as the record exists.
        key_life_ms: None,
        rates: rates(),
        source: "AT Protocol lexicons and reference PDS, August 2026; limits measured on a PDS, 20 November 2026",
        // From memory.
        access_page: "https://bsky.app/settings/app-passwords",
        guide: include_str!("docs.md"),
        practice: false,
    }
}

/// The OAuth profile of the AT Protocol (`bluesky.md`, section 3; specification of August 2026): sent ahead, bound to a
/// key, `iss` in every answer, a public client. Where everything is, the person's own server says.
fn consent() -> OauthRules {
    OauthRules {
        dpop: true,
        issuer: IssuerRule::Required,
        reading: Reading { told: &[("subject", "/sub")], ..Reading::STANDARD },
        grant_end: Some(GrantEnd { days: GRANT_DAYS, restarts: false }),
        must_grant: &[ATPROTO],
        ..OauthRules::standard(ClientRule::Described, BACK)
    }
}

/// Points for writing records, per account: a creation costs 3, a deletion 1. All calls to a server are counted by
/// address: those are the app's, whichever account they are for.
fn rates() -> Rates {
    const SOURCE: &str = "Bluesky documentation, rate limits, August 2026";
    const WRITES: &[(&str, i64)] = &[("create_record", 3), ("delete_record", 1)];
    let limit = |name, holder, allowed, window_ms, costs, other, reserve| Limit {
        name,
        holder,
        allowed,
        window_ms,
        costs,
        other,
        reserve,
        source: SOURCE,
    };
    Rates {
        limits: vec![
            limit("points_hour", Holder::Account, 5_000, 3_600_000, WRITES, 0, 0),
            limit("points_day", Holder::Account, 35_000, 86_400_000, WRITES, 0, 0),
            // A tenth is kept for looking posts up.
            limit("calls", Holder::Server, 3_000, 300_000, &[], 1, 300),
        ],
        publish: &["create_record"],
        prepare: &["upload_blob"],
    }
}

/// Removing a record that is gone is no error (lexicon `com.atproto.repo.deleteRecord`). A record can be written anew,
/// but other servers and apps keep what they have seen (from memory): posts are not edited.
pub(super) fn changes() -> Changes {
    Changes { comment: Some(EffectClass::A), delete: Some(EffectClass::A), ..Changes::default() }
}

#[cfg(test)]
mod tests {
    use domain::consent::RedirectRule;

    use super::*;

    #[test]
    fn the_client_says_what_is_asked_for() {
        let facts = descriptor();
        let client = url::Url::parse(CLIENT).unwrap();
        assert_eq!((client.host_str(), client.port(), client.path()), (Some("localhost"), None, "/"));
        let pairs: Vec<_> = client.query_pairs().into_owned().collect();
        let scopes: Vec<_> = facts.scopes.iter().map(|scope| scope.name).collect();
        let wanted = [("redirect_uri", format!("http://127.0.0.1{BACK}")), ("scope", scopes.join(" "))];
        assert_eq!(pairs, wanted.map(|(name, value)| (name.to_owned(), value)));
        assert_eq!(consent().redirect, RedirectRule::any_port(BACK));
    }
}
