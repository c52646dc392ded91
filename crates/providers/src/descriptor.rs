//! A platform as data: the source of forms, counters, validation, previews and limit tables.

use domain::{EffectClass, Endpoints, UtcMs, budget::Limit, effect::Doubt, limits::PostLimits};

/// How far two clocks may be apart when the age of a key is told, in milliseconds.
const KEY_MARGIN_MS: i64 = 600_000;

/// One way to link an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// Authorization code with PKCE in the system browser.
    Oauth(OauthRules),
    /// The same with a client of our own at each server, registered when the first account there is linked.
    Registered(OauthRules),
    /// Name and app password.
    AppPassword,
}

impl Method {
    /// The rules, where consent is given in the browser.
    #[must_use]
    pub const fn oauth(&self) -> Option<&OauthRules> {
        match self {
            Self::Oauth(rules) | Self::Registered(rules) => Some(rules),
            Self::AppPassword => None,
        }
    }
}

/// What the OAuth engine must know of a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthRules {
    /// Client id of Postroom's own registration; `None` where users bring their own.
    pub client_id: Option<&'static str>,
    /// Path of the loopback redirect: `/callback`.
    pub redirect_path: &'static str,
    /// Whether answers must carry `iss`, compared with the endpoint named `issuer`.
    pub issuer_required: bool,
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
    /// Permissions asked for.
    pub scopes: Vec<Scope>,
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
