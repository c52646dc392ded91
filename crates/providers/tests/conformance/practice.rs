//! The practice network with one account of a kind, linked through its control interface.

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{AccountId, EffectKind, ErrorKind, ProviderError, Retry, Secret};
use practice::{Config, Running};
use providers::{
    Provider,
    practice::Practice as Platform,
    provider::{AccountRef, Session, Tokens},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::world::{Held, Renewer, Seen, Trouble, WallClock, World, http, platform};

pub struct Practice {
    network: Running,
    session: Session,
    tokens: Arc<Held>,
    folder: tempfile::TempDir,
}

/// Renews as the OAuth engine does.
struct ByOauth(net::Client, String);

#[async_trait]
impl Renewer for ByOauth {
    async fn renew(&self, refresh: &Secret<String>) -> Result<Tokens, ProviderError> {
        let form =
            [("grant_type", "refresh_token"), ("refresh_token", refresh.expose()), ("client_id", "postroom-practice")];
        let call = self.0.tag(platform("practice"));
        let answer = self.0.post(&call, "refresh", &self.1).form(&form).send().await.unwrap();
        if answer.is_success() {
            return Ok(tokens(&answer.json().unwrap()));
        }
        Err(ProviderError::new(ErrorKind::AuthRevoked, platform("practice"), "refresh"))
    }
}

fn tokens(answer: &Value) -> Tokens {
    let secret = |name: &str| Secret::from(answer[name].as_str().unwrap());
    Tokens {
        access: secret("access_token"),
        refresh: Some(secret("refresh_token")),
        access_expires_at: None,
        refresh_expires_at: None,
    }
}

async fn control(client: &net::Client, network: &Running, path: &str, body: Value) -> Value {
    let call = client.tag(platform("practice"));
    let request = client.post(&call, "control", &format!("{}/control/{path}", network.url));
    let answer = request.header("X-Practice-Control", &network.control_token).json(&body).send().await.unwrap();
    assert!(answer.is_success(), "{path}: {}", answer.status);
    answer.json().unwrap()
}

impl Practice {
    pub async fn start(kind: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let network = practice::bind(Config::new(folder.path())).await.unwrap().spawn();
        let client = http();
        let linked = control(&client, &network, "accounts", json!({"kind": kind, "name": "Robin"})).await;
        let endpoints = Platform::new().descriptor().endpoints(&network.url);
        let renewer = ByOauth(client.clone(), endpoints.get("token").to_owned());
        let tokens = Held::new(tokens(&linked), Box::new(renewer));
        let session = Session {
            http: client,
            tokens: tokens.clone(),
            clock: WallClock::shared(),
            account: AccountRef {
                id: AccountId::from_bytes(&[2; 16]).unwrap(),
                remote_id: linked["account"]["id"].as_str().unwrap().to_owned(),
                handle: "Robin".to_owned(),
                kind: kind.to_owned(),
                endpoints,
                facts: Value::Null,
            },
            publication: None,
            correlation: "conformance".to_owned(),
            settles: false,
        };
        Self { network, session, tokens, folder }
    }

    async fn fault(&self, kind: &str, delay_ms: Option<u32>) {
        self.fault_on(None, kind, delay_ms).await;
    }

    async fn fault_on(&self, operation: Option<&str>, kind: &str, delay_ms: Option<u32>) {
        let mut body = json!({"kind": kind, "account": self.session.account.remote_id});
        if let Some(operation) = operation {
            body["operation"] = operation.into();
        }
        if let Some(delay_ms) = delay_ms {
            body["delay_ms"] = delay_ms.into();
        }
        control(&self.session.http, &self.network, "faults", body).await;
    }

    /// The same session, its calls answered by `answer` and never reaching the network.
    async fn diverted(&self, answer: &'static str) -> Session {
        let mut session = self.session();
        session.account.endpoints.urls.insert("api".to_owned(), canned(answer).await);
        session
    }
}

/// A server that reads one whole request, answers with these bytes and closes.
async fn canned(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !whole(&request) && stream.read_buf(&mut request).await.unwrap() > 0 {}
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    });
    url
}

/// Whether head and announced body of a request are there.
fn whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    body.len() >= length.trim().parse().unwrap()
}

#[async_trait]
impl World for Practice {
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
        match trouble {
            Trouble::Reject => self.fault("reject", None).await,
            Trouble::RateLimit => self.fault("rate_limit", None).await,
            Trouble::ServerError => self.fault("server_error", None).await,
            Trouble::Hang => self.fault("hang", None).await,
            Trouble::LostReply => self.fault("lost_reply", None).await,
            Trouble::AcceptLate => self.fault("accept_late", Some(300)).await,
            Trouble::Garbage => {
                return self.diverted("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>oh</html>").await;
            }
            Trouble::HalfBody => {
                return self.diverted("HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{\"id\":\"post_1\",").await;
            }
        }
        self.session()
    }

    async fn change_trouble(&self, _kind: EffectKind, trouble: Trouble) -> Session {
        assert_eq!(trouble, Trouble::LostReply);
        self.fault_on(Some("delete"), "lost_reply", None).await;
        self.session()
    }

    async fn change_elsewhere(&self, _id: &str, _text: &str) {
        panic!("the network has no edits")
    }

    /// Takes a session whose access token lives one second, and waits until the network says it ended.
    async fn expire_access(&self) {
        let account = &self.session.account;
        let body = json!({"kind": account.kind, "name": "Robin", "access_token_life_s": 1});
        let short = tokens(&control(&self.session.http, &self.network, "accounts", body).await);
        let me = format!("{}/api/me", self.network.url);
        let call = self.session.http.tag(platform("practice"));
        let ended = async {
            while self.session.http.get(&call, "me", &me).bearer(&short.access).send().await.unwrap().status != 401 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), ended).await.unwrap();
        self.tokens.replace(short);
    }

    async fn revoke(&self) {
        self.fault("revoke", None).await;
    }

    async fn restrict(&self) {
        panic!("the network restricts nobody");
    }

    async fn seen(&self) -> Vec<Seen> {
        let url = format!("{}/timeline.json", self.network.url);
        let call = self.session.http.tag(platform("practice"));
        let query = [("account", self.session.account.remote_id.as_str())];
        let answer = self.session.http.get(&call, "witness", &url).query(&query).send().await.unwrap();
        let posts: Value = answer.json().unwrap();
        let post = |post: &Value| Seen {
            id: post["id"].as_str().unwrap().to_owned(),
            text: post["text"].as_str().unwrap().to_owned(),
            alts: post["media"]
                .as_array()
                .unwrap()
                .iter()
                .map(|m| m["alt"].as_str().unwrap_or("").to_owned())
                .collect(),
            parent: post["reply_to"].as_str().map(str::to_owned),
            raw: post.clone(),
        };
        posts["posts"].as_array().unwrap().iter().rev().map(post).collect()
    }

    /// Kind r stores composed signs, which matter in the longest text.
    fn stored(&self, text: &str) -> String {
        if self.session.account.kind == "r" { text.replace("e\u{301}", "é") } else { text.to_owned() }
    }

    fn broken(&self) -> (ErrorKind, Retry) {
        (ErrorKind::Unavailable, Retry::After)
    }

    fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}
