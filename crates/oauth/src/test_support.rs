//! A world, a flow for the fake server, and a browser that is a plain HTTP client.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use domain::{
    PlatformId, UtcMs,
    ports::{Call, CallLog, Clock, Random},
};
use net::{Answer, Client};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    Attempt, Flow, Grant, Issuer, Limits, OauthError, Redirect, Stage, World,
    fake_server::{FakeServer, Fault},
};

#[derive(Default)]
pub struct Ports {
    counter: AtomicU64,
    pub calls: Mutex<Vec<Call>>,
}

impl Clock for Ports {
    fn now(&self) -> UtcMs {
        UtcMs::from_millis(1_795_248_000_000)
    }

    fn monotonic_ms(&self) -> u64 {
        0
    }
}

impl Random for Ports {
    fn fill(&self, bytes: &mut [u8]) {
        let seed = self.counter.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
        bytes.iter_mut().zip(seed.iter().cycle()).for_each(|(byte, seed)| *byte = *seed);
    }
}

impl CallLog for Ports {
    fn record(&self, call: Call) {
        self.calls.lock().unwrap().push(call);
    }
}

pub fn world() -> (World, Arc<Ports>) {
    let ports = Arc::new(Ports::default());
    let client = Client::new(ports.clone(), ports.clone(), ports.clone()).unwrap();
    (World { clock: ports.clone(), random: ports.clone(), client }, ports)
}

pub fn flow(server: &FakeServer) -> Flow {
    let at = |path: &str| format!("{}{path}", server.base);
    let platform = PlatformId::parse("practice").unwrap();
    Flow {
        revoke: Some(at("/revoke")),
        scopes: vec!["read".to_owned(), "write".to_owned()],
        redirect: Redirect::any_port("/oauth/practice"),
        issuer: Some(Issuer { value: server.base.clone(), required: true }),
        extra: vec![("prompt".to_owned(), "consent".to_owned())],
        ..Flow::new(platform, &at("/authorize"), &at("/token"), "postroom")
    }
}

/// A key in the form people get it: PKCS#8, PEM.
pub fn pem(der: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let lines: Vec<_> =
        STANDARD.encode(der).as_bytes().chunks(64).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

/// A browser: opens a URL and tells the answer; following redirects is the test's business.
pub async fn open(client: &Client, url: &str) -> Answer {
    let tag = client.tag(PlatformId::parse("browser").unwrap());
    client
        .get(&tag, "open", url)
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document")
        .send()
        .await
        .unwrap()
}

pub fn location(answer: &Answer) -> String {
    answer.header("location").expect("a redirect").to_owned()
}

/// Where the server sends the browser after consent.
pub async fn consent(client: &Client, attempt: &Attempt) -> String {
    location(&open(client, attempt.authorize_url()).await)
}

pub struct Linked {
    pub result: Result<Grant, OauthError>,
    pub stages: Vec<Stage>,
    /// The last page the browser saw.
    pub page: String,
}

/// Plays a whole attempt.
pub async fn link(flow: Flow, world: &World) -> Linked {
    let attempt = Attempt::start(flow, world.clone(), Limits { exchange_ms: 400, ..Limits::default() }).await.unwrap();
    let callback = consent(&world.client, &attempt).await;
    let browser = world.client.clone();
    let tab = tokio::spawn(async move {
        let first = open(&browser, &callback).await;
        assert_eq!(first.status, 303);
        let done = Url::parse(&callback).unwrap().join(&location(&first)).unwrap();
        open(&browser, done.as_str()).await
    });
    let stages = Mutex::new(Vec::new());
    let result = attempt.wait(CancellationToken::new(), |stage| stages.lock().unwrap().push(stage)).await;
    let page = tab.await.unwrap();
    Linked { result, stages: stages.into_inner().unwrap(), page: String::from_utf8(page.body.to_vec()).unwrap() }
}

pub async fn link_with(fault: Fault) -> (Linked, FakeServer) {
    let server = FakeServer::start().await;
    server.book().fault = fault;
    let (world, _) = world();
    (link(flow(&server), &world).await, server)
}

pub fn exchange_error(linked: &Linked) -> &domain::ProviderError {
    match &linked.result {
        Err(OauthError::Exchange(error)) => error,
        other => panic!("expected a failed exchange, got {other:?}"),
    }
}
