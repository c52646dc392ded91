//! A platform as data: the source of forms, counters, validation, previews and limit tables.

use domain::{
    EffectClass, Endpoints, UtcMs,
    budget::Limit,
    consent::{
        GrantEnd, Pkce, Reading, RedirectRule, Refusal, RevokeRule, ScopeRule, SecretForm, SecretPlace, Trade,
        TradeTime,
    },
    effect::Doubt,
    limits::PostLimits,
};

/// How far two clocks may be apart when the age of a key is told, in milliseconds.
const KEY_MARGIN_MS: i64 = 600_000;

/// One way to link an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// Authorization code in the system browser.
    Oauth(OauthRules),
    /// A code typed on the platform's page (RFC 8628).
    Device(OauthRules),
    /// Name and app password.
    AppPassword,
    /// An app password that the site makes on a page of its own, the endpoint named `authorize`, and sends the browser
    /// back with. Such sites are found by [`crate::Provider::discover`].
    Page(PageRule),
}

/// How the page that makes an app password is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRule {
    /// Path the browser comes back to on this computer.
    pub path: &'static str,
    /// The address under our own scheme it comes back to where the system hands those over; with a host part.
    pub handed_over: &'static str,
    /// The app's name there.
    pub app_name: &'static str,
    /// The app's id there, a UUID.
    pub app_id: &'static str,
}

impl Method {
    /// The rules, where consent is given on the platform's own pages.
    #[must_use]
    pub const fn oauth(&self) -> Option<&OauthRules> {
        match self {
            Self::Oauth(rules) | Self::Device(rules) => Some(rules),
            Self::AppPassword | Self::Page(_) => None,
        }
    }
}

/// Whose client a platform is asked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientRule {
    /// Postroom's own, shipped with it: its id.
    Shipped(&'static str),
    /// One of our own at each server, registered when the first account there is linked.
    Registered,
    /// The user's own app.
    Own(SecretNeed),
    /// One that nobody registers: its id is an address, the endpoint named `client`, and describes it.
    Described,
}

/// Whether a user's own app has a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretNeed {
    /// It has none.
    None,
    /// The platform knows both kinds of app.
    Optional,
    /// Nothing works without it.
    Needed,
}

/// Whether answers from the browser carry `iss`, compared with the endpoint named `issuer` (RFC 9207).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuerRule {
    /// Not known to.
    None,
    /// Those that carry it must carry that.
    Compared,
    /// Every one must carry it.
    Required,
}

/// What an `id_token` proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenIdRule {
    /// Somebody signed in there; the platform's interface knows them by another id.
    SignedIn,
    /// Its claim `sub` is the account's id at the platform's interface too: the two must agree.
    Subject,
}

/// How a grant is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewalRule {
    /// With its refresh token.
    RefreshToken,
    /// At the endpoint named `renew`, where the access token is traded for a fresh one.
    Trade(Trade, TradeTime),
    /// Not at all: only linking again helps.
    Never,
}

/// What the OAuth engine must know of a platform: its `Flow`, but for what belongs to one account. Its addresses are
/// among [`Descriptor::endpoints`]: `authorize` and `token`, and where they exist `revoke`, `par`, `device`, `issuer`,
/// `keys`, `long_lived`, `renew`; `{client_id}` in one stands for the client's. What answers tell under the name `subject`
/// is who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthRules {
    /// Whose client is used.
    pub client: ClientRule,
    /// Where its secret goes.
    pub secret_place: SecretPlace,
    /// How its secret is written.
    pub secret_form: SecretForm,
    /// Where the browser comes back to.
    pub redirect: RedirectRule,
    /// Proof key rule.
    pub pkce: Pkce,
    /// Whether tokens are bound to a key of the account (RFC 9449).
    pub dpop: bool,
    /// How scopes are written.
    pub scope_rule: ScopeRule,
    /// Whether answers carry `iss`.
    pub issuer: IssuerRule,
    /// Whether an `id_token` is asked for, made by the endpoint named `issuer` (`{tid}` in it stands for the tenant the
    /// token names) with the keys at the one named `keys`; and which of its claims is the account's id.
    pub openid: Option<OpenIdRule>,
    /// Further parameters of the authorization address.
    pub extra: &'static [(&'static str, &'static str)],
    /// Further parameters of token calls.
    pub token_extra: &'static [(&'static str, &'static str)],
    /// Where token answers hold what.
    pub reading: Reading,
    /// What makes a token long-lived, at the endpoint named `long_lived`.
    pub long_lived: Option<Trade>,
    /// How a grant is renewed.
    pub renewal: RenewalRule,
    /// When a grant ends whose answers do not say so.
    pub grant_end: Option<GrantEnd>,
    /// Why an answer may name a nearer end than that, and what helps against it; `None` where none is known to.
    pub named_end: Option<&'static str>,
    /// Words by which the endpoints refuse in their own way.
    pub refusals: &'static [Refusal],
    /// How a grant is ended.
    pub revoke: RevokeRule,
    /// Scopes without which a grant is none.
    pub must_grant: &'static [&'static str],
}

impl OauthRules {
    /// What RFC 6749, 7636 and 8252 say: any loopback port with this path, a proof key, refresh tokens.
    #[must_use]
    pub const fn standard(client: ClientRule, path: &'static str) -> Self {
        Self {
            client,
            secret_place: SecretPlace::Body,
            secret_form: SecretForm::Any,
            redirect: RedirectRule::any_port(path),
            pkce: Pkce::S256,
            dpop: false,
            scope_rule: ScopeRule::STANDARD,
            issuer: IssuerRule::None,
            openid: None,
            extra: &[],
            token_extra: &[],
            reading: Reading::STANDARD,
            long_lived: None,
            renewal: RenewalRule::RefreshToken,
            grant_end: None,
            named_end: None,
            refusals: &[],
            revoke: RevokeRule::Form,
            must_grant: &[],
        }
    }
}

