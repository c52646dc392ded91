use super::*;

const STATE: &str = "the-right-state";
const BACK: &str = "http://127.0.0.1:4711/oauth/practice";

fn desk(issuer: Option<Issuer>) -> (Desk, oneshot::Receiver<Outcome>) {
    Desk::new(Expected {
        redirect_uri: BACK.parse().unwrap(),
        state: Secret::from(STATE),
        issuer,
        origin: "https://as.example".to_owned(),
        site: None,
    })
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    map.insert("host", "127.0.0.1:4711".parse().unwrap());
    for (name, value) in pairs {
        map.insert(*name, value.parse().unwrap());
    }
    map
}

fn get(desk: &Desk, path: &str, query: &str) -> Reply {
    desk.answer(&Method::GET, path, query, &headers(&[]))
}

fn callback(desk: &Desk, query: &str) -> Reply {
    get(desk, "/oauth/practice", query)
}

const BAD: Reply = Reply::Page(StatusCode::BAD_REQUEST, Page::NotOurs);

#[test]
fn the_right_answer_is_taken_once() {
    let (desk, mut outcome) = desk(None);
    assert_eq!(get(&desk, "/done", ""), Reply::Empty(StatusCode::NOT_FOUND), "not before");
    assert_eq!(callback(&desk, "code=abc&state=the-right-state"), Reply::SeeDone);
    assert!(matches!(outcome.try_recv(), Ok(Outcome::Code(code)) if code.expose() == "abc"));
    assert_eq!(callback(&desk, "code=abc&state=the-right-state"), BAD, "a replay is refused");
    assert_eq!(get(&desk, "/done", ""), Reply::Page(StatusCode::OK, Page::Received));
}

#[test]
fn wrong_missing_and_doubled_parameters_keep_it_waiting() {
    let wrong = [
        "",
        "code=x",
        "code=x&state=wrong",
        "code=a&code=b&state=the-right-state",
        "state=the-right-state&state=x&code=a",
    ];
    for query in &wrong[..4] {
        let (desk, mut outcome) = desk(None);
        assert_eq!(callback(&desk, query), BAD, "{query}");
        assert!(outcome.try_recv().is_err());
        assert_eq!(callback(&desk, "code=abc&state=the-right-state"), Reply::SeeDone);
    }
    let (desk, mut outcome) = desk(None);
    for query in wrong {
        assert_eq!(callback(&desk, query), BAD);
    }
    assert!(matches!(outcome.try_recv(), Ok(Outcome::Mismatch)), "the fifth wrong answer ends it");
    assert_eq!(callback(&desk, "code=abc&state=the-right-state"), BAD);
}

#[test]
fn other_hosts_are_misdirected() {
    let (desk, mut outcome) = desk(None);
    let hosts = [
        "evil.com",
        "evil.com:4711",
        "127.0.0.1",
        "127.0.0.1:4712",
        "localhost:4711",
        "[::1]",
        "127.0.0.1:4711.evil.com",
    ];
    for host in hosts {
        let reply =
            desk.answer(&Method::GET, "/oauth/practice", "code=a&state=the-right-state", &headers(&[("host", host)]));
        assert_eq!(reply, Reply::Empty(StatusCode::MISDIRECTED_REQUEST), "{host}");
    }
    let none = desk.answer(&Method::GET, "/oauth/practice", "code=a&state=the-right-state", &HeaderMap::new());
    assert_eq!(none, Reply::Empty(StatusCode::MISDIRECTED_REQUEST));
    assert!(outcome.try_recv().is_err());
    let v6 = desk.answer(
        &Method::GET,
        "/oauth/practice",
        "code=a&state=the-right-state",
        &headers(&[("host", "[::1]:4711")]),
    );
    assert_eq!(v6, Reply::SeeDone);
}

#[test]
fn scripts_frames_and_foreign_origins_are_refused() {
    let (desk, mut outcome) = desk(None);
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-dest", "image"),
        ("sec-fetch-dest", "iframe"),
        ("sec-fetch-dest", "empty"),
    ] {
        let reply =
            desk.answer(&Method::GET, "/oauth/practice", "code=a&state=the-right-state", &headers(&[(name, value)]));
        assert_eq!(reply, Reply::Empty(StatusCode::FORBIDDEN), "{name}: {value}");
    }
    assert!(outcome.try_recv().is_err());
    let browser = headers(&[("origin", "null"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]);
    assert_eq!(desk.answer(&Method::GET, "/oauth/practice", "code=a&state=the-right-state", &browser), Reply::SeeDone);
}

#[test]
fn other_paths_and_methods_do_not_end_the_wait() {
    let (desk, mut outcome) = desk(None);
    assert_eq!(get(&desk, "/favicon.ico", ""), Reply::Empty(StatusCode::NO_CONTENT));
    for path in ["/", "/oauth/practice/", "/oauth", "/oauth/Practice", "/../oauth/practice"] {
        assert_eq!(get(&desk, path, "code=a&state=the-right-state"), Reply::Empty(StatusCode::NOT_FOUND), "{path}");
    }
    for method in [Method::POST, Method::HEAD, Method::OPTIONS, Method::PUT] {
        let reply = desk.answer(&method, "/oauth/practice", "code=a&state=the-right-state", &headers(&[]));
        assert_eq!(reply, Reply::Empty(StatusCode::METHOD_NOT_ALLOWED), "{method}");
    }
    assert!(outcome.try_recv().is_err());
}

