//! What attacks happen in: clock, randomness, an authorization server that is honest where an attack does not say
//! otherwise, a browser that sends what it is told to, and an attempt that waits.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    PlatformId, UtcMs,
    ports::{Call, CallLog, Clock, Random},
};
use net::Client;
use oauth::{Attempt, Flow, Grant, Inbox, Issuer, Limits, OauthError, Redirect, World};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use url::{Url, form_urlencoded};

/// The test clock stands still, in seconds of the epoch.
pub const NOW_S: i64 = 1_795_248_000;
/// Longest anything honest may take.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// The way back of the honest platform.
pub const PATH: &str = "/oauth/honest";

struct Ports;

impl Clock for Ports {
    fn now(&self) -> UtcMs {
        UtcMs::from_millis(NOW_S * 1_000)
    }

    fn monotonic_ms(&self) -> u64 {
        0
    }
}

impl Random for Ports {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).unwrap();
    }
}

impl CallLog for Ports {
    fn record(&self, _: Call) {}
}

pub fn world() -> World {
    let ports = Arc::new(Ports);
    let client = Client::new(ports.clone(), ports.clone(), ports.clone()).unwrap();
    World { clock: ports.clone(), random: ports, client }
}

pub fn platform() -> PlatformId {
    PlatformId::parse("practice").unwrap()
}

type Fields = HashMap<String, String>;

/// A call a server got.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    pub fields: Fields,
}

impl Asked {
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.fields.get(name).is_some_and(|known| known == value)
    }
}

#[derive(Default)]
struct Book {
    asked: Vec<Asked>,
    codes: HashMap<String, Fields>,
}

type Answering = dyn Fn(&Asked) -> Option<Response> + Send + Sync;

/// An authorization server written from RFC 6749, 7636 and 9207, but for what an attack makes it say.
#[derive(Clone)]
pub struct Server {
    pub base: String,
    book: Arc<Mutex<Book>>,
    answering: Arc<Answering>,
}

impl Server {
    /// One that is honest.
    pub async fn honest() -> Self {
        Self::start(|_| None).await
    }

    /// One that answers as it is told, and honestly where it is not.
    pub async fn start(answering: impl Fn(&Asked) -> Option<Response> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { base, book: Arc::default(), answering: Arc::new(answering) };
        let router = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    /// One that answers every call to a path with the same, and honestly elsewhere.
    pub async fn saying(path: &'static str, body: Value) -> Self {
        Self::start(move |asked| (asked.path == path).then(|| axum::Json(body.clone()).into_response())).await
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.book.lock().unwrap().asked.clone()
    }

    /// Whether it was asked to trade this code.
    pub fn got_code(&self, code: &str) -> bool {
        self.asked().iter().any(|asked| asked.is("code", code))
    }

    /// A code as the person in front of an attacker's browser gets it; `challenge` where the attacker sent one.
    pub fn code_for(&self, redirect_uri: &str, challenge: Option<&str>) -> String {
        let mut fields = Fields::from([("redirect_uri".to_owned(), redirect_uri.to_owned())]);
        fields.extend(challenge.map(|challenge| ("code_challenge".to_owned(), challenge.to_owned())));
        self.give_code(fields)
    }

    fn give_code(&self, fields: Fields) -> String {
        let mut book = self.book.lock().unwrap();
        let code = format!("code-{}", book.codes.len());
        book.codes.insert(code.clone(), fields);
        code
    }

    /// Consent, given at once.
    fn authorize(&self, asked: &Asked) -> Response {
        let Some(mut back) = asked.fields.get("redirect_uri").and_then(|uri| Url::parse(uri).ok()) else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        let path_fits = back.path() == PATH || back.scheme() != "http";
        let method_fits = asked.fields.get("code_challenge_method").is_none_or(|method| method == "S256");
        if !path_fits || !method_fits || !asked.is("response_type", "code") {
            return StatusCode::BAD_REQUEST.into_response();
        }
        let code = self.give_code(asked.fields.clone());
        let state = asked.fields.get("state").cloned().unwrap_or_default();
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &state).append_pair("iss", &self.base);
        (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response()
    }

    fn token(&self, asked: &Asked) -> Response {
        let refused = || (StatusCode::BAD_REQUEST, axum::Json(json!({"error": "invalid_grant"}))).into_response();
        let granted = || axum::Json(tokens()).into_response();
        if asked.is("grant_type", "refresh_token") {
            return granted();
        }
        let code = asked.fields.get("code").cloned().unwrap_or_default();
        let Some(known) = self.book.lock().unwrap().codes.remove(&code) else { return refused() };
        let shown = asked.fields.get("code_verifier").map(|text| URL_SAFE_NO_PAD.encode(Sha256::digest(text)));
        let fits = known.get("redirect_uri") == asked.fields.get("redirect_uri");
        if fits && known.get("code_challenge") == shown.as_ref() { granted() } else { refused() }
    }
}

async fn answer(State(server): State<Server>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let fields = [query, &body].into_iter().flat_map(|part| form_urlencoded::parse(part).into_owned()).collect();
    let path = parts.uri.path().to_owned();
    let asked = Asked { path, headers: parts.headers, fields };
    server.book.lock().unwrap().asked.push(asked.clone());
    if let Some(said) = (server.answering)(&asked) {
        return said;
    }
    match asked.path.as_str() {
        "/authorize" => server.authorize(&asked),
        "/token" => server.token(&asked),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A good answer of a token endpoint.
pub fn tokens() -> Value {
    json!({"access_token": "access", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "refresh"})
}

/// A good answer with something put in the place of what it held.
pub fn tokens_with(name: &str, value: Value) -> Value {
    let mut all = tokens();
    all[name] = value;
    all
}

/// A body of any kind.
pub fn body(kind: &'static str, bytes: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, kind)], bytes.into()).into_response()
}

/// The honest platform's rules.
pub fn flow(server: &Server) -> Flow {
    Flow {
        redirect: Redirect::any_port(PATH),
        issuer: Some(Issuer { value: server.base.clone(), required: true }),
        ..Flow::new(platform(), &server.at("/authorize"), &server.at("/token"), "postroom")
    }
}

/// What a listener of ours answered.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    /// Whether the answer was taken for the one waited for.
    pub fn taken(&self) -> bool {
        self.status == 303
    }

    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }
}

/// Sends bytes to a port and reads what comes until it is closed.
pub async fn raw(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // It may close before all is sent.
    let _ = stream.write_all(bytes).await;
    let mut said = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await;
    said
}

/// An attempt that waits for the browser.
pub struct Link {
    pub server: Server,
    pub uri: Url,
    pub state: String,
    pub url: Url,
    pub inbox: Inbox,
    task: JoinHandle<Result<Grant, OauthError>>,
}

impl Link {
    /// One at the honest server.
    pub async fn open() -> Self {
        let server = Server::honest().await;
        let rules = flow(&server);
        Self::with(server, rules).await
    }

