//! What hostile servers answer: descriptions of themselves, redirects, tokens, registrations, and too much of anything.

use std::{io::Write, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::Secret;
use flate2::{Compression, write::GzEncoder};
use oauth::{Application, Flow, Grant, OauthError, Reading, discover, refresh, register};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    answers::describing,
    attack::{Attack, attack},
    tls,
    world::{Asked, Link, Server, body, flow, platform, tokens, tokens_with, world},
};

pub fn all() -> Vec<Attack> {
    let mut all = descriptions();
    all.extend(redirects());
    all.extend(grants());
    all.extend(floods());
    all.extend(registrations());
    all
}

fn descriptions() -> Vec<Attack> {
    let said = |name, guards, odd: fn() -> Value| {
        attack(name, guards, move || async move {
            let server = describing(odd()).await;
            discover(&world(), &platform(), &server.base).await.is_ok()
        })
    };
    vec![
        said("description_of_another_server", &["metadata_issuer"], || json!({"issuer": "https://honest.example"})),
        said(
            "description_of_a_neighbour_on_the_same_host",
            &["metadata_issuer"],
            || json!({"issuer": "http://127.0.0.1:1/other"}),
        ),
        said(
            "description_with_a_script_for_a_page",
            &["endpoint"],
            || json!({"authorization_endpoint": "javascript:alert(1)"}),
        ),
        said(
            "description_with_a_file_for_a_page",
            &["endpoint"],
            || json!({"authorization_endpoint": "file://evil.example/x"}),
        ),
        said(
            "description_that_falls_back_to_http",
            &["endpoint"],
            || json!({"token_endpoint": "http://evil.example/token"}),
        ),
        said(
            "description_with_keys_elsewhere_in_the_clear",
            &["endpoint"],
            || json!({"jwks_uri": "http://evil.example/keys"}),
        ),
        said(
            "description_with_a_user_in_an_address",
            &["endpoint"],
            || json!({"revocation_endpoint": "https://a:b@evil.example/"}),
        ),
        said("description_of_a_thousand_scopes", &["lists"], || json!({"scopes_supported": vec!["x"; 1_000]})),
        attack("description_that_leads_to_this_computer", &["this_computer"], async || {
            let server = tls::server(|base| {
                let service = "http://127.0.0.1:631/admin";
                (200, json!({"issuer": base, "authorization_endpoint": service, "token_endpoint": service}).to_string())
            })
            .await;
            discover(&world(), &platform(), &server).await.is_ok()
        }),
        attack("description_without_an_end", &["answer_size"], async || {
            let server = Server::start(|asked| {
                let long = format!("{{\"issuer\": \"x\", \"pad\": \"{}\"}}", "x".repeat(2 << 20));
                asked.path.contains("well-known").then(|| body("application/json", long))
            })
            .await;
            // Read to its end, it would have been found to be of somebody else.
            let Err(OauthError::Exchange(error)) = discover(&world(), &platform(), &server.base).await else {
                return true;
            };
            error.remote_message.contains("another server")
        }),
    ]
}

fn to(place: &str, status: StatusCode) -> Response {
    (status, [(header::LOCATION, place.to_owned())]).into_response()
}

/// Whether an honest address that redirects sends a form on to somebody else.
async fn sent_on(path: &'static str, status: StatusCode) -> bool {
    let evil = Server::start(|_| Some(Json(tokens()).into_response())).await;
    let there = evil.at("/take");
    let server = Server::start(move |asked| (asked.path == path).then(|| to(&there, status))).await;
    let rules = Flow { par: (path == "/par").then(|| server.at("/par")), ..flow(&server) };
    if path == "/refresh" {
        let rules = Flow { token: server.at("/refresh"), ..rules };
        let _ = refresh(&rules, &world(), &Secret::from("old"), None).await;
    } else if let Ok(mut link) = Link::try_with(server, rules).await {
        let query = link.consent().await;
        link.callback(&query).await;
        let _ = link.ended().await;
    }
    !evil.asked().is_empty()
}

