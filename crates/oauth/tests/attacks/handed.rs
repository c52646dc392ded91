//! Addresses that programs and pages hand over by the scheme of ours, or that a person is talked into pasting; and
//! addresses of endpoints that a hostile server would have opened or called.

use axum::{Json, response::IntoResponse};
use oauth::{DeviceAttempt, Flow, OauthError, Redirect};
use serde_json::{Value, json};

use crate::{
    attack::{Attack, attack},
    world::{Link, Server, flow, world},
};

const BACK: &str = "postroom://oauth/honest";

pub fn all() -> Vec<Attack> {
    let mut all = handed_over();
    all.extend(endpoints());
    all.extend(devices());
    all.extend(pushed());
    all
}

async fn by_scheme() -> Link {
    let server = Server::honest().await;
    let rules = Flow { redirect: Redirect::Scheme { uri: BACK.to_owned() }, ..flow(&server) };
    Link::with(server, rules).await
}

/// Hands an address over; whether its code was traded. Where it was not taken the person links after all.
async fn handed(address: impl Fn(&Link) -> String) -> bool {
    let mut link = by_scheme().await;
    let taken = link.inbox.take(&address(&link));
    if !taken {
        let query = link.consent().await;
        assert!(link.inbox.take(&format!("{BACK}?{query}")), "the person's own answer is taken");
        link.ended().await.expect("the person links after all");
        return false;
    }
    let _ = link.ended().await;
    link.server.got_code("evil")
}

fn evil(link: &Link) -> String {
    format!("code=evil&state={}&iss={}", link.state, link.server.base)
}

fn handed_over() -> Vec<Attack> {
    const ADDRESS: &[&str] = &["address"];
    let other = |name, start: &'static str| {
        attack(name, ADDRESS, move || handed(move |link| format!("{start}?{}", evil(link))))
    };
    vec![
        attack("scheme_with_another_state", &["state"], || {
            handed(|link| format!("{BACK}?code=evil&state=x&iss={}", link.server.base))
        }),
        other("scheme_with_another_path", "postroom://oauth/another"),
        other("scheme_with_another_place", "postroom://relink/honest"),
        other("scheme_with_an_option", "postroom://oauth/honest --vault=env"),
        other("scheme_with_a_quote_and_an_option", "postroom://oauth/honest\" --no-sandbox \""),
        other("scheme_with_a_user", "postroom://evil@oauth/honest"),
        other("scheme_with_a_port", "postroom://oauth:1/honest"),
        other("scheme_of_another_program", "postroomx://oauth/honest"),
        other("web_page_in_place_of_the_scheme", "https://oauth/honest"),
        other("file_in_place_of_the_scheme", "file://oauth/honest"),
        attack("scheme_of_a_novel_s_length", &["url_size"], || {
            handed(|link| format!("{BACK}?{}&pad={}", evil(link), "x".repeat(9_000)))
        }),
        attack("attempt_ended_by_calling_the_scheme", &["owns"], async || {
            let mut link = by_scheme().await;
            for _ in 0..20 {
                let _ = link.inbox.take(&format!("{BACK}?error=access_denied&state=x"));
            }
            let query = link.consent().await;
            let taken = link.inbox.take(&format!("{BACK}?{query}"));
            let ended = link.ended().await;
            !taken && ended.is_err()
        }),
    ]
}

const ENDPOINT: &[&str] = &["endpoint"];

/// Whether linking starts with an address put in place of an honest one.
async fn starts(with: impl Fn(Flow) -> Flow) -> bool {
    let server = Server::honest().await;
    let rules = with(flow(&server));
    Link::try_with(server, rules).await.is_ok()
}