/// What a permission is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Publishing anything.
    Publishing,
    /// Publishing pictures.
    Pictures,
    /// Something that publishing does not wait for.
    Beside,
}

/// A permission and why it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The platform's name for it.
    pub name: &'static str,
    /// What Postroom does with it.
    pub reason: &'static str,
    /// What cannot be done without it.
    pub need: Need,
}

impl Scope {
    /// Whether it is among those granted; a wider one holds it: `write` holds `write:media`. A platform that names none
    /// is believed to have granted all.
    #[must_use]
    pub fn granted(&self, granted: &[String]) -> bool {
        let holds = |wide: &String| {
            self.name.strip_prefix(wide.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        granted.is_empty() || granted.iter().any(holds)
    }
}

/// A kind of account, and how doubt about its posts is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The platform's word: `a`.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Class of its publish effect.
    pub class: EffectClass,
}

/// How far a platform lets an app of the user's own go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Short name: `testing`.
    pub id: &'static str,
    /// The platform's word.
    pub name: &'static str,
    /// What it means for accounts linked through such an app.
    pub means: &'static str,
    /// Whether an answer that names a nearer end than usual says so ([`OauthRules::named_end`]).
    pub named_end: bool,
}

/// How many calls a platform allows in a time, and what publishing spends of that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates {
    /// The documented limits.
    pub limits: Vec<Limit>,
    /// The operations that publish a part; the dearest counts.
    pub publish: &'static [&'static str],
    /// Those that prepare one.
    pub prepare: &'static [&'static str],
}

impl Rates {
    /// Points of a limit that publishing a part, or a step before that, costs.
    #[must_use]
    pub fn cost(&self, limit: &Limit, publish: bool) -> i64 {
        let operations = if publish { self.publish } else { self.prepare };
        operations.iter().map(|operation| limit.cost(operation)).max().unwrap_or(0)
    }
}

/// Everything about a platform that is a fact and not a procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Short name, also the folder's.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Badge colour `#rrggbb`.
    pub color: &'static str,
    /// Badge letters.
    pub badge: &'static str,
    /// Ways to link, the best first.
    pub methods: Vec<Method>,
    /// Account kinds; at least one.
    pub kinds: Vec<Kind>,
    /// Whether posts can be published there; where not, accounts are only linked.
    pub publishes: bool,
    /// Permissions asked for.
    pub scopes: Vec<Scope>,
    /// How far apps of the user's own may go there; empty where all are alike, or nothing is known to differ.
    pub levels: &'static [Level],
    /// Endpoint names and their real values; `{instance}` stands for the origin given when linking.
    pub endpoints: Vec<(&'static str, &'static str)>,
    /// Origin used when none is given; empty where one must be given.
    pub default_instance: &'static str,
    /// Whether other origins may be given.
    pub asks_instance: bool,
    /// What one part may hold.
    pub limits: PostLimits,
    /// How long a sent post may stay invisible, and be accepted late.
    pub doubt: Doubt,
    /// How long a chosen key protects, in milliseconds; `None` for as long as the post exists.
    pub key_life_ms: Option<i64>,
    /// What the platform allows in a time.
    pub rates: Rates,
    /// Where the figures come from, and when they were read.
    pub source: &'static str,
    /// Where people see and end what apps may do there; `{instance}` stands for the account's server. Empty where no such
    /// page is known.
    pub access_page: &'static str,
    /// What people should know of it, in Markdown: the `docs.md` of its folder.
    pub guide: &'static str,
    /// Whether it is the practice network.
    pub practice: bool,
}

impl Descriptor {
    /// The class of publishing from an account of `kind`; blind where the kind is unknown.
    #[must_use]
    pub fn class(&self, kind: &str) -> EffectClass {
        self.kinds.iter().find(|known| known.id == kind).map_or(EffectClass::D, |known| known.class)
    }

    /// Whether a key that was first sent at `sent` still protects. Its life is taken for shorter than documented, by
    /// as much as a platform may accept late and clocks may differ.
    #[must_use]
    pub fn key_lives(&self, sent: UtcMs, now: UtcMs) -> bool {
        let margin_ms = self.doubt.absence_after_ms().saturating_add(KEY_MARGIN_MS);
        // A clock that was set back says nothing of its age.
        self.key_life_ms.is_none_or(|life_ms| (0..life_ms.saturating_sub(margin_ms)).contains(&now.since(sent)))
    }

    /// Endpoints for an account on `instance` (an origin without a trailing slash).
    #[must_use]
    pub fn endpoints(&self, instance: &str) -> Endpoints {
        let urls = self
            .endpoints
            .iter()
            .map(|(name, url)| ((*name).to_owned(), url.replace("{instance}", instance)))
            .collect();
        Endpoints { custom: false, urls }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_rests_on_a_key_past_its_life() {
        let at = UtcMs::from_millis;
        for provider in crate::Registry::standard().iter() {
            let facts = provider.descriptor();
            let Some(life_ms) = facts.key_life_ms else {
                assert!(facts.key_lives(at(0), at(i64::MAX / 2)), "{}: it lives as long as its post", facts.id);
                continue;
            };
            assert!(facts.key_lives(at(0), at(life_ms / 2)), "{}", facts.id);
            for age_ms in [life_ms - 1, life_ms, life_ms * 100, -1] {
                assert!(!facts.key_lives(at(0), at(age_ms)), "{}: {age_ms}", facts.id);
            }
        }
    }
}
