//! A raw TCP server whose every byte a test decides, and ports that remember.

use std::{
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use domain::{
    UtcMs,
    ports::{Call, CallLog, Clock, Random},
};
use net::Client;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A clock that stands still, a counter for randomness, a log in memory.
#[derive(Default)]
pub struct World {
    pub calls: Mutex<Vec<Call>>,
    counter: AtomicU64,
}

impl Clock for World {
    fn now(&self) -> UtcMs {
        UtcMs::from_millis(1_795_248_000_000)
    }

    fn monotonic_ms(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }
}

impl Random for World {
    fn fill(&self, bytes: &mut [u8]) {
        let seed = self.counter.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(seed.iter().cycle()).for_each(|(byte, seed)| *byte = *seed);
    }
}

impl CallLog for World {
    fn record(&self, call: Call) {
        self.calls.lock().unwrap().push(call);
    }
}

pub fn client() -> (Client, Arc<World>) {
    let world = Arc::new(World::default());
    (Client::new(world.clone(), world.clone(), world.clone()).unwrap(), world)
}

/// What the server saw.
pub struct Server {
    pub port: u16,
    pub requests: Arc<Mutex<Vec<String>>>,
    pub connections: Arc<AtomicUsize>,
}

impl Server {
    /// Runs `behave` for every connection, with its number from 0.
    pub async fn start<F, Fut>(behave: F) -> Self
    where
        F: Fn(usize, Conn) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let (seen, count) = (requests.clone(), connections.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(behave(number, Conn { stream, requests: seen.clone() }));
            }
        });
        Self { port, requests, connections }
    }

    /// A server that gives every request the same whole answer and keeps the connection unless it says otherwise.
    pub async fn always(answer: &'static str) -> Self {
        Self::start(move |_, mut conn| async move {
            while conn.request().await.is_some() {
                conn.send(answer).await;
                if answer.contains("Connection: close") {
                    break;
                }
            }
        })
        .await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

pub struct Conn {
    stream: TcpStream,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Conn {
    /// Reads one request with its body; `None` when the client went away.
    pub async fn request(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        loop {
            if let Some(head_end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&bytes[..head_end]).to_ascii_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                let length: usize = length.map_or(0, |length| length.parse().unwrap());
                if bytes.len() >= head_end + 4 + length {
                    break;
                }
            }
            if self.stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.requests.lock().unwrap().push(text.clone());
        Some(text)
    }

    pub async fn send(&mut self, text: &str) {
        self.send_bytes(text.as_bytes()).await;
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// Ends the connection with a reset instead of a goodbye.
    pub fn reset(self) {
        self.stream.set_zero_linger().unwrap();
    }
}
