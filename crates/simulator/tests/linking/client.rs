//! A small client: knows forms, redirects and JSON, not the platforms.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use simulator::{Command, CommandError, Running, Simulator};
use tempfile::TempDir;
use url::Url;

pub use crate::answers::{Answer, answer, header, refusal, text};

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const S256: [(&str, &str); 2] =
    [("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")];
/// The app's id and secret, where it has one.
pub const ID: &str = "app-1";
pub const SECRET: &str = "secret-1";
/// Long enough for the slowest machine; no test waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);

pub type Pairs<'a> = [(&'a str, &'a str)];
/// A simulator with the accounts alice and bob, and one app.
pub struct Rig {
    pub running: Running,
    http: reqwest::Client,
    authorize: &'static str,
    token: &'static str,
    _dir: TempDir,
}

#[expect(clippy::disallowed_methods, reason = "the tests' own client; no product code is behind it")]
fn http() -> reqwest::Client {
    let agent = "PostroomTests/1.0";
    let builder = reqwest::Client::builder().timeout(PATIENCE).no_proxy().redirect(Policy::none());
    builder.user_agent(agent).build().unwrap()
}

impl Rig {
    /// `authorize` and `token` are the paths of the platform's endpoints.
    pub async fn start(platform: &str, authorize: &'static str, token: &'static str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let running = Simulator::start(platform, dir.path()).await.unwrap();
        for handle in ["alice", "bob"] {
            running.control(&Command::add_account(handle, &format!("{handle}-bot"))).unwrap();
        }
        Self { running, http: http(), authorize, token, _dir: dir }
    }

    /// Registers the app.
    pub fn app(&self, secret: Option<&str>, redirect_uris: &[&str]) -> Result<Value, CommandError> {
        self.running.control(&Command::register_app(ID, secret, redirect_uris))
    }

    pub fn set(&self, settings: &Value) {
        self.running.control(&Command::configure(settings)).unwrap();
    }

    pub fn advance_s(&self, by_s: i64) {
        self.running.control(&Command::Advance { by_ms: by_s * 1_000 }).unwrap();
    }

    /// Another way in, where the platform has two.
    #[must_use]
    pub fn by(self, authorize: &'static str, token: &'static str) -> Self {
        Self { authorize, token, ..self }
    }

    fn request_path(&self, query: &Pairs<'_>) -> String {
        let base = [("response_type", "code"), ("client_id", ID), ("state", "s&1")];
        let left = base.iter().filter(|(name, _)| query.iter().all(|(other, _)| other != name));
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(left).extend_pairs(query).finish();
        format!("{}?{query}", self.authorize)
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.running.url()))
    }

    /// Opens the consent page.
    pub async fn open(&self, query: &Pairs<'_>) -> Response {
        self.request(Method::GET, &self.request_path(query)).send().await.unwrap()
    }

    /// The status and text of the page; there is no way back.
    pub async fn refused_page(&self, query: &Pairs<'_>) -> (u16, String) {
        let response = self.open(query).await;
        assert_eq!(header(&response, "location"), "", "nobody is sent away");
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// The error a request is sent back with before anybody is asked.
    pub async fn refused_back(&self, query: &Pairs<'_>) -> String {
        let response = self.open(query).await;
        param(&Url::parse(&header(&response, "location")).unwrap(), "error")
    }

    /// Decides on the consent page; where the browser is sent.
    pub async fn decide(&self, query: &Pairs<'_>, form: &Pairs<'_>) -> Url {
        let response = self.request(Method::POST, &self.request_path(query)).form(form).send().await.unwrap();
        let location = header(&response, "location");
        assert_ne!(location, "", "{}", response.text().await.unwrap());
        Url::parse(&location).unwrap()
    }

    /// Says yes; the code.
    pub async fn code(&self, query: &Pairs<'_>) -> String {
        let back = self.decide(query, &[("decision", "allow")]).await;
        assert_eq!(param(&back, "state"), "s&1", "{back}");
        param(&back, "code")
    }

    pub async fn form(&self, path: &str, form: &Pairs<'_>) -> Answer {
        answer(self.request(Method::POST, path).header("accept", "application/json").form(form)).await
    }

    pub async fn exchange(&self, form: &Pairs<'_>) -> Answer {
        self.form(self.token, form).await
    }

    /// As [`exchange`](Self::exchange), with the secret in the header.
    pub async fn exchange_basic(&self, secret: &str, form: &Pairs<'_>) -> Answer {
        answer(self.request(Method::POST, self.token).basic_auth(ID, Some(secret)).form(form)).await
    }

    /// Exchanges a code with the secret in the form.
    pub async fn with_secret(&self, code: &str, redirect_uri: &str, verifier: &str) -> Answer {
        self.exchange(&[
            ("grant_type", "authorization_code"),
            ("client_id", ID),
            ("client_secret", SECRET),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ])
        .await
    }

    /// Exchanges a code as an app without a secret.
    pub async fn without_secret(&self, code: &str, redirect_uri: &str, verifier: &str) -> Answer {
        self.exchange(&[
            ("grant_type", "authorization_code"),
            ("client_id", ID),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ])
        .await
    }

    /// Refreshes, with the secret where there is one.
    pub async fn refresh(&self, token: &str, secret: Option<&str>) -> Answer {
        let mut form = vec![("grant_type", "refresh_token"), ("client_id", ID), ("refresh_token", token)];
        form.extend(secret.map(|secret| ("client_secret", secret)));
        self.exchange(&form).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        answer(self.request(Method::GET, path).bearer_auth(token)).await
    }

    pub async fn get_bare(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// The response itself, for its headers.
    pub async fn response(&self, path: &str, token: &str) -> Response {
        self.request(Method::GET, path).bearer_auth(token).send().await.unwrap()
    }
}

pub fn param(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The query of a request with its scopes, address and challenge.
pub fn asking<'a>(redirect_uri: &'a str, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    [("redirect_uri", redirect_uri), ("scope", scope)].into_iter().chain(S256).collect()
}