#[test]
fn the_issuer_must_fit() {
    let issuer = |required| Some(Issuer { value: "https://as.example".to_owned(), required });
    let fits = |issuer, query: &str| {
        let (desk, mut outcome) = desk(issuer);
        assert_eq!(callback(&desk, &format!("{query}&state=the-right-state")), Reply::SeeDone);
        matches!(outcome.try_recv(), Ok(Outcome::Code(_)))
    };
    assert!(fits(issuer(true), "code=a&iss=https%3A%2F%2Fas.example"));
    assert!(fits(issuer(false), "code=a"));
    assert!(fits(None, "code=a&iss=https%3A%2F%2Fanything.example"));
    assert!(!fits(issuer(true), "code=a"));
    assert!(!fits(issuer(true), "code=a&iss=https%3A%2F%2Fas.example%2F"));
    assert!(!fits(issuer(false), "code=a&iss=https%3A%2F%2Fevil.example"));
    assert!(!fits(issuer(true), "error=access_denied"));
}

#[test]
fn an_error_is_carried_as_plain_text() {
    let (desk, mut outcome) = desk(None);
    let long = "x".repeat(400);
    let query = format!("error=access_denied&error_description=%3Cscript%3E%0A%E2%80%AE{long}&state=the-right-state");
    assert_eq!(callback(&desk, &query), Reply::SeeDone);
    let Ok(Outcome::Denied { error, description }) = outcome.try_recv() else { panic!("not denied") };
    assert_eq!((error.as_str(), description.chars().count()), ("access_denied", 300));
    assert!(description.starts_with("<script> xxx"), "text, to be escaped where it is shown: {description}");
    assert_eq!(get(&desk, "/done", ""), Reply::Page(StatusCode::OK, Page::Refused));
}

#[test]
fn words_of_an_error_lose_what_may_be_secret() {
    let (desk, mut outcome) = desk(None);
    let words = "no+hook+https%3A%2F%2Fhooks.slack.com%2Fservices%2FT0%2FB0%2FabcDEFGHIJKLmnopqrst1234+there";
    let query = format!("error=access_denied&error_description={words}&state=the-right-state");
    assert_eq!(callback(&desk, &query), Reply::SeeDone);
    let Ok(Outcome::Denied { description, .. }) = outcome.try_recv() else { panic!("not denied") };
    assert_eq!(description, "no hook https://hooks.slack.com/services/T0/B0/[redacted] there");
}

#[test]
fn an_answer_without_code_or_with_a_huge_one_is_a_mismatch() {
    for query in [String::new(), "&code=".to_owned(), format!("&code={}", "x".repeat(5_000))] {
        let (desk, mut outcome) = desk(None);
        assert_eq!(callback(&desk, &format!("state=the-right-state{query}")), Reply::SeeDone);
        assert!(matches!(outcome.try_recv(), Ok(Outcome::Mismatch)));
        assert_eq!(get(&desk, "/done", ""), Reply::Page(StatusCode::OK, Page::Failed));
    }
}

#[test]
fn pages_are_static() {
    for page in [Page::Received, Page::Refused, Page::Failed, Page::NotOurs] {
        let html = page.html();
        assert!(!html.contains("<script") && !html.contains("http") && !html.contains("src="), "{html}");
    }
}

#[test]
fn an_answer_that_is_handed_over_or_pasted_is_taken_once() {
    let whole = format!("{BACK}?code=abc&state={STATE}");
    for pasted in [whole.clone(), format!("  {whole}\n"), format!("{whole}#_=_")] {
        let (desk, mut outcome) = desk(None);
        assert!(desk.owns(&pasted) && desk.take(&pasted), "{pasted}");
        assert!(matches!(outcome.try_recv(), Ok(Outcome::Code(code)) if code.expose() == "abc"));
        assert!(!desk.take(&pasted), "a replay is refused");
        assert_eq!(callback(&desk, "code=abc&state=the-right-state"), BAD, "by either way");
    }
}

#[test]
fn any_other_address_changes_nothing() {
    let (desk, mut outcome) = desk(None);
    let long = format!("{BACK}?code={}&state={STATE}", "x".repeat(URL_MAX_BYTES));
    for other in [
        "",
        "code=abc&state=the-right-state",
        BACK,
        "http://127.0.0.1:4711/oauth/practice?code=a&state=wrong",
        "http://127.0.0.1:4711/oauth/practice?code=a&state=the-right-state&state=x",
        "http://127.0.0.1:4711/oauth/other?code=a&state=the-right-state",
        "http://127.0.0.1:4712/oauth/practice?code=a&state=the-right-state",
        "http://localhost:4711/oauth/practice?code=a&state=the-right-state",
        "https://127.0.0.1:4711/oauth/practice?code=a&state=the-right-state",
        "http://user@127.0.0.1:4711/oauth/practice?code=a&state=the-right-state",
        "postroom://oauth/practice?code=a&state=the-right-state",
        long.as_str(),
    ] {
        assert!(!desk.owns(other) && !desk.take(other), "{other:.80}");
    }
    // However often: who calls a scheme of ours cannot end the attempt.
    for _ in 0..100 {
        assert!(!desk.take("http://127.0.0.1:4711/oauth/practice?error=access_denied&state=wrong"));
    }
    assert!(outcome.try_recv().is_err());
    assert_eq!(callback(&desk, "code=abc&state=the-right-state"), Reply::SeeDone);
}
