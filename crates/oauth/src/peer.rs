//! A server for tests that answers as it is told to, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::Value;
use url::form_urlencoded;

/// One call.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: http::HeaderMap,
    pub fields: Vec<(String, String)>,
    pub body: Bytes,
}

impl Asked {
    /// A field of the query or the form.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Status, JSON, and a header.
pub struct Said(pub u16, pub Value, pub Option<(&'static str, &'static str)>);

impl Said {
    pub const fn json(status: u16, body: Value) -> Self {
        Self(status, body, None)
    }
}

type Answering = dyn Fn(&Asked, usize) -> Said + Send + Sync;

#[derive(Clone)]
pub struct Peer {
    pub base: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    answering: Arc<Answering>,
}

impl Peer {
    /// Starts one; `answering` gets each call and how many came before it.
    pub async fn start(answering: impl Fn(&Asked, usize) -> Said + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let peer = Self { base, asked: Arc::default(), answering: Arc::new(answering) };
        let router = Router::new().fallback(answer).with_state(peer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        peer
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(peer): State<Peer>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let fields = [query, &body].into_iter().flat_map(|part| form_urlencoded::parse(part).into_owned()).collect();
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    let asked = Asked { method, path, headers: parts.headers, fields, body };
    let before = {
        let mut all = peer.asked.lock().unwrap();
        all.push(asked.clone());
        all.len() - 1
    };
    let Said(status, body, header) = (peer.answering)(&asked, before);
    let mut response = (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response();
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
