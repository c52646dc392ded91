//! WordPress on somebody's own server: accounts are linked, nothing is published. Written from its handbook alone.
//!
//! The access token of such an account is its name and application password as `Authorization: Basic` carries them.

mod descriptor;
mod site;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{Endpoints, ErrorKind, ProviderError, Secret, UtcMs};
use serde::Deserialize;
use serde_json::Value;

use self::descriptor::{ID, kind_of};
use crate::{
    Descriptor, Provider,
    calls::{self, Ask, CallRules, Operation, Reply, text_of},
    effect::EffectPlan,
    link_only::{self, LinkOnly, WHO, WhoIs},
    provider::{
        AccountRef, Confirmation, Discovered, Doubtful, Identity, Plan, Remote, Seed, Session, Step, Tokens, Work,
    },
};

const RULES: CallRules = CallRules { token_refused: |_, _| false, ..link_only::rules(ID, refused) };
const OWN_PASSWORD: Operation = Operation::quiet("own_password");
const END_PASSWORD: Operation = Operation::quiet("end_password");

const ME: &str = "/wp/v2/users/me";
const PASSWORDS: &str = "/wp/v2/users/me/application-passwords";
/// Longest name somebody signs in with, in bytes.
const LOGIN_MAX_BYTES: usize = 200;

/// The provider.
pub struct Wordpress {
    only: LinkOnly,
}

impl Wordpress {
    /// The provider.
    #[must_use]
    pub fn new() -> Self {
        Self { only: LinkOnly::new(descriptor::descriptor(), RULES, WhoIs::at(ME)) }
    }
}

impl Default for Wordpress {
    fn default() -> Self {
        Self::new()
    }
}

/// Oneself, with `context=edit`.
#[derive(Deserialize)]
struct Me {
    id: u64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    roles: Vec<String>,
    /// Capabilities by name; some plug-ins write others than `true` and `false`. A list where there are none.
    #[serde(default)]
    capabilities: Value,
    /// Addresses of their picture by its size in pixels; a list where the site shows none.
    #[serde(default)]
    avatar_urls: Value,
}

impl Me {
    fn identity(self, facts: &Descriptor) -> Option<Identity> {
        let handle = [&self.username, &self.slug].into_iter().find_map(|name| link_only::shown(name))?;
        let may = |name: &str| self.capabilities.get(name).and_then(Value::as_bool) == Some(true);
        let scopes = facts.scopes.iter().filter(|scope| may(scope.name)).map(|scope| scope.name.to_owned()).collect();
        Some(Identity {
            remote_id: self.id.to_string(),
            name: link_only::shown(&self.name).unwrap_or_else(|| handle.clone()),
            handle,
            kind: kind_of(&self.roles).to_owned(),
            scopes,
            endpoints: Vec::new(),
            avatar: text_of(&self.avatar_urls, "96").to_owned(),
        })
    }
}

fn at(endpoints: &Endpoints, path: &str) -> String {
    format!("{}{path}", endpoints.get("api"))
}

fn who(endpoints: &Endpoints, credential: &Secret<String>) -> Ask {
    signed(Ask::get(at(endpoints, ME)).query("context", "edit"), credential)
}

fn signed(ask: Ask, credential: &Secret<String>) -> Ask {
    ask.header("authorization", format!("Basic {}", credential.expose()))
}

fn refused(operation: Operation, status: u16, body: &Value, until: Option<UtcMs>) -> ProviderError {
    link_only::refused(ID, operation, (status, body), until, own_words)
}

fn own_words(status: u16, body: &Value) -> Option<ErrorKind> {
    match (status, text_of(body, "code")) {
        (_, "application_passwords_disabled_for_user") => Some(ErrorKind::AccountRestricted),
        (404, "rest_no_route") => Some(ErrorKind::Protocol),
        // A page and no answer of WordPress: a firewall, a challenge or maintenance before it.
        (401 | 403 | 406, "") => Some(ErrorKind::Unavailable),
        _ => None,
    }
}

#[async_trait]
impl Provider for Wordpress {
    fn descriptor(&self) -> &Descriptor {
        self.only.descriptor()
    }

    async fn discover(&self, http: &net::Client, named: &str) -> Result<Discovered, ProviderError> {
        site::discover(http, named).await
    }

    fn plan(&self, account: &AccountRef, work: &Work, checkpoint: &Value, seed: Seed) -> Result<Plan, ProviderError> {
        self.only.plan(account, work, checkpoint, seed)
    }

    fn preview(&self, account: &AccountRef, work: &Work, seed: Seed) -> Result<EffectPlan, ProviderError> {
        self.only.preview(account, work, seed)
    }

    async fn prepare(&self, session: &Session, work: &Work, checkpoint: &Value) -> Result<Step, ProviderError> {
        self.only.prepare(session, work, checkpoint).await
    }

