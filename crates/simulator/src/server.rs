//! The loopback server around a platform: reads calls, lets faults happen, and answers.

mod control;

use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header::DATE};
use axum::response::Response;
use chrono::DateTime;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::faults::{Fault, Faults};
use crate::platform::{Command, CommandError, Platform, Refusal};
use crate::platforms;
use crate::recorder::{Effect, Entry, Recorder, Seen, read_journal};
use crate::wire::{Reply, Request};

mod body;

/// Why a simulator did not start or could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// No such platform; see [`PLATFORMS`](crate::PLATFORMS).
    #[error("no simulator for the platform {0:?}")]
    UnknownPlatform(String),
    /// The journal or the listener failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Starts simulators.
#[derive(Debug)]
pub struct Simulator;

impl Simulator {
    /// Starts `platform` on a free port of 127.0.0.1, journalling into `dir/journal.jsonl`.
    pub async fn start(platform: &str, dir: &Path) -> Result<Running, SimulatorError> {
        Self::start_on(platform, dir, 0).await
    }

    /// As [`start`](Self::start), on a port of choice; 0 is a free one.
    pub async fn start_on(platform: &str, dir: &Path, port: u16) -> Result<Running, SimulatorError> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let clock = Arc::new(Clock::default());
        let recorder = Arc::new(Recorder::open(dir.join("journal.jsonl"), Arc::clone(&clock))?);
        let platform = platforms::open(platform, &url, Arc::clone(&recorder), Arc::clone(&clock))
            .ok_or_else(|| SimulatorError::UnknownPlatform(platform.to_owned()))?;
        let shared = Arc::new(Shared {
            platform,
            faults: Faults::default(),
            recorder,
            clock,
            control_token: random_token(),
            script: Mutex::default(),
            ending: CancellationToken::new(),
        });
        tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Running { url, shared })
    }
}

/// A simulator at work. Dropping it ends it and closes its connections.
pub struct Running {
    url: String,
    shared: Arc<Shared>,
}

impl Running {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The journal; readable at any time with [`read_journal`].
    pub fn journal(&self) -> &Path {
        self.shared.recorder.path()
    }

    /// What callers of `/__control/…` show as `Authorization: Bearer …`.
    pub fn control_token(&self) -> &str {
        &self.shared.control_token
    }

    /// The fault switches.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// From now on calls are answered by this where it answers: a server may say anything. They count as seen.
    pub fn answer_with(&self, script: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) {
        *self.shared.script.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(script));
    }

    /// Does something behind the API's back, such as making an account.
    pub fn control(&self, command: &Command) -> Result<Value, CommandError> {
        self.shared.platform.control(command)
    }

    /// Everything accepted, oldest first, as the journal says.
    pub fn effects(&self) -> io::Result<Vec<Effect>> {
        let entries = read_journal(self.journal())?;
        Ok(entries
            .into_iter()
            .filter_map(|entry| if let Entry::Effect(effect) = entry { Some(effect) } else { None })
            .collect())
    }

    /// Every call that arrived, oldest first, as the journal says.
    pub fn seen(&self) -> io::Result<Vec<Seen>> {
        let entries = read_journal(self.journal())?;
        Ok(entries
            .into_iter()
            .filter_map(|entry| if let Entry::Seen(seen) = entry { Some(seen) } else { None })
            .collect())
    }

    /// How many things were made whose `field` is `value`: `count("text", …)`, `count("rkey", …)`. Deletions and
    /// repeats that changed nothing do not count, so anything above 1 is a double.
    pub fn count(&self, field: &str, value: &str) -> io::Result<usize> {
        Ok(self.effects()?.iter().filter(|effect| effect.made_something() && effect.get(field) == Some(value)).count())
    }

    /// Waits until this process has accepted `count` effects; give it a time limit from outside.
    pub async fn wait_for_effects(&self, count: u64) -> io::Result<()> {
        self.shared.recorder.subscribe().wait_for(|seen| *seen >= count).await.map(drop).map_err(io::Error::other)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.ending.cancel();
    }
}

/// What a test has a server say in the platform's place; `None` leaves a call to the platform.
type Script = dyn Fn(&Request) -> Option<Reply> + Send + Sync;

pub(crate) struct Shared {
    pub platform: Arc<dyn Platform>,
    pub faults: Faults,
    pub recorder: Arc<Recorder>,
    clock: Arc<Clock>,
    pub control_token: String,
    script: Mutex<Option<Arc<Script>>>,
    pub ending: CancellationToken,
}

