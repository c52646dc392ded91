//! A small client: knows HTTP and JSON, not the platform.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use simulator::{Command, Running, Simulator};
use tempfile::TempDir;

pub const POST: &str = "app.bsky.feed.post";
pub const PASSWORD: &str = "abcd-efgh-ijkl-mnop";
/// Long enough for the slowest machine; no test waits for it to pass.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A simulator with the account alice.test.
pub struct Rig {
    pub running: Running,
    pub http: reqwest::Client,
    pub did: String,
    _dir: TempDir,
}

/// Status and body; null where the body is not JSON.
pub type Answer = (u16, Value);

#[expect(clippy::disallowed_methods, reason = "the tests' own client; no product code is behind it")]
pub fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().unwrap()
}

impl Rig {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let running = Simulator::start("bluesky", dir.path()).await.unwrap();
        let account = running.control(&Command::add_account("alice.test", PASSWORD)).unwrap();
        let did = account["did"].as_str().unwrap().to_owned();
        Self { running, http: http(), did, _dir: dir }
    }

    pub fn request(&self, method: Method, name: &str, token: Option<&str>) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/xrpc/{name}", self.running.url()));
        if let Some(token) = token { request.bearer_auth(token) } else { request }
    }

    pub async fn get(&self, name: &str, token: Option<&str>) -> Answer {
        answer(self.request(Method::GET, name, token)).await
    }

    pub async fn post(&self, name: &str, token: Option<&str>, body: &Value) -> Answer {
        answer(self.request(Method::POST, name, token).json(body)).await
    }

    /// A call without a body, as the session calls want it.
    pub async fn bare(&self, name: &str, token: &str) -> Answer {
        answer(self.request(Method::POST, name, Some(token))).await
    }

    pub async fn login(&self, password: &str) -> Answer {
        let body = json!({"identifier": "alice.test", "password": password});
        self.post("com.atproto.server.createSession", None, &body).await
    }

    /// Access and refresh token of a new session.
    pub async fn session(&self) -> (String, String) {
        let (status, session) = self.login(PASSWORD).await;
        assert_eq!(status, 200, "{session}");
        (text(&session, "accessJwt"), text(&session, "refreshJwt"))
    }

    pub async fn access(&self) -> String {
        self.session().await.0
    }

    /// What createRecord and putRecord take.
    pub fn write(&self, rkey: &str, record: &Value) -> Value {
        json!({"repo": self.did, "collection": POST, "rkey": rkey, "record": record})
    }

    pub async fn create(&self, token: &str, rkey: &str, record: &Value) -> Answer {
        self.post("com.atproto.repo.createRecord", Some(token), &self.write(rkey, record)).await
    }

    pub fn create_request(&self, token: &str, rkey: &str, text: &str) -> RequestBuilder {
        let body = self.write(rkey, &record(text));
        self.request(Method::POST, "com.atproto.repo.createRecord", Some(token)).json(&body)
    }

    pub async fn read(&self, rkey: &str) -> Answer {
        self.get(&format!("com.atproto.repo.getRecord?repo={}&collection={POST}&rkey={rkey}", self.did), None).await
    }

    pub async fn upload(&self, token: &str, mime: &str, bytes: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, "com.atproto.repo.uploadBlob", Some(token));
        answer(request.header("content-type", mime).body(bytes)).await
    }
}

pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

pub fn record(text: &str) -> Value {
    json!({"$type": POST, "text": text, "createdAt": "2026-01-01T00:00:00.000Z"})
}

pub fn record_with_image(blob: &Value) -> Value {
    let mut record = record("picture");
    record["embed"] = json!({"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}]});
    record
}

pub fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap().to_owned()
}

/// The status and the error's name.
pub fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.0, answer.1["error"].as_str().unwrap_or_default())
}
