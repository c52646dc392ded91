//! A door between the app and the practice network: a server on a port of its own that hands calls on, and lets the
//! calls it is told to go wrong. What came through it and when is its record.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use crate::{
    faults::{Fault, Step},
    request::{Heard, Request, read, shortened},
};

/// How long a 429 asks to wait, and how long the provider waits by its own rule where none is named.
const LIMITED: Duration = Duration::from_secs(3);
const LIMITED_UNTIMED: Duration = Duration::from_secs(2);
/// How long after the connection was closed a late call is carried out; the network promises 2 s at most.
const LATE: Duration = Duration::from_millis(1_200);
const DRIP: Duration = Duration::from_secs(2);
const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 1\r\n\
    Content-Length: 39\r\nConnection: close\r\n\r\n{\"error\":\"unavailable\",\"message\":\"now\"}";
const GATEWAY: &str = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\
    Connection: close\r\n\r\n<html>oh</html>";

/// What a door saw.
#[derive(Debug, Default, Clone)]
pub struct Record {
    /// How often the fault was met.
    pub met: u32,
    /// Calls that came before the time a 429 had named.
    pub early: u32,
    /// How long the slowest answer was listened to.
    pub cut: Option<Duration>,
    /// The call before the fault was refused, so that the next one meets it.
    announced: bool,
    /// A call was left without an answer so that reading back begins.
    lost: bool,
    limited: Option<(Instant, Duration)>,
}

pub struct Door {
    pub address: SocketAddr,
    network: String,
    aim: Mutex<Option<(Fault, Step)>>,
    record: Mutex<Record>,
    /// Announced: the fault comes with the next call.
    pub announced: Notify,
    shut: Notify,
    closed: Notify,
    open: Notify,
}

impl Door {
    /// A door before the network at `host`, through which everything passes until it is aimed.
    pub async fn before(host: &str) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = Arc::new(Self {
            address: listener.local_addr().unwrap(),
            network: host.to_owned(),
            aim: Mutex::default(),
            record: Mutex::default(),
            announced: Notify::new(),
            shut: Notify::new(),
            closed: Notify::new(),
            open: Notify::new(),
        });
        tokio::spawn(Arc::clone(&door).serve(listener));
        door
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on the first call of a step goes wrong.
    pub fn aim(&self, fault: Fault, step: Step) {
        *self.aim.lock().unwrap() = Some((fault, step));
    }

    pub fn record(&self) -> Record {
        self.record.lock().unwrap().clone()
    }

    /// The app met the fault where no door could see it: everything passes again.
    pub fn met(&self) {
        self.record.lock().unwrap().met += 1;
        self.open.notify_one();
    }

    async fn serve(self: Arc<Self>, mut listener: TcpListener) {
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let Ok((stream, _)) = accepted else { continue };
                    if self.drops_unread() {
                        drop(stream);
                    } else {
                        tokio::spawn(Arc::clone(&self).pass(stream));
                    }
                }
                () = self.shut.notified() => {
                    drop(listener);
                    self.closed.notify_one();
                    self.open.notified().await;
                    listener = loop {
                        match TcpListener::bind(self.address).await {
                            Ok(listener) => break listener,
                            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                        }
                    };
                }
            }
        }
    }

    /// Whether this connection is the one to close before anything is read.
    fn drops_unread(&self) -> bool {
        let aimed = matches!(*self.aim.lock().unwrap(), Some((Fault::DropBeforeSend, _)));
        let mut record = self.record.lock().unwrap();
        let now = aimed && record.announced && record.met == 0;
        record.met += u32::from(now);
        now
    }

    /// One call. Without an answer from the network its client gets none either.
    async fn pass(self: Arc<Self>, mut stream: TcpStream) {
        let request = match read(&mut stream).await {
            Heard::Request(request) => request,
            Heard::Tls => {
                self.record.lock().unwrap().met += 1;
                let _ = stream.write_all(GATEWAY.as_bytes()).await;
                return;
            }
            Heard::Nothing => return,
        };
        match self.fault_for(&request) {
            None => {
                if let Some(answer) = request.forward(&self.network).await {
                    let _ = stream.write_all(&answer).await;
                }
            }
            Some(Meets::Announced) => {
                if matches!(*self.aim.lock().unwrap(), Some((Fault::Refuse, _))) {
                    self.shut.notify_one();
                    self.closed.notified().await;
                }
                self.announced.notify_one();
                let _ = stream.write_all(UNAVAILABLE.as_bytes()).await;
            }
            Some(Meets::Lost) => {
                request.forward(&self.network).await;
            }
            Some(Meets::Fault(fault)) => self.fail(fault, request, stream).await,
        }
    }

    /// Whether this call goes wrong, and how.
    fn fault_for(&self, request: &Request) -> Option<Meets> {
        let (fault, aimed) = (*self.aim.lock().unwrap())?;
        let step = Step::of(&request.method, &request.path)?;
        let mut record = self.record.lock().unwrap();
        if record.limited.is_some_and(|(since, wait)| since.elapsed() < wait) {
            record.early += 1;
        }
        if aimed == Step::ReadBack && step == Step::Publish && !record.lost {
            record.lost = true;
            return Some(Meets::Lost);
        }
        if step != aimed || record.met > 0 {
            return None;
        }
        if fault.comes_first() {
            let first = !std::mem::replace(&mut record.announced, true);
            return first.then_some(Meets::Announced);
        }
        record.met += 1;
        let untimed = if step == Step::TokenRenewal { Duration::ZERO } else { LIMITED_UNTIMED };
        match fault {
            Fault::Limited => record.limited = Some((Instant::now(), LIMITED)),
            Fault::LimitedUntimed => record.limited = Some((Instant::now(), untimed)),
            _ => {}
        }
        Some(Meets::Fault(fault))
    }

    async fn fail(&self, fault: Fault, request: Request, mut stream: TcpStream) {
        let began = Instant::now();
        let answer = match fault {
            Fault::TimeOut => {
                let _ = stream.read(&mut [0]).await;
                self.record.lock().unwrap().cut = Some(began.elapsed());
                return;
            }
            Fault::Reset => return stream.set_zero_linger().unwrap(),
            Fault::Limited => return limit(&mut stream, "Retry-After: 3\r\n").await,
            Fault::LimitedUntimed => return limit(&mut stream, "").await,
            Fault::LateAcceptance => {
                drop(stream);
                tokio::time::sleep(LATE).await;
                request.forward(&self.network).await;
                return;
            }
            _ => request.forward(&self.network).await.unwrap(),
        };
        match fault {
            Fault::HalfResponse => {
                let _ = stream.write_all(&answer[..answer.len() / 2]).await;
            }
            Fault::SlowDrip => {
                drip(&mut stream, &answer).await;
                self.record.lock().unwrap().cut = Some(began.elapsed());
            }
            Fault::ServerError => {
                let _ = stream.write_all(GATEWAY.as_bytes()).await;
            }
            Fault::WrongLength => {
                let _ = stream.write_all(&shortened(&answer, 7)).await;
            }
            // Dropped after it was sent.
            _ => {}
        }
    }
}

enum Meets {
    /// A documented refusal: the fault comes with the next call.
    Announced,
    /// Carried out, and no answer: what makes the app look.
    Lost,
    Fault(Fault),
}

async fn limit(stream: &mut TcpStream, wait: &str) {
    let body = "{\"error\":\"rate_limited\",\"message\":\"later\"}";
    let head = format!("HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\n{wait}");
    let answer = format!("{head}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// A byte every two seconds, until nobody listens any more.
async fn drip(stream: &mut TcpStream, answer: &[u8]) {
    let (mut listening, mut sending) = stream.split();
    for byte in answer {
        let gone = async { listening.read(&mut [0]).await };
        if tokio::time::timeout(DRIP, gone).await.is_ok() || sending.write_all(&[*byte]).await.is_err() {
            return;
        }
    }
}