    pub async fn with(server: Server, rules: Flow) -> Self {
        Self::try_with(server, rules).await.unwrap()
    }

    pub async fn try_with(server: Server, rules: Flow) -> Result<Self, OauthError> {
        let limits = Limits { exchange_ms: 3_000, ..Limits::default() };
        let attempt = Attempt::start(rules, world(), limits).await?;
        let (uri, url) = (attempt.redirect_uri().parse().unwrap(), Url::parse(attempt.authorize_url()).unwrap());
        let state = parameter(&url, "state").unwrap_or_default();
        let inbox = attempt.inbox();
        let task = tokio::spawn(attempt.wait(CancellationToken::new(), |_| {}));
        Ok(Self { server, uri, state, url, inbox, task })
    }

    pub fn port(&self) -> u16 {
        self.uri.port().unwrap()
    }

    /// A plain request of a browser, with lines put in.
    pub async fn send(&self, method: &str, target: &str, lines: &str) -> Reply {
        let host = if lines.to_lowercase().starts_with("host:") {
            String::new()
        } else {
            format!("Host: {}\r\n", self.host())
        };
        Reply::read(&raw(self.port(), format!("{method} {target} HTTP/1.1\r\n{host}{lines}\r\n").as_bytes()).await)
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port())
    }

    /// The browser comes back with a query.
    pub async fn callback(&self, query: &str) -> Reply {
        self.send("GET", &format!("{PATH}?{query}"), "").await
    }

    /// What the person's own consent comes back with.
    pub async fn consent(&self) -> String {
        consent(&self.url).await.query().unwrap().to_owned()
    }

    /// How it ended.
    pub async fn ended(&mut self) -> Result<Grant, OauthError> {
        timeout(PATIENCE, &mut self.task).await.expect("an end").unwrap()
    }

    /// Whether it still waits, shown by the person linking after all.
    pub async fn completes(&mut self) {
        let query = self.consent().await;
        let reply = self.callback(&query).await;
        assert!(reply.taken(), "the person's own answer is taken: {reply:?}");
        self.ended().await.expect("the person links after all");
    }

    /// What came of an answer with a code: whether it was traded. Where it was not taken the person links after all.
    pub async fn fell_for(mut self, reply: &Reply, code: &str) -> bool {
        if reply.status == 303 || reply.status == 200 {
            let _ = self.ended().await;
            return self.server.got_code(code);
        }
        self.completes().await;
        false
    }
}

/// A person consents: where their browser is sent.
pub async fn consent(url: &Url) -> Url {
    let port = url.port().unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let said =
        raw(port, format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").as_bytes())
            .await;
    let reply = Reply::read(&said);
    let place =
        String::from_utf8_lossy(&said).lines().find_map(|line| Some(line.split_once("location: ")?.1.to_owned()));
    place.unwrap_or_else(|| panic!("no redirect: {reply:?}")).trim().parse().unwrap()
}

/// A parameter of an address.
pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