fn redirects() -> Vec<Attack> {
    const REDIRECTS: &[&str] = &["redirects"];
    vec![
        attack("code_sent_on_by_a_redirect", REDIRECTS, || sent_on("/token", StatusCode::TEMPORARY_REDIRECT)),
        attack("code_sent_on_for_good", REDIRECTS, || sent_on("/token", StatusCode::PERMANENT_REDIRECT)),
        attack("code_asked_for_elsewhere", REDIRECTS, || sent_on("/token", StatusCode::FOUND)),
        attack("refresh_token_sent_on_by_a_redirect", REDIRECTS, || {
            sent_on("/refresh", StatusCode::TEMPORARY_REDIRECT)
        }),
        attack("request_sent_on_by_a_redirect", REDIRECTS, || sent_on("/par", StatusCode::TEMPORARY_REDIRECT)),
        attack("description_by_an_open_redirect", REDIRECTS, async || {
            let evil = Server::start(|asked| asked.path.contains("well-known").then(|| described_for(asked))).await;
            let there = evil.base.clone();
            let honest = Server::start(move |asked| {
                let place = format!("{there}{}?for={}", asked.path, asked.headers.get("host")?.to_str().ok()?);
                asked.path.contains("well-known").then(|| to(&place, StatusCode::FOUND))
            })
            .await;
            discover(&world(), &platform(), &honest.base).await.is_ok()
        }),
        attack("redirect_from_tls_to_none", REDIRECTS, async || {
            let plain =
                Server::start(|asked| asked.path.contains("well-known").then(|| StatusCode::OK.into_response())).await;
            let there = plain.at("/.well-known/x");
            let server = tls::server(move |_| (302, there.clone())).await;
            let _ = discover(&world(), &platform(), &server).await;
            !plain.asked().is_empty()
        }),
    ]
}

/// A description that claims to be that of the server somebody was redirected from.
fn described_for(asked: &Asked) -> Response {
    let honest = format!("http://{}", asked.fields["for"]);
    let evil = format!("http://{}", asked.headers["host"].to_str().unwrap());
    let said =
        json!({"issuer": honest, "authorization_endpoint": format!("{evil}/a"), "token_endpoint": format!("{evil}/t")});
    Json(said).into_response()
}

/// Links where the token endpoint answers so.
async fn granted(said: Value) -> Result<Grant, OauthError> {
    granted_by(|rules| rules, said).await
}

async fn granted_by(with: impl Fn(Flow) -> Flow, said: Value) -> Result<Grant, OauthError> {
    let server = Server::saying("/token", said).await;
    let rules = with(flow(&server));
    let mut link = Link::with(server, rules).await;
    let query = link.consent().await;
    assert!(link.callback(&query).await.taken());
    link.ended().await
}

/// Renews where the token endpoint answers so.
async fn renewed(said: Value) -> Result<Grant, OauthError> {
    let server = Server::saying("/token", said).await;
    refresh(&flow(&server), &world(), &Secret::from("old"), None).await
}

fn grants() -> Vec<Attack> {
    const EMPTY: &[&str] = &["empty_token"];
    const KIND: &[&str] = &["token_type"];
    const TOLD: &[(&str, &str)] = &[("id", "/id")];
    vec![
        attack("access_token_empty", EMPTY, async || granted(tokens_with("access_token", json!(""))).await.is_ok()),
        attack("renewed_with_an_empty_access_token", EMPTY, async || {
            renewed(tokens_with("access_token", json!(""))).await.is_ok()
        }),
        attack("renewed_with_an_empty_refresh_token", EMPTY, async || {
            let grant = renewed(tokens_with("refresh_token", json!(""))).await.unwrap();
            grant.refresh.is_none_or(|token| token.expose() != "old")
        }),
        attack("tokens_beside_an_error", &["error_with_200"], async || {
            granted(tokens_with("error", json!("invalid_grant"))).await.is_ok()
        }),
        attack("renewed_beside_an_error", &["error_with_200"], async || {
            renewed(tokens_with("error", json!("invalid_grant"))).await.is_ok()
        }),
        attack("bound_tokens_that_are_not", KIND, async || {
            granted_by(|rules| Flow { dpop: true, ..rules }, tokens()).await.is_ok()
        }),
        attack("tokens_bound_to_a_key_of_somebody", KIND, async || {
            granted(tokens_with("token_type", json!("DPoP"))).await.is_ok()
        }),
        attack("renewed_with_tokens_of_another_kind", KIND, async || {
            renewed(tokens_with("token_type", json!("dpop"))).await.is_ok()
        }),
        attack("token_that_lives_for_ages", &["life"], async || {
            let grant = granted(tokens_with("expires_in", json!(1_000_000_000_000_i64))).await.unwrap();
            grant.expires_in_ms.is_none_or(|life| life > 11 * 366 * 86_400_000)
        }),
        attack("fact_of_a_novel_s_length", &["told_size"], async || {
            let reading = Reading { told: TOLD, ..Reading::default() };
            let grant =
                granted_by(|rules| Flow { reading, ..rules }, tokens_with("id", json!("x".repeat(5_000)))).await;
            !grant.unwrap().told.is_empty()
        }),
    ]
}