fn endpoints() -> Vec<Attack> {
    let opened = |name, address: &'static str| {
        attack(name, ENDPOINT, move || starts(move |rules| Flow { authorize: address.to_owned(), ..rules }))
    };
    vec![
        opened("page_is_a_file", "file:///usr/bin/xterm"),
        opened("page_is_a_share_of_another_computer", "file://evil.example/share/run.exe"),
        opened("page_is_a_script", "javascript:alert(1)"),
        opened("page_is_data", "data:text/html,<script>alert(1)</script>"),
        opened("page_is_a_link_of_ours", "postroom://relink/acc_1"),
        opened("page_is_another_programs_link", "ms-msdt:/id"),
        opened("page_is_mail", "mailto:a@evil.example?attach=/etc/passwd"),
        opened("page_without_tls", "http://evil.example/authorize"),
        opened("page_with_a_user", "https://honest.example@evil.example/"),
        opened("page_with_a_password", "https://:secret@evil.example/"),
        opened("page_with_a_fragment", "https://evil.example/#/authorize"),
        opened("page_on_another_loopback_address", "http://127.0.0.2/authorize"),
        attack("page_of_a_novel_s_length", ENDPOINT, || {
            starts(|rules| Flow { authorize: format!("https://evil.example/{}", "x".repeat(5_000)), ..rules })
        }),
        attack("tokens_without_tls", ENDPOINT, || {
            starts(|rules| Flow { token: "http://evil.example/token".to_owned(), ..rules })
        }),
        attack("revocation_by_another_protocol", ENDPOINT, || {
            starts(|rules| Flow { revoke: Some("ftp://evil.example/".to_owned()), ..rules })
        }),
        attack("code_sent_in_the_clear", &["endpoint", "https_only"], async || {
            // Past the first guard, the client itself refuses to call it.
            let elsewhere = tokio::net::TcpListener::bind("127.0.0.2:0").await.unwrap();
            let server = Server::honest().await;
            let token = format!("http://{}/token", elsewhere.local_addr().unwrap());
            let Ok(mut link) = Link::try_with(server.clone(), Flow { token, ..flow(&server) }).await else {
                return false;
            };
            let query = link.consent().await;
            link.callback(&query).await;
            let _ = link.ended().await;
            tokio::time::timeout(std::time::Duration::from_secs(1), elsewhere.accept()).await.is_ok()
        }),
    ]
}

fn devices() -> Vec<Attack> {
    const CODE: &[&str] = &["user_code"];
    let shown = |name, guards, field: &'static str, value: fn() -> Value| {
        attack(name, guards, move || async move { device(field, value()).await.is_ok() })
    };
    vec![
        shown("code_page_is_a_script", ENDPOINT, "verification_uri", || json!("javascript:alert(1)")),
        shown("code_page_is_a_file", ENDPOINT, "verification_uri_complete", || json!("file:///usr/bin/xterm")),
        shown("code_to_type_is_markup", CODE, "user_code", || json!("<b>ABCD</b>")),
        shown("code_to_type_is_a_command", CODE, "user_code", || json!("ABCD\nrm -rf /")),
        shown("code_to_type_is_a_novel", CODE, "user_code", || json!("A".repeat(4_000))),
        shown("waiting_for_ever_between_questions", &["device_wait"], "interval", || json!(u64::MAX)),
        attack("code_that_never_ends", &["device_life"], async || {
            let attempt = device("expires_in", json!(86_400 * 365)).await.unwrap();
            attempt.code().expires_at.as_millis() > (crate::world::NOW_S + 3_600) * 1_000
        }),
        attack("questions_without_a_pause", &["device_pause"], async || {
            let server = device_server("interval", json!(0)).await;
            let rules = Flow { device: Some(server.at("/device")), ..flow(&server) };
            let attempt = DeviceAttempt::start(rules, world()).await.unwrap();
            let waiting = attempt.wait(tokio_util::sync::CancellationToken::new(), |_| {});
            let _ = tokio::time::timeout(std::time::Duration::from_secs(3), waiting).await;
            server.asked().len() > 20
        }),
    ]
}

async fn device(field: &'static str, value: Value) -> Result<DeviceAttempt, OauthError> {
    let server = device_server(field, value).await;
    let rules = Flow { device: Some(server.at("/device")), ..flow(&server) };
    DeviceAttempt::start(rules, world()).await
}

async fn device_server(field: &'static str, value: Value) -> Server {
    Server::start(move |asked| {
        let mut code = json!({
            "device_code": "d", "user_code": "WDJB-MJHT", "verification_uri": "https://example.com/device", "expires_in": 900,
        });
        code[field] = value.clone();
        match asked.path.as_str() {
            "/device" => Some(Json(code).into_response()),
            _ => Some(Json(json!({"error": "authorization_pending"})).into_response()),
        }
    })
    .await
}

fn pushed() -> Vec<Attack> {
    let named = |name, value: fn() -> String| {
        attack(name, &["request_uri"], move || async move {
            let server = Server::saying("/par", json!({"request_uri": value(), "expires_in": 60})).await;
            let rules = Flow { par: Some(server.at("/par")), ..flow(&server) };
            Link::try_with(server, rules).await.is_ok()
        })
    };
    vec![
        named("request_sent_ahead_gets_no_name", String::new),
        named("request_sent_ahead_gets_a_novel_for_a_name", || format!("urn:{}", "x".repeat(3_000))),
    ]
}