impl Shared {
    fn scripted(&self, request: &Request) -> Option<Reply> {
        // Not while it answers: it may take its time.
        let script = self.script.lock().unwrap_or_else(PoisonError::into_inner).clone();
        script.and_then(|script| script(request))
    }
}

/// Good enough to keep strangers on this machine from switching faults by accident; nothing secret hangs on it.
fn random_token() -> String {
    format!("{:016x}{:016x}", RandomState::new().hash_one(1), RandomState::new().hash_one(2))
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let accepted = tokio::select! {
            () = shared.ending.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        if let Ok((stream, _)) = accepted {
            tokio::spawn(connection(stream, Arc::clone(&shared)));
        } else {
            // Out of descriptors, most likely: give others a chance to close some.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Serves one connection until either side ends it, or a fault cuts it.
async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let cut = CancellationToken::new();
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (shared, cut) = (Arc::clone(&shared), cut.clone());
        async move { Ok::<_, Infallible>(dated(&shared, serve(&shared, &cut, request).await)) }
    });
    tokio::select! {
        biased;
        () = cut.cancelled() => {}
        () = shared.ending.cancelled() => {}
        _ = http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service) => {}
    }
}

/// The answer with the time by the simulator's clock, which tests may move.
fn dated(shared: &Shared, mut response: Response) -> Response {
    let now = DateTime::from_timestamp_millis(shared.clock.now_ms()).unwrap_or_default();
    if let Ok(date) = HeaderValue::from_str(&now.format("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

async fn serve(shared: &Arc<Shared>, cut: &CancellationToken, request: hyper::Request<Incoming>) -> Response {
    let (head, incoming) = request.into_parts();
    let mut request = body::head(&head);
    if request.path.starts_with("/__control/") {
        request.body = body::read(incoming, control::MAX_BODY_BYTES).await.unwrap_or_default();
        return body::whole(&control::answer(shared, &request));
    }
    let operation = shared.platform.operation(&request);
    let fault = shared.faults.take(&operation);
    // An unwritable journal shows at the next effect, which is then refused.
    let _ = shared.recorder.see(&operation, fault.map(Fault::name));
    match body::read(incoming, shared.platform.max_body_bytes()).await {
        Some(bytes) => request.body = bytes,
        None => return body::whole(&shared.platform.refuse(Refusal::TooLarge)),
    }
    if let Some(reply) = shared.scripted(&request) {
        return body::whole(&reply);
    }
    match fault {
        None => body::whole(&shared.platform.call(&request)),
        Some(fault) => misbehave(shared, cut, request, fault).await,
    }
}

async fn misbehave(shared: &Arc<Shared>, cut: &CancellationToken, request: Request, fault: Fault) -> Response {
    let platform = &shared.platform;
    match fault {
        Fault::Reject => body::whole(&platform.refuse(Refusal::Rejected)),
        Fault::RateLimit { retry_after_s } => body::whole(&platform.refuse(Refusal::RateLimited { retry_after_s })),
        Fault::ServerError => body::whole(&platform.refuse(Refusal::ServerError)),
        Fault::Hang => std::future::pending().await,
        Fault::LostReply => {
            platform.call(&request);
            close(cut).await
        }
        Fault::AcceptLate { delay_ms } => {
            tokio::spawn(perform_late(Arc::clone(shared), request, Duration::from_millis(delay_ms)));
            close(cut).await
        }
        Fault::DelayReply { delay_ms } => {
            let reply = platform.call(&request);
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            body::whole(&reply)
        }
        Fault::RevokeTokens => body::whole(&call_after(platform.as_ref(), &Command::RevokeTokens, &request)),
        Fault::ExpireAccess => body::whole(&call_after(platform.as_ref(), &Command::ExpireAccess, &request)),
        Fault::Drip => body::dripping(&platform.call(&request)),
        Fault::Garbage => {
            platform.call(&request);
            body::garbage()
        }
        Fault::HalfBody => body::half(&platform.call(&request)),
    }
}

fn call_after(platform: &dyn Platform, command: &Command, request: &Request) -> Reply {
    match platform.control(command) {
        Ok(_) => platform.call(request),
        Err(_) => platform.refuse(Refusal::ServerError),
    }
}

/// Cuts the connection before anything is written; the caller is dropped with it.
async fn close(cut: &CancellationToken) -> Response {
    cut.cancel();
    std::future::pending::<Response<Body>>().await
}

async fn perform_late(shared: Arc<Shared>, request: Request, delay: Duration) {
    tokio::select! {
        () = shared.ending.cancelled() => {}
        () = tokio::time::sleep(delay) => drop(shared.platform.call(&request)),
    }
}
