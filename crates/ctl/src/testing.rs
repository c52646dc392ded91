//! Doubles for this crate's tests: a backend with prepared answers, and a screen that remembers.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use domain::{AccountId, ErrorCode, UtcMs, ports::Random};
use ipc::wire::Failure;
use serde_json::{Value, json};

use crate::{backend::Backend, console::Console};

/// Answers as prepared and remembers what it was asked. Several answers to one method are given in turn, the
/// last one again and again.
#[derive(Default)]
pub struct Fake {
    answers: Mutex<BTreeMap<String, Vec<Result<Value, Failure>>>>,
    asked: Mutex<Vec<(String, Value)>>,
}

impl Fake {
    pub fn on(self, method: &str, answer: Value) -> Self {
        self.prepare(method, Ok(answer))
    }

    pub fn failing(self, method: &str, code: ErrorCode) -> Self {
        self.prepare(method, Err(failure(code)))
    }

    fn prepare(self, method: &str, answer: Result<Value, Failure>) -> Self {
        self.answers.lock().unwrap().entry(method.to_owned()).or_default().push(answer);
        self
    }

    /// The parameters of every call of a method.
    pub fn asked(&self, method: &str) -> Vec<Value> {
        self.asked.lock().unwrap().iter().filter(|(name, _)| name == method).map(|(_, params)| params.clone()).collect()
    }
}

#[async_trait]
impl Backend for Fake {
    async fn call(&self, method: &str, params: Value) -> Result<Value, Failure> {
        self.asked.lock().unwrap().push((method.to_owned(), params));
        let mut answers = self.answers.lock().unwrap();
        let prepared = answers.get_mut(method).unwrap_or_else(|| panic!("{method} was not expected"));
        if prepared.len() > 1 { prepared.remove(0) } else { prepared[0].clone() }
    }
}

pub fn failure(code: ErrorCode) -> Failure {
    Failure {
        code,
        message: "It failed.".to_owned(),
        action: "Do something.".to_owned(),
        details: String::new(),
        findings: Vec::new(),
    }
}

/// Remembers what was printed.
#[derive(Default, Clone)]
pub struct Screen {
    out: Paper,
    err: Paper,
}

#[derive(Default, Clone)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Screen {
    pub fn console(&self, json: bool) -> Console {
        Console::new(Box::new(self.out.clone()), Box::new(self.err.clone()), json, false, false)
    }

    pub fn out(&self) -> String {
        String::from_utf8(self.out.0.lock().unwrap().clone()).unwrap()
    }

    pub fn err(&self) -> String {
        String::from_utf8(self.err.0.lock().unwrap().clone()).unwrap()
    }
}

struct Fixed(u8);

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// 2026-11-21T10:00:00Z.
pub fn now() -> UtcMs {
    UtcMs::from_millis(1_795_255_200_000)
}

pub fn account_id(n: u8) -> AccountId {
    AccountId::new(now(), &Fixed(n))
}

pub fn publication_id(n: u8) -> domain::PublicationId {
    domain::PublicationId::new(now(), &Fixed(n))
}

pub fn post_id(n: u8) -> domain::PostId {
    domain::PostId::new(now(), &Fixed(n))
}

pub fn media_id(n: u8) -> domain::MediaId {
    domain::MediaId::new(now(), &Fixed(n))
}

pub fn account(n: u8, handle: &str) -> Value {
    json!({
        "id": account_id(n), "platform": "practice", "remote_id": "acct_1", "handle": handle, "name": "Robin Doe",
        "kind": "a", "origin": "http://127.0.0.1:4100", "custom_endpoints": false, "method": "oauth",
        "state": "healthy",
        "state_reason": "", "class": "a", "scopes": ["read", "write"], "access_expires_at": "2026-11-21T11:00:00.000Z",
        "renews": true, "linked_at": "2026-11-21T09:00:00.000Z", "checked_at": null, "waiting": 2,
        "limits": limits(), "options": []
    })
}

pub fn publication(n: u8, state: &str) -> Value {
    json!({
        "id": publication_id(n), "post": post_id(n), "account": account_id(n), "platform": "practice",
        "handle": "robin", "title": "Hello", "state": state, "group": "next", "held": null, "reason": "",
        "cause": null, "schedule": schedule(), "next_at": null, "attempts": 0, "parts_done": 0, "parts": 1,
        "step": "", "url": "", "published_at": null, "class": "a", "edited_at": null, "deleted_at": null, "change": null,
        "can_delete": state == "published", "can_edit": state == "published"
    })
}

pub fn schedule() -> Value {
    json!({"at": "2026-11-24T08:30:00.000Z", "wall": "2026-11-24T09:30:00", "zone": "Europe/Berlin"})
}

pub fn post(n: u8, state: &str, publications: &[Value]) -> Value {
    let schedule = if state == "draft" { Value::Null } else { schedule() };
    json!({
        "id": post_id(n), "state": state, "schedule": schedule, "publications": publications,
        "media": [], "created_at": "2026-11-21T09:00:00.000Z", "updated_at": "2026-11-21T09:00:00.000Z",
        "draft": {
            "content": {"parts": [{"text": "Hello\nworld", "media": [], "card": null}], "language": "", "first_comment": ""},
            "variants": [], "accounts": [account_id(n)]
        }
    })
}

pub fn media(n: u8) -> Value {
    json!({
        "id": media_id(n), "kind": "image", "mime": "image/png", "bytes": 1_234, "width": 640, "height": 480,
        "duration_ms": null, "digest": "00ff", "name": "boat.png", "alt": "A red boat"
    })
}

fn limits() -> Value {
    json!({
        "text": {"graphemes_max": 300, "bytes_max": 3_000, "url_chars": null, "short_mentions": false},
        "images_max": 4, "image_max_bytes": 1_000_000, "image_max_side": 2_000, "image_types": ["image/png"],
        "alt_max_chars": 1_000, "parts_max": 25, "text_optional_with_media": true
    })
}

pub fn platform(id: &str) -> Value {
    json!({
        "id": id, "name": "The Network", "color": "#000000", "badge": "X", "methods": ["oauth", "app-password"],
        "asks_instance": true, "default_instance": "https://x.example", "publishes": true,
        "asks_handle": false, "consent_days": null, "kinds": [],
        "needs": {"app": "Not needed.", "cost": "Nothing.", "review": "None.", "private": ""},
        "scopes": [{"name": "write", "reason": "publishes your posts"}],
        "limits": limits(), "options": [],
        "endpoints": {"authorize": "https://x.example/authorize", "api": "https://api.x.example"},
        "source": "the sheet, 2026-11-20", "practice": false
    })
}

/// Stands at [`now`].
pub struct Stopped;

impl domain::ports::Clock for Stopped {
    fn now(&self) -> UtcMs {
        now()
    }

    fn monotonic_ms(&self) -> u64 {
        0
    }
}

/// A shell over a fake, in Berlin.
pub fn shell<'a>(
    fake: &'a Fake,
    console: &'a Console,
    overrides: &'a crate::endpoints::Overrides,
) -> crate::shell::Shell<'a> {
    static APPS: BTreeMap<String, domain::Secret<String>> = BTreeMap::new();
    crate::shell::Shell { backend: fake, console, clock: &Stopped, zone: "Europe/Berlin", overrides, apps: &APPS }
}
