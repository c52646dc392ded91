//! A small client: knows HTTP and JSON, not the platform.

use std::io::Cursor;
use std::time::Duration;

use image::{DynamicImage, ImageFormat};
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use simulator::{Command, Effect, Running, Simulator};
use tempfile::TempDir;

pub use crate::answers::{Answer, answer, header, refusal, text};

pub const PASSWORD: &str = "alice-password";
pub const SCOPES: &str = "read:accounts read:statuses write:statuses write:media";
/// Long enough for the slowest machine; no test waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);

/// A simulator with the account alice, and a token for it.
pub struct Rig {
    pub running: Running,
    pub http: reqwest::Client,
    pub token: String,
    pub account: String,
    _dir: TempDir,
}

#[expect(clippy::disallowed_methods, reason = "the tests' own client; no product code is behind it")]
pub fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(PATIENCE).no_proxy().redirect(Policy::none()).build().unwrap()
}

impl Rig {
    pub async fn start(platform: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let running = Simulator::start(platform, dir.path()).await.unwrap();
        running.control(&Command::add_account("alice", PASSWORD)).unwrap();
        let grant = running.control(&grant("alice", SCOPES)).unwrap();
        let (token, account) = (text(&grant, "access_token"), text(&grant, "account"));
        Self { running, http: http(), token, account, _dir: dir }
    }

    pub fn set(&self, settings: &Value) {
        self.running.control(&Command::configure(settings)).unwrap();
    }

    pub fn advance(&self, by_ms: i64) {
        self.running.control(&Command::Advance { by_ms }).unwrap();
    }

    /// A token for alice with other scopes.
    pub fn token(&self, scopes: &str) -> String {
        text(&self.running.control(&grant("alice", scopes)).unwrap(), "access_token")
    }

    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.running.url()))
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn get_bare(&self, path: &str) -> Answer {
        answer(self.bare(Method::GET, path)).await
    }

    pub async fn post(&self, body: &Value) -> Answer {
        answer(self.request(Method::POST, "/api/v1/statuses").json(body)).await
    }

    pub async fn post_with_key(&self, key: &str, text: &str) -> Answer {
        let request = self.request(Method::POST, "/api/v1/statuses").header("idempotency-key", key);
        answer(request.json(&json!({"status": text}))).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        answer(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        answer(self.request(Method::DELETE, path)).await
    }

    /// Uploads a file under a type, with further fields.
    pub async fn upload(&self, bytes: Vec<u8>, mime: &str, fields: &[(&'static str, &str)]) -> Answer {
        let mut form = Form::new();
        for (name, value) in fields {
            form = form.text(*name, (*value).to_owned());
        }
        let part = Part::bytes(bytes).file_name("file").mime_str(mime).unwrap();
        answer(self.request(Method::POST, "/api/v2/media").multipart(form.part("file", part))).await
    }

    /// The id of an uploaded picture.
    pub async fn picture(&self) -> String {
        let (status, media) = self.upload(png(2, 2), "image/png", &[]).await;
        assert_eq!(status, 200, "{media}");
        text(&media, "id")
    }

    /// Texts in the account's list.
    pub async fn listed(&self, query: &str) -> Vec<String> {
        let (status, list) = self.get(&format!("/api/v1/accounts/{}/statuses{query}", self.account)).await;
        assert_eq!(status, 200, "{list}");
        list.as_array().unwrap().iter().map(|status| text(status, "content")).collect()
    }

    pub fn made(&self) -> Vec<Effect> {
        self.running.effects().unwrap().into_iter().filter(Effect::made_something).collect()
    }
}

pub fn grant(handle: &str, scopes: &str) -> Command {
    Command::Grant { handle: handle.to_owned(), scopes: scopes.to_owned() }
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_luma8(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The beginning of a video; no more of it is looked at.
pub fn mp4() -> Vec<u8> {
    b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec()
}
