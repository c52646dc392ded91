//! How authorization servers differ, as data. A platform's facts are written with these words and the OAuth engine reads
//! them, so that neither has to know the other.

use crate::{ErrorKind, UtcMs};

const DAY_MS: i64 = 86_400_000;
/// Longest a token lives whose grant has an end that renewals move: 2 days, in milliseconds.
const TOKEN_LIFE_MAX_MS: i64 = 2 * DAY_MS;

/// Where a client secret goes in token calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecretPlace {
    /// In the form, as `client_secret`.
    #[default]
    Body,
    /// In the `Authorization: Basic` header.
    Basic,
}

/// How a platform writes the secrets of its clients, so that one that was cut short is known before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecretForm {
    /// Nothing is known of it.
    #[default]
    Any,
    /// So many hexadecimal digits.
    Hex(usize),
}

impl SecretForm {
    /// Whether a secret can be one of that platform's.
    #[must_use]
    pub fn fits(self, secret: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Hex(digits) => secret.len() == digits && secret.bytes().all(|byte| byte.is_ascii_hexdigit()),
        }
    }
}

/// How scopes are written in the authorization address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeRule {
    /// Name of the parameter.
    pub parameter: &'static str,
    /// What stands between two.
    pub separator: &'static str,
}

impl ScopeRule {
    /// That of RFC 6749, section 3.3.
    pub const STANDARD: Self = Self { parameter: "scope", separator: " " };
}

impl Default for ScopeRule {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// Where token answers hold what, as JSON pointers (RFC 6901).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// Where some answers hold all that others say plainly; what follows is then read from there. Empty where none does.
    pub wrapped_at: &'static str,
    /// The object with the tokens; empty for the whole answer.
    pub tokens_at: &'static str,
    /// The same in answers to renewals, which some platforms wrap otherwise.
    pub renewed_at: &'static str,
    /// Facts to be kept of the whole answer, such as the account's id: name and place.
    pub told: &'static [(&'static str, &'static str)],
}

impl Reading {
    /// Everything at the top of the answer, nothing told beside.
    pub const STANDARD: Self = Self { wrapped_at: "", tokens_at: "", renewed_at: "", told: &[] };

    /// How answers to renewals are read.
    #[must_use]
    pub const fn renewed(self) -> Self {
        Self { tokens_at: self.renewed_at, ..self }
    }
}

/// Whether a proof key goes with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pkce {
    /// RFC 7636 with SHA-256.
    #[default]
    S256,
    /// The same, with the challenge in lowercase hex instead of base64url.
    S256Hex,
    /// The platform has none.
    None,
}

/// How a redirect address spells this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoopbackHost {
    /// `127.0.0.1`.
    #[default]
    Address,
    /// `localhost`, only where the platform insists.
    Name,
}

impl LoopbackHost {
    /// As it stands in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "127.0.0.1",
            Self::Name => "localhost",
        }
    }
}

/// What a platform that takes any loopback port wants to have registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PortRule {
    /// Nothing.
    #[default]
    Nothing,
    /// The address without a port.
    Omitted,
    /// The address with `*` for the port.
    Wildcard,
}

/// Where a platform lets the browser come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectRule {
    /// A loopback port chosen anew each time: the rule of RFC 8252.
    AnyPort {
        /// Path with a leading slash, one per platform.
        path: &'static str,
        /// How the address spells this machine.
        host: LoopbackHost,
        /// What is registered with the platform.
        registered: PortRule,
    },
    /// One of the ports registered with the platform, the first that is free.
    FixedPorts {
        /// In order of preference.
        ports: &'static [u16],
        /// Path with a leading slash.
        path: &'static str,
        /// How the registered address spells this machine.
        host: LoopbackHost,
    },
    /// An address under a scheme of ours, which the system hands over.
    Scheme(&'static str),
    /// A page on the web whose address is pasted.
    Page(&'static str),
}

impl RedirectRule {
    /// Any port of `127.0.0.1`, nothing registered.
    #[must_use]
    pub const fn any_port(path: &'static str) -> Self {
        Self::AnyPort { path, host: LoopbackHost::Address, registered: PortRule::Nothing }
    }

    /// The path, where this machine listens; empty elsewhere.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        match self {
            Self::AnyPort { path, .. } | Self::FixedPorts { path, .. } => path,
            Self::Scheme(_) | Self::Page(_) => "",
        }
    }
}

