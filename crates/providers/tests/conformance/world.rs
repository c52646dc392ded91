//! What the cases need of a platform under test, and the product's side of it: clock, randomness, tokens.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use domain::{
    EffectKind, ErrorKind, PlatformId, ProviderError, Retry, Secret, UtcMs,
    media::digest_hex,
    ports::{Call, CallLog, Clock, Random, TokenSource},
};
use providers::{
    Provider,
    provider::{Rendition, Session, Tokens},
};
use serde_json::Value;

/// What the platform does wrong on the next call others could see the result of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    Reject,
    RateLimit,
    ServerError,
    Hang,
    LostReply,
    AcceptLate,
    Garbage,
    HalfBody,
}

/// Something others can see, as the platform's own record tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub id: String,
    pub text: String,
    pub alts: Vec<String>,
    pub parent: Option<String>,
    /// All the platform tells of it.
    pub raw: Value,
}

/// A platform under test with one linked account.
#[async_trait]
pub trait World: Send + Sync {
    fn provider(&self) -> Arc<dyn Provider>;
    /// The same with a time limit short enough to wait for.
    fn impatient(&self) -> Arc<dyn Provider>;
    fn session(&self) -> Session;
    fn tokens(&self) -> Arc<Held>;
    /// Makes trouble for the next effect; the session to meet it with.
    async fn trouble(&self, trouble: Trouble) -> Session;
    /// The same for the next deletion or edit.
    async fn change_trouble(&self, kind: EffectKind, trouble: Trouble) -> Session;
    /// The owner edits a post with another app.
    async fn change_elsewhere(&self, id: &str, text: &str);
    async fn expire_access(&self);
    async fn revoke(&self);
    /// The platform restricts the account.
    async fn restrict(&self);
    /// Everything visible of the account, oldest first, as the witness says.
    async fn seen(&self) -> Vec<Seen>;
    /// A text as the platform stores it.
    fn stored(&self, text: &str) -> String {
        text.to_owned()
    }
    /// What a broken server means here.
    fn broken(&self) -> (ErrorKind, Retry);
    /// A folder for pictures.
    fn folder(&self) -> PathBuf;
}

pub struct WallClock(Instant);

impl WallClock {
    pub fn shared() -> Arc<dyn Clock> {
        Arc::new(Self(Instant::now()))
    }
}

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "the servers under test have clocks of their own")]
    fn now(&self) -> UtcMs {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        UtcMs::from_millis(i64::try_from(since.as_millis()).unwrap())
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap()
    }
}

/// Different numbers at every call; nothing secret hangs on them here.
pub struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}

#[derive(Default)]
pub struct Silent;

impl CallLog for Silent {
    fn record(&self, _call: Call) {}
}

pub fn http() -> net::Client {
    net::Client::new(WallClock::shared(), Arc::new(Silent), Arc::new(Counting(AtomicU64::new(1)))).unwrap()
}

/// How a token pair is renewed.
#[async_trait]
pub trait Renewer: Send + Sync {
    async fn renew(&self, refresh: &Secret<String>) -> Result<Tokens, ProviderError>;
}

/// The tokens of the account, and how often they were renewed.
pub struct Held {
    pair: Mutex<Tokens>,
    renewer: Box<dyn Renewer>,
    renewals: AtomicU64,
}

impl Held {
    pub fn new(tokens: Tokens, renewer: Box<dyn Renewer>) -> Arc<Self> {
        Arc::new(Self { pair: Mutex::new(tokens), renewer, renewals: AtomicU64::new(0) })
    }

    pub fn renewals(&self) -> u64 {
        self.renewals.load(Ordering::SeqCst)
    }

    pub fn replace(&self, tokens: Tokens) {
        *self.pair.lock().unwrap() = tokens;
    }

    pub fn refresh(&self) -> Secret<String> {
        self.pair.lock().unwrap().refresh.clone().unwrap()
    }
}

#[async_trait]
impl TokenSource for Held {
    async fn access(&self) -> Result<Secret<String>, ProviderError> {
        Ok(self.pair.lock().unwrap().access.clone())
    }

    async fn renew(&self, _refused: &Secret<String>) -> Result<Secret<String>, ProviderError> {
        let refresh = self.refresh();
        let fresh = self.renewer.renew(&refresh).await?;
        self.renewals.fetch_add(1, Ordering::SeqCst);
        let access = fresh.access.clone();
        *self.pair.lock().unwrap() = fresh;
        Ok(access)
    }
}

pub fn platform(id: &str) -> PlatformId {
    PlatformId::parse(id).unwrap()
}

/// A PNG of one pixel.
const PIXEL: &str = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da635865ac04\
    00028a0100aa71cf680000000049454e44ae426082";

/// A PNG of exactly `bytes` bytes, most of them after its end, different for every `number`.
pub fn picture(folder: &std::path::Path, number: u8, bytes: usize, alt: &str) -> Rendition {
    let mut content = hex::decode(PIXEL).unwrap();
    content.resize(bytes, number);
    let path = folder.join(format!("picture-{number}-{bytes}.png"));
    std::fs::write(&path, &content).unwrap();
    Rendition {
        path,
        digest: digest_hex(&content),
        mime: "image/png".to_owned(),
        bytes: bytes as u64,
        width: 1_200,
        height: 800,
        alt: alt.to_owned(),
    }
}
