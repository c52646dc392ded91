//! The network from outside: over HTTP, by its fact sheet.

mod accounts;
mod fault_switches;
mod kinds;
mod limits;
mod oauth;
mod pages;
mod refresh;
mod restart;

use std::collections::HashMap;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::config::{Config, Limits};
use crate::digest::code_challenge;
use crate::server::{Running, bind};

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const REDIRECT: &str = "http://127.0.0.1:5999/callback";
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n practice";

/// Waits for a condition, at most 20 s.
pub async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), wait).await.is_ok(), "waited in vain for {what}");
}

#[expect(clippy::disallowed_methods, reason = "the network's tests must not go through the app's HTTP client")]
fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// An answer, read whole.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and error code together.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["error"].as_str().unwrap_or_default().to_owned())
    }

    /// The query of the Location.
    pub fn returned(&self) -> HashMap<String, String> {
        assert_eq!(self.status, 302, "{}", self.text());
        query_of(self.header("location"))
    }
}

pub fn query_of(url: &str) -> HashMap<String, String> {
    url::Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

pub fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// A member made by the control API.
#[derive(Clone)]
pub struct Member {
    pub id: String,
    pub access: String,
    pub refresh: String,
}

impl Member {
    pub fn of(tokens: &Value) -> Self {
        let get = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{name} in {tokens}")).to_owned();
        Self { id: get("account_id"), access: get("access_token"), refresh: get("refresh_token") }
    }
}

/// A network of its own for one test.
pub struct Network {
    pub dir: TempDir,
    pub limits: Limits,
    pub url: String,
    control: String,
    running: Option<Running>,
    http: reqwest::Client,
}

impl Network {
    pub async fn start() -> Self {
        Self::with(Limits::default()).await
    }

    pub async fn with(limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut network =
            Self { dir, limits, url: String::new(), control: String::new(), running: None, http: client() };
        network.begin().await;
        network
    }

    async fn begin(&mut self) {
        let mut config = Config::new(self.dir.path());
        config.limits = self.limits.clone();
        config.seed = Some(42);
        let running = bind(config).await.unwrap().spawn();
        self.url.clone_from(&running.url);
        self.control.clone_from(&running.control_token);
        self.running = Some(running);
    }

    pub async fn end(&mut self) {
        self.running.take().unwrap().stop().await.unwrap();
    }

    pub async fn restart(&mut self) {
        self.end().await;
        self.http = client();
        self.begin().await;
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap()
    }

    /// `Err` where there was no answer.
    pub async fn try_send(&self, request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, bytes: response.bytes().await?.to_vec() })
    }

    pub async fn open(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub async fn get(&self, who: &Member, path: &str) -> Answer {
        self.send(self.request("GET", path).bearer_auth(&who.access)).await
    }

    pub async fn post(&self, who: &Member, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).bearer_auth(&who.access).json(&body)).await
    }

    pub async fn say(&self, who: &Member, text: &str) -> Answer {
        self.post(who, "/api/posts", json!({"text": text})).await
    }

    pub async fn say_with_key(&self, who: &Member, key: &str, body: Value) -> Answer {
        let request = self.request("POST", "/api/posts").bearer_auth(&who.access).header("Idempotency-Key", key);
        self.send(request.json(&body)).await
    }

    pub async fn upload(&self, who: &Member, content_type: &str, bytes: &[u8]) -> Answer {
        let request = self.request("POST", "/api/media").bearer_auth(&who.access);
        self.send(request.header("content-type", content_type).body(bytes.to_vec())).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.request("POST", path).form(fields)).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "postroom-practice")];
        self.form("/oauth/token", &fields).await
    }

    pub async fn exchange(&self, code: &str, verifier: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("client_id", "postroom-practice"),
            ("code_verifier", verifier),
        ];
        self.form("/oauth/token", &fields).await
    }

    pub async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let request = self.request(method, path).header("X-Practice-Control", &self.control);
        self.send(if let Some(body) = body { request.json(&body) } else { request }).await
    }

    pub async fn fault(&self, body: Value) -> Answer {
        let answer = self.control("POST", "/control/faults", Some(body)).await;
        assert!(answer.status < 300, "{}", answer.text());
        answer
    }

    pub async fn member(&self, kind: &str) -> Member {
        let answer = self.control("POST", "/control/accounts", Some(json!({"kind": kind}))).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        Member::of(&answer.json())
    }

    /// Opens the consent page and reads its form token.
    pub async fn form_token(&self, path: &str) -> String {
        let page = self.open(path).await;
        assert_eq!(page.status, 200, "{}", page.text());
        form_token_in(&page.text())
    }

    /// Consents in the page and answers the code.
    pub async fn code(&self, kind: &str, name: &str) -> String {
        let token = self.form_token(&authorize_path(&[])).await;
        let fields = [("form_token", token.as_str()), ("kind", kind), ("name", name), ("decision", "allow")];
        self.form("/oauth/authorize", &fields).await.returned()["code"].clone()
    }

    pub async fn timeline(&self) -> Vec<Value> {
        self.open("/timeline.json").await.json()["posts"].as_array().unwrap().clone()
    }

    pub fn journal(&self) -> Vec<Value> {
        let raw = std::fs::read_to_string(self.dir.path().join("journal.jsonl")).unwrap();
        raw.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn events(&self, name: &str) -> Vec<Value> {
        self.journal().into_iter().filter(|line| line["event"] == name).collect()
    }

    /// Sends bytes as they are and reads to the end.
    pub async fn raw(&self, request: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect(self.url.trim_start_matches("http://")).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

pub fn form_token_in(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"form_token\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// A correct authorize path, with `changes` (an empty value leaves the parameter out).
pub fn authorize_path(changes: &[(&str, &str)]) -> String {
    let challenge = code_challenge(VERIFIER);
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", "postroom-practice"),
        ("redirect_uri", REDIRECT),
        ("scope", "read write"),
        ("state", "st/a te"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/oauth/authorize?{query}")
}