    async fn commit(&self, session: &Session, plan: &EffectPlan) -> Result<Remote, ProviderError> {
        self.only.commit(session, plan).await
    }

    async fn confirm(&self, session: &Session, doubtful: &Doubtful<'_>) -> Result<Confirmation, ProviderError> {
        self.only.confirm(session, doubtful).await
    }

    async fn identify(&self, session: &Session) -> Result<Identity, ProviderError> {
        let credential = session.tokens.access().await?;
        let reply = calls::open(session, &RULES, WHO, who(&session.account.endpoints, &credential)).await?;
        self.read(&reply)
    }

    async fn sign_in(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        identifier: &str,
        password: &Secret<String>,
    ) -> Result<(Identity, Tokens), ProviderError> {
        let login = identifier.trim();
        if login.contains(':') || login.len() > LOGIN_MAX_BYTES {
            return Err(calls::error(ErrorKind::AuthRevoked, ID, WHO));
        }
        let both = Secret::new(format!("{login}:{}", password.expose().trim()));
        let credential = Secret::new(STANDARD.encode(both.expose()));
        let reply = calls::direct(http, &RULES, WHO, who(endpoints, &credential), None).await?;
        let identity = self.read(&reply)?;
        let tokens = Tokens { access: credential, refresh: None, access_expires_at: None, refresh_expires_at: None };
        Ok((identity, tokens))
    }

    async fn renew(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        refresh: &Secret<String>,
    ) -> Result<Tokens, ProviderError> {
        self.only.renew(http, endpoints, refresh).await
    }

    /// Deletes the application password; one that is gone already is as good.
    async fn sign_out(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        credential: &Secret<String>,
    ) -> Result<(), ProviderError> {
        let ask = signed(Ask::get(at(endpoints, &format!("{PASSWORDS}/introspect"))), credential);
        let own = match calls::direct(http, &RULES, OWN_PASSWORD, ask, None).await {
            Err(error) if error.kind == ErrorKind::AuthRevoked => return Ok(()),
            answer => answer?,
        };
        let told: Value = own.read()?;
        let uuid = text_of(&told, "uuid");
        let plain = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
        if uuid.len() != 36 || !uuid.bytes().all(plain) {
            return Err(own.garbage());
        }
        let ask = signed(Ask::delete(at(endpoints, &format!("{PASSWORDS}/{uuid}"))), credential);
        calls::direct(http, &RULES, END_PASSWORD, ask, None).await.map(drop)
    }
}

impl Wordpress {
    fn read(&self, reply: &Reply) -> Result<Identity, ProviderError> {
        reply.read::<Me>()?.identity(self.descriptor()).ok_or_else(|| reply.garbage())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_it_is_is_told_with_their_role_and_what_they_may_do() {
        let provider = Wordpress::new();
        let read = |me: Value| serde_json::from_value::<Me>(me).ok()?.identity(provider.descriptor());
        let whole = json!({
            "id": 7, "name": "Ash Grey", "username": "ash", "slug": "ash-grey", "roles": ["shop_owner", "editor"],
            "capabilities": {"edit_posts": true, "publish_posts": true, "upload_files": false, "level_1": 1},
        });
        let who = read(whole).unwrap();
        assert_eq!((who.remote_id.as_str(), who.handle.as_str(), who.name.as_str()), ("7", "ash", "Ash Grey"));
        assert_eq!(
            (who.kind.as_str(), who.scopes),
            ("editor", vec!["edit_posts".to_owned(), "publish_posts".to_owned()])
        );
        let bare = read(json!({"id": 7, "slug": "ash", "capabilities": []})).unwrap();
        assert_eq!((bare.handle.as_str(), bare.name.as_str(), bare.kind.as_str()), ("ash", "ash", "other"));
        assert!(bare.scopes.is_empty());
        for odd in [json!({"slug": "ash"}), json!({"id": "7", "slug": "ash"}), json!({"id": 7}), json!([])] {
            assert!(read(odd.clone()).is_none(), "{odd}");
        }
    }

    #[test]
    fn a_page_before_the_site_ends_no_access() {
        let kind = |status, body: &Value| refused(WHO, status, body, None).kind;
        assert_eq!(kind(401, &json!({"code": "rest_not_logged_in"})), ErrorKind::AuthRevoked);
        assert_eq!(kind(403, &json!({"code": "rest_forbidden"})), ErrorKind::MissingScope);
        assert_eq!(
            kind(401, &json!({"code": "application_passwords_disabled_for_user"})),
            ErrorKind::AccountRestricted
        );
        for status in [401, 403, 406, 503] {
            assert_eq!(kind(status, &Value::Null), ErrorKind::Unavailable, "{status}");
        }
    }
}
