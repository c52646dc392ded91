//! Binding, the accept loop, and the clean stop.
//!
//! The loop is our own and not axum's, because a fault switch must be able to close a connection
//! without any answer.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::app::{App, Shared};
use crate::config::Config;
use crate::dice::Dice;
use crate::engine::Engine;
use crate::error::PracticeError;
use crate::folder::Folder;
use crate::http::{HangUp, router};
use crate::journal::Journal;
use crate::world::World;

const CONNECTIONS_MAX: usize = 256;
const HEADER_TIME: Duration = Duration::from_secs(10);
/// How long open calls may take to end after a stop.
const STOP_TIME: Duration = Duration::from_secs(2);

/// A bound network: it has its port and its state, and serves once it is run.
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    app: Shared,
    folder: Folder,
    control_token: String,
}

/// A network serving in a task of its own; see [`Server::spawn`].
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// `http://127.0.0.1:{port}`.
    pub url: String,
    /// What `X-Practice-Control` must carry.
    pub control_token: String,
    stop: CancellationToken,
    task: JoinHandle<Result<(), PracticeError>>,
}

impl Running {
    /// Stops cleanly and waits for the end.
    pub async fn stop(self) -> Result<(), PracticeError> {
        self.stop.cancel();
        self.ended().await
    }

    /// Waits until it was stopped by the control API.
    pub async fn ended(self) -> Result<(), PracticeError> {
        self.task.await.unwrap_or(Ok(()))
    }
}

/// Locks the data folder, replays the journal and takes the port.
pub async fn bind(config: Config) -> Result<Server, PracticeError> {
    let folder = Folder::open(&config.data)?;
    let mut world = World::default();
    let journal = Journal::open(&folder.path("journal.jsonl"), |line| world.apply(line))?;
    let mut secrets = Dice::new(config.seed.map(|seed| !seed), 0);
    let control_token = folder.control_token(&mut secrets)?;
    let successor_key = folder.successor_key(&mut secrets)?;
    let listener = listen(config.port, folder.last_port()).await?;
    let addr = listener.local_addr().map_err(|source| PracticeError::Listen { port: config.port, source })?;
    folder.remember_port(addr.port())?;
    let engine = Engine::new(world, journal, config.limits, config.seed, successor_key);
    let app = Arc::new(App::new(engine, addr.port(), folder.path("media"), &control_token, config.date_ahead_ms));
    Ok(Server { listener, addr, app, folder, control_token })
}

async fn listen(port: u16, last: u16) -> Result<TcpListener, PracticeError> {
    let at = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    if port == 0
        && last != 0
        && let Ok(listener) = at(last).await
    {
        return Ok(listener);
    }
    at(port).await.map_err(|source| PracticeError::Listen { port, source })
}

/// Runs a network until `shutdown` resolves or the control API stops it. Prints nothing; the address is
/// in `address.json` of the data folder while it runs.
pub async fn serve(config: Config, shutdown: impl Future) -> Result<(), PracticeError> {
    bind(config).await?.run(shutdown).await
}

impl Server {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:{port}`.
    pub fn url(&self) -> &str {
        &self.app.base
    }

    /// What `X-Practice-Control` must carry.
    pub fn control_token(&self) -> &str {
        &self.control_token
    }

    /// Serves in a task of its own, for tests and callers that go on.
    pub fn spawn(self) -> Running {
        let stop = self.app.stop.clone();
        let (addr, url, control_token) = (self.addr, self.url().to_owned(), self.control_token.clone());
        let task = tokio::spawn(self.run(std::future::pending::<()>()));
        Running { addr, url, control_token, stop, task }
    }

    /// Serves until `shutdown` resolves or the control API stops it.
    pub async fn run(self, shutdown: impl Future) -> Result<(), PracticeError> {
        self.folder.announce(&self.app.base)?;
        let stop = self.app.stop.clone();
        let routes = router(&self.app);
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                _ = &mut shutdown => break,
                () = stop.cancelled() => break,
                Some(_) = connections.join_next() => {}
                accepted = accept(&self.listener, &places) => {
                    if let Some((stream, place)) = accepted {
                        let (routes, stop) = (routes.clone(), stop.clone());
                        connections.spawn(async move {
                            connection(stream, routes, stop).await;
                            drop(place);
                        });
                    }
                }
            }
        }
        stop.cancel();
        self.folder.withdraw();
        let ended = async { while connections.join_next().await.is_some() {} };
        // Whatever still hangs is cut off when the set is dropped.
        let _ = tokio::time::timeout(STOP_TIME, ended).await;
        Ok(())
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    if let Ok((stream, _)) = listener.accept().await {
        return Some((stream, place));
    }
    // Out of file handles, most likely: others must end first.
    tokio::time::sleep(Duration::from_millis(50)).await;
    None
}

async fn connection(stream: TcpStream, routes: Router, stop: CancellationToken) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let routes = routes.clone();
        async move {
            let answered: Result<_, Infallible> = routes.oneshot(request.map(Body::new)).await;
            let Ok(response) = answered;
            if HangUp::is(&response) { Err(io::Error::other("closed without an answer")) } else { Ok(response) }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // An error here is a client that went away or a hang-up: there is nobody to tell.
    tokio::select! {
        _ = &mut connection => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
