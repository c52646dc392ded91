//! The loopback listener: both loopback addresses on one port, open only while an attempt waits, bounded
//! in connections, header size and time. What a request means is the [`Desk`]'s business.

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use net::guards::stands;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    OauthError, Redirect,
    desk::{Desk, Reply},
    pages::{DONE_PATH, HEADERS, Page},
};

const CONNECTIONS_MAX: usize = 8;
const HEAD_MAX_BYTES: usize = 16 * 1_024;
const HEADERS_MAX: usize = 64;
const HEAD_LIMIT: Duration = Duration::from_secs(5);
const CONNECTION_LIMIT: Duration = Duration::from_secs(10);
/// How long the page after the answer may take to be asked for.
const LINGER: Duration = Duration::from_secs(10);
const PORT_TRIES: usize = 10;

/// The bound sockets of one attempt.
pub(crate) struct Listener {
    /// The port both listen on.
    pub port: u16,
    v4: TcpListener,
    v6: Option<TcpListener>,
}

/// Binds `127.0.0.1` and, where the machine has it, `[::1]` on the same port; `None` where nothing listens.
pub(crate) fn bind(redirect: &Redirect) -> Result<Option<Listener>, OauthError> {
    match redirect {
        Redirect::AnyLoopbackPort { .. } => (0..PORT_TRIES)
            .find_map(|_| bind_pair(0, false).ok())
            .ok_or_else(|| OauthError::PortInUse { ports: Vec::new() })
            .map(Some),
        Redirect::FixedPorts { ports, .. } => ports
            .iter()
            .find_map(|port| bind_pair(*port, true).ok())
            .ok_or_else(|| OauthError::PortInUse { ports: ports.clone() })
            .map(Some),
        Redirect::Scheme { .. } | Redirect::Page { .. } => Ok(None),
    }
}

/// `reuse` lets a fixed port be bound again while connections of the attempt before are still dying; on
/// Unix it gives nobody a port that is being listened on. A chosen port is never reused.
fn bind_pair(port: u16, reuse: bool) -> io::Result<Listener> {
    let home = if stands("loopback_only") { Ipv4Addr::LOCALHOST } else { Ipv4Addr::UNSPECIFIED };
    let v4 = listen(TcpSocket::new_v4()?, SocketAddr::from((home, port)), reuse)?;
    let port = v4.local_addr()?.port();
    let v6 =
        TcpSocket::new_v6().and_then(|socket| listen(socket, SocketAddr::from((Ipv6Addr::LOCALHOST, port)), reuse));
    match v6 {
        Ok(v6) => Ok(Listener { port, v4, v6: Some(v6) }),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && stands("port_pair") => Err(error),
        Err(_) => Ok(Listener { port, v4, v6: None }),
    }
}

fn listen(socket: TcpSocket, address: SocketAddr, reuse: bool) -> io::Result<TcpListener> {
    if cfg!(unix) {
        socket.set_reuseaddr(reuse)?;
    }
    #[cfg(target_os = "linux")]
    if !stands("port_owned") {
        socket.set_reuseport(true)?;
    }
    socket.bind(address)?;
    socket.listen(16)
}

/// Serves until the answer was taken and its page shown (or [`LINGER`] has passed). Dropping the future
/// closes everything at once.
pub(crate) async fn serve(listener: Listener, desk: Arc<Desk>) {
    let mut connections = JoinSet::new();
    let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let over = async {
        desk.answered.notified().await;
        let _ = timeout(LINGER, desk.shown.notified()).await;
    };
    tokio::pin!(over);
    loop {
        tokio::select! {
            biased;
            () = &mut over => break,
            Some(_) = connections.join_next() => {}
            accepted = accept(&listener, &permits) => match accepted {
                Ok((stream, permit)) => {
                    let desk = Arc::clone(&desk);
                    connections.spawn(async move {
                        let limit = if stands("connection_time") { CONNECTION_LIMIT } else { Duration::from_hours(1) };
                        let _ = timeout(limit, converse(stream, desk)).await;
                        drop(permit);
                    });
                }
                // Out of file descriptors, most likely: let some close.
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        }
    }
    drop(listener);
    let finish = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(HEAD_LIMIT, finish).await;
}

async fn accept(
    listener: &Listener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.map_err(io::Error::other)?;
    let second = async {
        match &listener.v6 {
            Some(v6) => v6.accept().await,
            None => std::future::pending().await,
        }
    };
    let (stream, _) = tokio::select! {
        accepted = listener.v4.accept() => accepted?,
        accepted = second => accepted?,
    };
    Ok((stream, permit))
}

/// One connection, one request.
async fn converse(stream: TcpStream, desk: Arc<Desk>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let uri = request.uri();
        let query = uri.query().unwrap_or_default();
        let reply = if uri.authority().is_some() && stands("target") {
            // Written for a proxy: whoever sent it here took this for one.
            Reply::Empty(StatusCode::MISDIRECTED_REQUEST)
        } else {
            desk.answer(request.method(), uri.path(), query, request.headers())
        };
        let response = response(&reply, query);
        async move { Ok::<_, Infallible>(response) }
    });
    // Errors are the other side's: a closed tab, a probe, half a request.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(stands("head_time").then_some(HEAD_LIMIT))
        .max_buf_size(if stands("head_size") { HEAD_MAX_BYTES } else { 1 << 20 })
        .max_headers(if stands("head_count") { HEADERS_MAX } else { 10_000 })
        .keep_alive(!stands("one_request"))
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn response(reply: &Reply, query: &str) -> Response<Full<Bytes>> {
    let (status, html) = match reply {
        Reply::Empty(status) => (*status, None),
        Reply::Page(status, page) if stands("static_page") => (*status, Some(page.html())),
        Reply::Page(status, page) => (*status, Some(page.html_with(query))),
        Reply::SeeDone if stands("see_done") => (StatusCode::SEE_OTHER, None),
        Reply::SeeDone => (StatusCode::OK, Some(Page::Received.html())),
    };
    let is_page = html.is_some();
    let mut response = Response::new(Full::new(Bytes::from(html.unwrap_or_default())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in HEADERS.into_iter().filter(|(name, _)| stands(name)) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if is_page {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    }
    if status == StatusCode::SEE_OTHER {
        headers.insert(header::LOCATION, HeaderValue::from_static(DONE_PATH));
    }
    response
}