/// A `GET` that trades one token for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trade {
    /// Its `grant_type`.
    pub grant_type: &'static str,
    /// Name of the parameter that carries the token.
    pub parameter: &'static str,
    /// What of the client goes with it.
    pub shows: ClientShown,
}

/// What of the client goes with a token that is traded for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientShown {
    /// Nothing: the token is enough.
    Nothing,
    /// Its secret.
    Secret,
    /// Its id and its secret.
    Both,
}

/// When a token may be traded for a fresh one, and when it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradeTime {
    /// How old it has to be, in milliseconds.
    pub age_min_ms: i64,
    /// How long before its end it is traded, in milliseconds: nothing brings back one that has ended.
    pub ahead_ms: i64,
}

/// How a grant is ended at the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RevokeRule {
    /// A form with the token and the client (RFC 7009).
    #[default]
    Form,
    /// A `POST` made with the access token itself, which it ends.
    OwnToken,
    /// A `DELETE` by the client with id and secret in the header, and the access token as JSON; not without a secret.
    ByClient,
}

/// When a word of the token endpoint has a meaning of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Whatever was asked for.
    Anything,
    /// When a grant was to be renewed.
    Renewal,
}

/// What a refusal is put down to, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The code: the client that came with it is known.
    Code,
    /// The client's id or its secret.
    Client,
    /// The client's id, which is that of the app around the client: some platforms give an app an id of its own for each of
    /// their products.
    OuterId,
    /// The way back.
    Redirect,
}

/// A word by which a platform's endpoints or its page of consent refuse in their own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// When it means that.
    pub asked: Asked,
    /// The platform's word: `bad_refresh_token`. With Graph interfaces type and number: `OAuthException 190`.
    pub code: &'static str,
    /// What stands in its sentence, where one word serves for many things; empty where the word says it all.
    pub says: &'static str,
    /// What it stands for.
    pub kind: ErrorKind,
    /// What it is put down to.
    pub blames: Option<Blame>,
}

impl Refusal {
    /// A word that always means the same.
    #[must_use]
    pub const fn always(code: &'static str, kind: ErrorKind) -> Self {
        Self { asked: Asked::Anything, code, says: "", kind, blames: None }
    }

    /// A word that means so when a grant was to be renewed.
    #[must_use]
    pub const fn renewing(code: &'static str, kind: ErrorKind) -> Self {
        Self { asked: Asked::Renewal, ..Self::always(code, kind) }
    }

    /// The same where its sentence holds these words.
    #[must_use]
    pub const fn saying(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    /// The same, put down to something.
    #[must_use]
    pub const fn blaming(self, blamed: Blame) -> Self {
        Self { blames: Some(blamed), ..self }
    }

    /// The first among these that a refusal is, by its word and its sentence, said when a grant was to be renewed or not.
    #[must_use]
    pub fn find<'a>(all: &'a [Self], code: &str, words: &str, renewing: bool) -> Option<&'a Self> {
        let asked = |rule: &Self| renewing || rule.asked == Asked::Anything;
        all.iter().find(|rule| rule.code == code && words.contains(rule.says) && asked(rule))
    }

    /// The first among these whose sentence stands on a page, given in small letters.
    #[must_use]
    pub fn on_page<'a>(all: &'a [Self], page: &str) -> Option<&'a Self> {
        all.iter().find(|rule| !rule.says.is_empty() && page.contains(&rule.says.to_ascii_lowercase()))
    }
}

/// When a grant ends whose answers do not say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantEnd {
    /// Days a refresh token lives.
    pub days: u16,
    /// Whether each renewal begins them anew.
    pub restarts: bool,
}

