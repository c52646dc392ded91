//! A platform as data: the source of forms, counters, validation, previews and limit tables.

use domain::{EffectClass, Endpoints, effect::Doubt, limits::PostLimits};

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
