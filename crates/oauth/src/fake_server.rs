//! An authorization server for tests, written from RFC 6749, 7009, 7636 and 9207: codes are good once, the
//! proof key, client and redirect address must fit, refresh tokens rotate. Tests set one fault at a time.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

type Fields = HashMap<String, String>;

/// What goes wrong, or differs, at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    #[default]
    None,
    /// The person says no.
    Denied,
    /// The server reports an error of its own through the browser.
    ServerError,
    /// `iss` of another server.
    ForeignIss,
    /// No `iss`.
    NoIss,
    /// The token endpoint answers with this status and an HTML page.
    TokenStatus(u16),
    /// `invalid_grant`.
    InvalidGrant,
    /// An error with status 200.
    ErrorWith200,
    /// Never answers.
    Hang,
    /// Leaves out `expires_in`, `scope` and `refresh_token`.
    Sparse,
    /// Grants less than was asked for.
    Narrow,
    /// Revocation is down.
    RevokeDown,
    /// Revocation takes access tokens only.
    RevokeAccessOnly,
}

#[derive(Default)]
pub struct Book {
    pub fault: Fault,
    pub codes: BTreeMap<String, Fields>,
    pub refresh: Vec<String>,
    pub token_calls: Vec<Fields>,
    pub authorization: Vec<Option<String>>,
    pub revoked: Vec<Fields>,
    issued: usize,
}

impl Book {
    fn next(&mut self, what: &str) -> String {
        self.issued += 1;
        format!("{what}-{}", self.issued)
    }
}

#[derive(Clone)]
pub struct FakeServer {
    pub base: String,
    book: Arc<Mutex<Book>>,
}

impl FakeServer {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { base, book: Arc::default() };
        let router = Router::new()
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/revoke", post(revoke))
            .with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }
}

/// The consent page, with the person's answer already given.
async fn authorize(State(server): State<FakeServer>, Query(asked): Query<Fields>) -> Response {
    let mut book = server.book();
    let proof_fits = asked.get("code_challenge_method").is_none_or(|method| method == "S256");
    if asked["response_type"] != "code" || asked["client_id"].is_empty() || !proof_fits {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let fault = book.fault;
    let mut back = url::Url::parse(&asked["redirect_uri"]).unwrap();
    back.query_pairs_mut().append_pair("state", &asked["state"]);
    match fault {
        Fault::Denied => {
            back.query_pairs_mut()
                .append_pair("error", "access_denied")
                .append_pair("error_description", "The <b>user</b> said no");
        }
        Fault::ServerError => {
            back.query_pairs_mut().append_pair("error", "temporarily_unavailable");
        }
        _ => {
            let code = book.next("code");
            back.query_pairs_mut().append_pair("code", &code);
            book.codes.insert(code, asked);
        }
    }
    match fault {
        Fault::NoIss => {}
        Fault::ForeignIss => drop(back.query_pairs_mut().append_pair("iss", "https://evil.example")),
        _ => drop(back.query_pairs_mut().append_pair("iss", &server.base)),
    }
    Redirect::to(back.as_str()).into_response()
}

async fn token(State(server): State<FakeServer>, headers: HeaderMap, Form(form): Form<Fields>) -> Response {
    let fault = {
        let mut book = server.book();
        book.token_calls.push(form.clone());
        book.authorization.push(headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned()));
        book.fault
    };
    match fault {
        Fault::Hang => std::future::pending().await,
        Fault::TokenStatus(status) => {
            let headers = [(header::RETRY_AFTER, "30"), (header::CONTENT_TYPE, "text/html")];
            return (StatusCode::from_u16(status).unwrap(), headers, "<h1>down</h1>").into_response();
        }
        Fault::InvalidGrant => return refused("invalid_grant", "used up"),
        Fault::ErrorWith200 => {
            return Json(json!({"error": "bad_verification_code", "error_description": "no"})).into_response();
        }
        _ => {}
    }
    let mut book = server.book();
    let scope = match form["grant_type"].as_str() {
        "authorization_code" => {
            let Some(asked) = book.codes.remove(&form["code"]) else { return refused("invalid_grant", "unknown code") };
            if asked["redirect_uri"] != form["redirect_uri"] || !proof_fits(&asked, &form) {
                return refused("invalid_grant", "does not fit the request");
            }
            asked["scope"].clone()
        }
        "refresh_token" => {
            let Some(at) = book.refresh.iter().position(|token| *token == form["refresh_token"]) else {
                return refused("invalid_grant", "unknown refresh token");
            };
            if fault != Fault::Sparse {
                book.refresh.remove(at);
            }
            "read write".to_owned()
        }
        _ => return refused("unsupported_grant_type", ""),
    };
    let mut answer = json!({"access_token": book.next("access"), "token_type": "Bearer"});
    if fault != Fault::Sparse {
        let refresh = book.next("refresh");
        book.refresh.push(refresh.clone());
        answer["refresh_token"] = Value::from(refresh);
        answer["expires_in"] = Value::from(3_600);
        answer["scope"] = Value::from(if fault == Fault::Narrow { "read".to_owned() } else { scope });
    }
    Json(answer).into_response()
}

fn proof_fits(asked: &Fields, form: &Fields) -> bool {
    let shown = form.get("code_verifier").map(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)));
    asked.get("code_challenge") == shown.as_ref()
}

fn refused(error: &str, words: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error, "error_description": words}))).into_response()
}

async fn revoke(State(server): State<FakeServer>, Form(form): Form<Fields>) -> Response {
    let mut book = server.book();
    let is_refresh = form["token_type_hint"] == "refresh_token";
    match book.fault {
        Fault::RevokeDown => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "60")]).into_response(),
        Fault::RevokeAccessOnly if is_refresh => refused("unsupported_token_type", ""),
        _ => {
            book.revoked.push(form);
            StatusCode::OK.into_response()
        }
    }
}