/// Links where the token endpoint answers with some body.
async fn flooded(answer: impl Fn() -> Response + Send + Sync + 'static) -> Result<Grant, OauthError> {
    let server = Server::start(move |asked| (asked.path == "/token").then(&answer)).await;
    let rules = flow(&server);
    let mut link = Link::with(server, rules).await;
    let query = link.consent().await;
    assert!(link.callback(&query).await.taken());
    link.ended().await
}

/// Good tokens with so many spaces before them.
fn spaced(bytes: usize) -> Vec<u8> {
    let mut text = vec![b' '; bytes];
    text.extend(tokens().to_string().bytes());
    text
}

fn floods() -> Vec<Attack> {
    const SIZE: &[&str] = &["answer_size"];
    vec![
        attack("tokens_in_a_megabyte", SIZE, async || {
            flooded(|| body("application/json", spaced(1 << 20))).await.is_ok()
        }),
        attack("tokens_that_unfold", SIZE, async || {
            let mut packed = GzEncoder::new(Vec::new(), Compression::best());
            packed.write_all(&spaced(32 << 20)).unwrap();
            let packed = packed.finish().unwrap();
            assert!(packed.len() < 60_000, "it is small on its way");
            let answer = move || {
                let headers = [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_ENCODING, "gzip")];
                (headers, packed.clone()).into_response()
            };
            flooded(answer).await.is_ok()
        }),
        attack("tokens_that_never_come", &["answer_time"], async || {
            let server = Server::start(|asked| {
                let drops = futures::stream::unfold((), async |()| {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    Some((Ok::<_, std::io::Error>(Bytes::from_static(b" ")), ()))
                });
                (asked.path == "/token").then(|| body("application/json", Body::from_stream(drops)))
            })
            .await;
            let rules = flow(&server);
            let mut link = Link::with(server, rules).await;
            let query = link.consent().await;
            assert!(link.callback(&query).await.taken());
            // Its limit is three seconds here.
            timeout(Duration::from_secs(10), link.ended()).await.is_err()
        }),
    ]
}

fn registrations() -> Vec<Attack> {
    const REGISTERED: &[&str] = &["registered"];
    let said = |name, odd: fn() -> Value| {
        attack(name, REGISTERED, move || async move {
            let server = Server::saying("/register", odd()).await;
            let application = Application {
                name: "Postroom".to_owned(),
                redirects: vec!["http://127.0.0.1/oauth/honest".to_owned()],
                scopes: Vec::new(),
                device: false,
            };
            register(&world(), &platform(), &server.at("/register"), &application).await.is_ok()
        })
    };
    vec![
        said("client_without_an_id", || json!({"client_id": ""})),
        said("client_whose_id_ends_a_header", || json!({"client_id": "a\r\nX-Evil: 1"})),
        said("client_with_a_novel_for_an_id", || json!({"client_id": "a".repeat(5_000)})),
        said("client_whose_secret_ends_a_header", || json!({"client_id": "a", "client_secret": "s\r\nX-Evil: 1"})),
    ]
}
