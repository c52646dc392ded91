//! What one platform's OAuth is like, as a table. The values of [`Rules::STRICT`] are those of the standards.

use serde_json::Value;

use super::limits::Limit;
use super::problem::{Problem, Words, standard_answer, standard_words};
use super::settings::Settings;
use super::state::{Account, App, Asked, Grant, Issued};
use super::{Call, Form, Outcome, redirect};
use crate::wire::Reply;

/// A call there is: `*` stands for one part of the path.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    /// The word faults and the journal use; those of OAuth itself begin with `oauth.`.
    pub operation: &'static str,
    pub handler: fn(&mut Call<'_>) -> Outcome,
}

/// Routes, one a line: method, path, operation, handler.
macro_rules! routes {
    ($($method:literal $path:literal $operation:literal $handler:path;)*) => {
        &[$($crate::oauth::Route { method: $method, path: $path, operation: $operation, handler: $handler }),*]
    };
}
pub(crate) use routes;

/// Who must send a code challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// The platform does not look at it.
    Ignored,
    /// It is held to where it was sent.
    Offered,
    /// Apps without a secret.
    ByPublic,
    Always,
}

/// Proof of the code's owner.
#[derive(Debug, Clone, Copy)]
pub struct Pkce {
    pub needed: Needed,
    /// Whether `plain` counts beside `S256`.
    pub plain: bool,
    /// Characters.
    pub shortest_verifier: usize,
}

/// How an app shows who it is at the token endpoint.
#[derive(Debug, Clone, Copy)]
pub struct ClientRules {
    /// The secret in an `Authorization: Basic` header.
    pub basic: bool,
    /// The secret in the form.
    pub form: bool,
    /// Whether an app without a secret may send one all the same.
    pub public_may_send_secret: bool,
}

/// What becomes of a refresh token when it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// It goes on, and the answer does not repeat it.
    Kept,
    /// It goes on, and the answer repeats it.
    Repeated,
    /// It dies, and the answer holds its successor.
    Replaced,
    /// It dies, and with it the access token it came with.
    PairReplaced,
    /// The answer holds another, and the old one works on.
    Added,
}

/// Refresh tokens of a grant.
#[derive(Debug, Clone, Copy)]
pub struct Refresh {
    pub prefix: &'static str,
    /// Seconds; none where they have no end.
    pub life_s: Option<i64>,
    /// Whether a successor's life begins anew.
    pub restarts: bool,
    pub rotation: Rotation,
}

/// What tokens of a grant are like.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    pub prefix: &'static str,
    /// Seconds; none where they have no end.
    pub access_life_s: Option<i64>,
    pub refresh: Option<Refresh>,
}

/// Signed identities.
#[derive(Debug, Clone, Copy)]
pub struct OpenId {
    /// Who signs; `url` is the server's own address.
    pub issuer: fn(url: &str) -> String,
    /// The claims about a person, given the scopes granted.
    pub claims: fn(&Account, &Grant) -> Value,
}

/// The table.
#[expect(clippy::struct_excessive_bools, reason = "a platform's yes and no, each independent of the others")]
pub struct Rules {
    /// As the pages call the platform.
    pub name: &'static str,
    pub routes: &'static [Route],
    /// Whether the developer pages take such an app; their sentence where they do not.
    pub may_register: fn(&App) -> Result<(), &'static str>,
    /// Whether an address is one of the app's.
    pub redirects: fn(&App, &str) -> bool,
    /// Whether `response_type` may be left out, and `redirect_uri`, which then means the first registered.
    pub terse: bool,
    pub pkce: Pkce,
    pub client: ClientRules,
    pub code_life_ms: i64,
    pub knows_scope: fn(&str) -> bool,
    pub asked_scopes: fn(&Form) -> Vec<String>,
    /// Between scopes in the token answer.
    pub scope_separator: &'static str,
    /// Whether people may leave out scopes.
    pub granular: bool,
    /// What else may be wrong with a request before anybody is asked.
    pub check: fn(&Asked) -> Result<(), Problem>,
    pub terms: fn(&Settings, &Grant) -> Terms,
    /// So many grants live per app and account; one more ends the oldest.
    pub max_grants: usize,
    /// Whether revoking an access token ends its grant.
    pub revoking_ends_all: bool,
    /// Whether a changed password ends what the owner allowed.
    pub password_ends_grants: bool,
    pub openid: Option<OpenId>,
    /// The token answer.
    pub granted: fn(&Issued) -> Value,
    pub words: fn(&Problem) -> Words,
    pub answer: fn(&Problem, &Words) -> Reply,
    /// Of the calls that are not OAuth's own.
    pub limit: Option<Limit>,
}

impl Rules {
    /// Exact addresses, S256 from public apps, the secret either way, ten minutes for a code.
    pub const STRICT: Self = Self {
        name: "",
        routes: &[],
        may_register: |_| Ok(()),
        redirects: redirect::exact,
        terse: false,
        pkce: Pkce { needed: Needed::ByPublic, plain: false, shortest_verifier: 43 },
        client: ClientRules { basic: true, form: true, public_may_send_secret: false },
        code_life_ms: 10 * 60 * 1_000,
        knows_scope: |_| true,
        asked_scopes: |form| words(form.get("scope").unwrap_or_default(), ' '),
        scope_separator: " ",
        granular: false,
        check: |_| Ok(()),
        terms: |_, _| Terms { prefix: "", access_life_s: Some(3_600), refresh: None },
        max_grants: usize::MAX,
        revoking_ends_all: false,
        password_ends_grants: false,
        openid: None,
        granted: Issued::standard,
        words: standard_words,
        answer: standard_answer,
        limit: None,
    };
}

/// The parts of a list.
pub fn words(text: &str, separator: char) -> Vec<String> {
    text.split(separator).map(str::trim).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()
}