impl GrantEnd {
    /// Milliseconds until the end, seen from a link or a renewal; `None` where a renewal changes nothing.
    #[must_use]
    pub fn life_ms(&self, renewal: bool) -> Option<i64> {
        (self.restarts || !renewal).then_some(i64::from(self.days) * DAY_MS)
    }

    /// Whether the end that is kept of a grant is this rule's. A platform that named a nearer one meant that: no renewal
    /// moves it. `token_ends_at` is when the token of the last renewal ends, which is when that was, near enough.
    #[must_use]
    pub fn made(&self, ends_at: UtcMs, token_ends_at: Option<UtcMs>) -> bool {
        let life_ms = i64::from(self.days) * DAY_MS;
        token_ends_at.is_none_or(|token| ends_at.since(token) >= life_ms - TOKEN_LIFE_MAX_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_what_its_platform_means_by_it_when_it_says_it() {
        let rules = [
            Refusal::renewing("invalid_request", ErrorKind::AuthRevoked),
            Refusal::always("no_credits", ErrorKind::QuotaExhausted),
        ];
        let kind_of = |code, renewing| Refusal::find(&rules, code, "", renewing).map(|rule| rule.kind);
        assert_eq!(kind_of("invalid_request", true), Some(ErrorKind::AuthRevoked));
        assert_eq!(kind_of("invalid_request", false), None);
        for renewing in [true, false] {
            assert_eq!(kind_of("no_credits", renewing), Some(ErrorKind::QuotaExhausted));
            assert_eq!(kind_of("invalid_grant", renewing), None);
        }
    }

    #[test]
    fn one_word_for_many_things_is_told_apart_by_its_sentence() {
        let rules = [
            Refusal::always("bad", ErrorKind::Unsupported).saying("Unknown app").blaming(Blame::Client),
            Refusal::always("bad", ErrorKind::AuthRevoked).saying("code was").blaming(Blame::Code),
            Refusal::always("bad", ErrorKind::Unavailable),
        ];
        let kind_of = |words| Refusal::find(&rules, "bad", words, false).map(|rule| (rule.kind, rule.blames));
        assert_eq!(kind_of("Unknown app."), Some((ErrorKind::Unsupported, Some(Blame::Client))));
        assert_eq!(kind_of("The code was used."), Some((ErrorKind::AuthRevoked, Some(Blame::Code))));
        assert_eq!(kind_of("Something else"), Some((ErrorKind::Unavailable, None)));
        let blamed = |page| Refusal::on_page(&rules, page).and_then(|rule| rule.blames);
        assert_eq!(blamed("<p>unknown app</p>"), Some(Blame::Client));
        assert_eq!(blamed("<p>log in</p>"), None, "a rule without a sentence is on no page");
    }

    #[test]
    fn a_secret_that_was_cut_short_is_known_by_its_form() {
        let form = SecretForm::Hex(8);
        assert!(form.fits("0123abCD"));
        for other in ["", "0123abc", "0123abcde", "0123abcg", "0123abc\u{e9}"] {
            assert!(!form.fits(other), "{other}");
            assert!(SecretForm::Any.fits(other), "{other}");
        }
    }

    #[test]
    fn a_fixed_end_stays_where_it_was_when_a_grant_is_renewed() {
        let fixed = GrantEnd { days: 365, restarts: false };
        assert_eq!((fixed.life_ms(false), fixed.life_ms(true)), (Some(365 * 86_400_000), None));
        let rolling = GrantEnd { days: 30, restarts: true };
        assert_eq!((rolling.life_ms(false), rolling.life_ms(true)), (Some(2_592_000_000), Some(2_592_000_000)));
    }

    #[test]
    fn an_end_that_a_platform_named_is_told_from_one_of_the_rule() {
        let rule = GrantEnd { days: 182, restarts: true };
        let day = |days: i64| UtcMs::from_millis(days * DAY_MS);
        let hour = UtcMs::from_millis(3_600_000);
        assert!(rule.made(day(182), Some(hour)), "linked an hour ago");
        assert!(rule.made(day(382), Some(day(201))), "renewed long after");
        assert!(!rule.made(day(7), Some(hour)), "a week was named");
        assert!(rule.made(day(7), None), "nothing is known of the token");
    }
}
