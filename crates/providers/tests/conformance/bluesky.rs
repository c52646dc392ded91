//! Bluesky as the simulator has it, with `alice.test` linked by app password and `bob.test` to mention.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use domain::{AccountId, EffectKind, Endpoints, ErrorKind, ProviderError, Retry, Secret};
use providers::{
    Provider,
    bluesky::Bluesky as Platform,
    provider::{AccountRef, Session, Tokens},
};
use serde_json::Value;
use simulator::{Command, Fault, Rule, Running, Simulator};

use crate::world::{Held, Renewer, Seen, Trouble, WallClock, World, http, platform};

pub const PASSWORD: &str = "abcd-efgh-ijkl-mnop";

pub struct Bluesky {
    simulator: Running,
    session: Session,
    tokens: Arc<Held>,
    folder: tempfile::TempDir,
}

struct ByProvider(net::Client, Endpoints);

#[async_trait]
impl Renewer for ByProvider {
    async fn renew(&self, refresh: &Secret<String>) -> Result<Tokens, ProviderError> {
        Platform::new().renew(&self.0, &self.1, refresh).await
    }
}

impl Bluesky {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = Simulator::start("bluesky", folder.path()).await.unwrap();
        for handle in ["alice.test", "bob.test"] {
            simulator.control(&Command::add_account(handle, PASSWORD)).unwrap();
        }
        let (provider, client) = (Platform::new(), http());
        let mut endpoints = provider.descriptor().endpoints(simulator.url());
        let signed_in = provider.sign_in(&client, &endpoints, "@alice.test ", &Secret::from(PASSWORD)).await;
        let (identity, tokens) = signed_in.unwrap();
        endpoints.urls.extend(identity.endpoints.iter().cloned());
        let tokens = Held::new(tokens, Box::new(ByProvider(client.clone(), endpoints.clone())));
        let session = Session {
            http: client,
            tokens: tokens.clone(),
            clock: WallClock::shared(),
            account: AccountRef {
                id: AccountId::from_bytes(&[1; 16]).unwrap(),
                remote_id: identity.remote_id,
                handle: identity.handle,
                kind: identity.kind,
                endpoints,
                facts: Value::Null,
            },
            publication: None,
            correlation: "conformance".to_owned(),
            settles: false,
        };
        Self { simulator, session, tokens, folder }
    }

    async fn record(&self, key: &str) -> Value {
        let url = format!("{}/xrpc/com.atproto.repo.getRecord", self.simulator.url());
        let did = self.session.account.remote_id.as_str();
        let query = [("repo", did), ("collection", "app.bsky.feed.post"), ("rkey", key)];
        let call = self.session.http.tag(platform("bluesky"));
        self.session.http.get(&call, "witness", &url).query(&query).send().await.unwrap().json().unwrap()
    }

    fn fault(&self, operation: &str, trouble: Trouble) -> Session {
        let fault = match trouble {
            Trouble::Reject => Fault::Reject,
            Trouble::RateLimit => Fault::RateLimit { retry_after_s: 2 },
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
impl World for Bluesky {
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
        self.fault("createRecord", trouble)
    }

    async fn change_trouble(&self, _kind: EffectKind, trouble: Trouble) -> Session {
        self.fault("deleteRecord", trouble)
    }

    async fn change_elsewhere(&self, _id: &str, _text: &str) {
        panic!("posts are not edited")
    }

    async fn expire_access(&self) {
        self.simulator.control(&Command::ExpireAccess).unwrap();
    }

    async fn revoke(&self) {
        self.simulator.control(&Command::RevokeTokens).unwrap();
    }

    async fn restrict(&self) {
        self.simulator.control(&Command::Deactivate { handle: "alice.test".to_owned() }).unwrap();
    }

    async fn seen(&self) -> Vec<Seen> {
        let mut seen = Vec::new();
        let effects = self.simulator.effects().unwrap();
        let deleted = |key: &str| {
            effects.iter().any(|effect| effect.accepted.ends_with("deleteRecord") && effect.get("rkey") == Some(key))
        };
        for effect in effects.iter().filter(|effect| effect.made_something()) {
            let Some(key) = effect.get("rkey").filter(|_| effect.accepted.ends_with("createRecord")) else { continue };
            if deleted(key) {
                continue;
            }
            let record = self.record(key).await;
            let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            let images = record.pointer("/value/embed/images").and_then(Value::as_array);
            let alt = |image: &Value| image["alt"].as_str().unwrap().to_owned();
            seen.push(Seen {
                id: text("/uri").unwrap(),
                text: text("/value/text").unwrap(),
                alts: images.into_iter().flatten().map(alt).collect(),
                parent: text("/value/reply/parent/uri"),
                raw: record,
            });
        }
        seen
    }

    fn broken(&self) -> (ErrorKind, Retry) {
        (ErrorKind::OutcomeUnknown, Retry::Confirm)
    }

    fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}
