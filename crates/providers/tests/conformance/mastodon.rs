//! Servers of the Mastodon family as the simulator has them, with `alice` linked: Mastodon itself, one that ignores
//! Idempotency-Keys, one whose keys die at once, and GoToSocial.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use domain::{AccountId, EffectKind, ErrorKind, ProviderError, Retry, Secret};
use providers::{
    Provider,
    mastodon::Mastodon as Platform,
    provider::{AccountRef, Session, Tokens},
};
use serde_json::{Value, json};
use simulator::{Command, Effect, Fault, Rule, Running, Simulator};

use crate::world::{Held, Renewer, Seen, Trouble, WallClock, World, http, platform};

const SCOPES: &str = "read:accounts read:statuses write:statuses write:media";

pub struct Mastodon {
    simulator: Running,
    session: Session,
    tokens: Arc<Held>,
    folder: tempfile::TempDir,
}

/// Grants of the family have no refresh token.
struct Never;

#[async_trait]
impl Renewer for Never {
    async fn renew(&self, _refresh: &Secret<String>) -> Result<Tokens, ProviderError> {
        Err(ProviderError::new(ErrorKind::AuthRevoked, platform("mastodon"), "access"))
    }
}

impl Mastodon {
    pub async fn start(flavour: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (software, settings) = match flavour {
            "gotosocial" => ("gotosocial", json!({})),
            "ignored" => ("mastodon", json!({"keys": "ignored"})),
            "expired" => ("mastodon", json!({"key_life_ms": 0})),
            _ => ("mastodon", json!({})),
        };
        let simulator = Simulator::start(software, folder.path()).await.unwrap();
        simulator.control(&Command::add_account("alice", "alice-password")).unwrap();
        simulator.control(&Command::configure(&settings)).unwrap();
        let grant = Command::Grant { handle: "alice".to_owned(), scopes: SCOPES.to_owned() };
        let grant = simulator.control(&grant).unwrap();
        let access = Secret::from(grant["access_token"].as_str().unwrap());
        // Never asked for: see `Never`.
        let refresh = Some(Secret::from("none"));
        let tokens = Tokens { access, refresh, access_expires_at: None, refresh_expires_at: None };
        let tokens = Held::new(tokens, Box::new(Never));
        let (provider, client) = (Platform::new(), http());
        let found = provider.discover(&client, simulator.url()).await.unwrap();
        assert_eq!((found.instance.as_str(), found.any_port), (simulator.url(), software == "mastodon"));
        let mut endpoints = provider.descriptor().endpoints(&found.instance);
        endpoints.urls.extend(found.endpoints);
        let mut session = Session {
            http: client,
            tokens: tokens.clone(),
            clock: WallClock::shared(),
            account: AccountRef {
                id: AccountId::from_bytes(&[3; 16]).unwrap(),
                remote_id: String::new(),
                handle: String::new(),
                kind: String::new(),
                endpoints,
                facts: Value::Null,
            },
            publication: None,
            correlation: "conformance".to_owned(),
            settles: false,
        };
        let identity = provider.identify(&session).await.unwrap();
        session.account.facts = provider.learn(&session).await.unwrap();
        session.account.remote_id = identity.remote_id;
        session.account.handle = identity.handle;
        session.account.kind = identity.kind;
        Self { simulator, session, tokens, folder }
    }

    /// A grant of its own: the one under test may have ended.
    fn another_token(&self) -> Secret<String> {
        let grant = Command::Grant { handle: "alice".to_owned(), scopes: SCOPES.to_owned() };
        Secret::from(self.simulator.control(&grant).unwrap()["access_token"].as_str().unwrap())
    }

    /// The account's statuses, oldest first, as the server shows them.
    async fn statuses(&self) -> Vec<Value> {
        let Session { http, account, .. } = &self.session;
        let url = format!("{}/api/v1/accounts/{}/statuses", self.simulator.url(), account.remote_id);
        let request = http.get(&http.tag(platform("mastodon")), "witness", &url).query(&[("limit", "40")]);
        let answer = request.bearer(&self.another_token()).send().await.unwrap();
        let mut statuses: Vec<Value> = answer.json().unwrap_or_default();
        statuses.reverse();
        statuses
    }

    fn fault(&self, operation: &str, trouble: Trouble) -> Session {
        let fault = match trouble {
            Trouble::Reject => Fault::Reject,
            Trouble::RateLimit => Fault::RateLimit { retry_after_s: 60 },
            Trouble::ServerError => Fault::ServerError,
            Trouble::Hang => Fault::Hang,
            Trouble::LostReply => Fault::LostReply,
            Trouble::AcceptLate => Fault::AcceptLate { delay_ms: 300 },
            Trouble::Garbage => Fault::Garbage,
            Trouble::HalfBody => Fault::HalfBody,
        };
        self.simulator.faults().set(vec![Rule::new(fault).on(operation)]);
        self.session.clone()
    }
}

#[async_trait]
impl World for Mastodon {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(Platform::new())
    }

    fn impatient(&self) -> Arc<dyn Provider> {
        Arc::new(Platform::new().with_timeout_ms(500))
    }

    fn session(&self) -> Session {
        self.session.clone()
    }

    fn tokens(&self) -> Arc<Held> {
        self.tokens.clone()
    }

    async fn trouble(&self, trouble: Trouble) -> Session {
        self.fault("statuses.create", trouble)
    }

    async fn change_trouble(&self, kind: EffectKind, trouble: Trouble) -> Session {
        self.fault(if kind == EffectKind::Edit { "statuses.update" } else { "statuses.delete" }, trouble)
    }

    async fn change_elsewhere(&self, id: &str, text: &str) {
        let shown = self.statuses().await.into_iter().find(|status| status["id"] == id).unwrap();
        let pictures = shown["media_attachments"].as_array().unwrap().iter().map(|media| media["id"].clone());
        let body = json!({"status": text, "media_ids": pictures.collect::<Vec<_>>()});
        let (http, url) = (&self.session.http, format!("{}/api/v1/statuses/{id}", self.simulator.url()));
        let request = http.put(&http.tag(platform("mastodon")), "elsewhere", &url).json(&body);
        assert!(request.bearer(&self.another_token()).send().await.unwrap().is_success());
    }

    async fn expire_access(&self) {
        panic!("grants of the family have no end")
    }

    async fn revoke(&self) {
        self.simulator.control(&Command::RevokeTokens).unwrap();
    }

    async fn restrict(&self) {
        self.simulator.control(&Command::Deactivate { handle: "alice".to_owned() }).unwrap();
    }

    async fn seen(&self) -> Vec<Seen> {
        let effects = self.simulator.effects().unwrap();
        let told = |what: &'static str| effects.iter().filter(move |effect| effect.accepted == what);
        let deleted = |one: &Effect| told("statuses.delete").any(|gone| gone.get("id") == one.get("id"));
        let made: Vec<_> = told("statuses.create").filter(|one| one.made_something() && !deleted(one)).collect();
        if made.is_empty() {
            return Vec::new();
        }
        let shown = self.statuses().await;
        assert_eq!(shown.len(), made.len(), "the journal and the account's list agree");
        let word = |status: &Value, key: &str| status[key].as_str().map(str::to_owned);
        let alt = |media: &Value| media["description"].as_str().unwrap_or_default().to_owned();
        let seen = made.iter().zip(shown).map(|(effect, status)| Seen {
            id: word(&status, "id").unwrap(),
            text: told("statuses.update")
                .rfind(|edit| edit.get("id") == effect.get("id"))
                .unwrap_or(effect)
                .get("text")
                .unwrap()
                .to_owned(),
            alts: status["media_attachments"].as_array().unwrap().iter().map(alt).collect(),
            parent: word(&status, "in_reply_to_id"),
            raw: status,
        });
        seen.collect()
    }

    fn broken(&self) -> (ErrorKind, Retry) {
        (ErrorKind::OutcomeUnknown, Retry::Confirm)
    }

    fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}
