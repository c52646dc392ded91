use std::future::pending;

use clap::Parser;

use super::*;
use crate::{
    cli::{AccountsVerb, Cli, Verb},
    endpoints::Overrides,
    testing::{self, Fake, Screen, shell},
};

fn args(line: &str) -> LinkArgs {
    let words = ["postroomctl", "accounts", "link"].into_iter().chain(line.split_whitespace());
    let Verb::Accounts(AccountsVerb::Link(args)) = Cli::try_parse_from(words).unwrap().verb else { panic!("no link") };
    args
}

fn attempt(stage: &str) -> Value {
    let account = if stage == "done" { testing::account(1, "robin") } else { Value::Null };
    let failure = if stage == "failed" {
        serde_json::to_value(testing::failure(ErrorCode::ConsentRefused)).unwrap()
    } else {
        Value::Null
    };
    json!({
        "id": "link_1", "platform": "x", "stage": stage, "authorize_url": "http://127.0.0.1:4100/oauth/authorize?a=b",
        "redirect_uri": "http://127.0.0.1:9/callback", "expires_at": "2026-11-21T10:05:00.000Z",
        "account": account, "failure": failure
    })
}

fn fake() -> Fake {
    Fake::default().on("platforms_list", json!([testing::platform("x")]))
}

#[tokio::test]
async fn without_a_browser_the_address_comes_first_and_the_account_last() {
    let fake = fake()
        .on("link_start", attempt("waiting_for_browser"))
        .on("link_status", attempt("exchanging"))
        .on("link_status", attempt("done"));
    let (screen, overrides) = (Screen::default(), Overrides::parse("[x]\napi = \"http://127.0.0.1:1\"").unwrap());
    let console = screen.console(true);
    let shell = shell(&fake, &console, &overrides);
    let answer = link(&shell, args("x --no-browser --timeout 60 --kind c"), pending()).await.unwrap();
    console.answer(&answer).unwrap();
    let lines: Vec<Value> = screen.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0],
        json!({
            "authorize_url": "http://127.0.0.1:4100/oauth/authorize?a=b",
            "redirect_uri": "http://127.0.0.1:9/callback",
            "expires_at": "2026-11-21T10:05:00.000Z"
        })
    );
    assert_eq!(lines[1], testing::account(1, "robin"));
    let start = &fake.asked("link_start")[0];
    assert_eq!(start["open_browser"], false);
    assert_eq!((&start["timeout_s"], &start["kind"], &start["method"]), (&60.into(), &"c".into(), &"oauth".into()));
    assert_eq!(start["endpoints"], json!({"api": "http://127.0.0.1:1"}));
}

#[tokio::test]
async fn a_code_to_type_is_printed_with_its_page() {
    let mut waiting = attempt("waiting_for_browser");
    waiting["user_code"] = "WDJB-MJHT".into();
    let fake = fake().on("link_start", waiting).on("link_status", attempt("done"));
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let console = screen.console(true);
    link(&shell(&fake, &console, &overrides), args("x --no-browser"), pending()).await.unwrap();
    let line: Value = serde_json::from_str(screen.out().lines().next().unwrap()).unwrap();
    assert_eq!((&line["user_code"], line.get("redirect_uri")), (&json!("WDJB-MJHT"), None));
}

#[tokio::test]
async fn lines_that_are_brought_come_in_order_and_end_with_their_source() {
    let mut lines = brought_on("first\n\n  \nsecond".as_bytes());
    for wanted in ["first", "second"] {
        assert_eq!(
            next(Some(&mut lines)).await.map(|line| line.into_secret().unwrap().expose().clone()).as_deref(),
            Some(wanted)
        );
    }
    assert!(next(Some(&mut lines)).await.is_none());
}

#[tokio::test]
async fn a_refused_consent_is_a_failure() {
    let fake = fake().on("link_start", attempt("waiting_for_browser")).on("link_status", attempt("failed"));
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let console = screen.console(true);
    let trouble = link(&shell(&fake, &console, &overrides), args("x"), pending()).await.unwrap_err();
    assert_eq!((trouble.exit as u8, trouble.failure.code), (1, ErrorCode::ConsentRefused));
    // The browser was opened: nothing on standard output.
    assert_eq!(screen.out(), "");
    assert_eq!(fake.asked("link_start")[0]["open_browser"], true);
}

#[tokio::test]
async fn the_wish_to_end_cancels_the_attempt() {
    let fake = fake()
        .on("link_start", attempt("waiting_for_browser"))
        .on("link_status", attempt("waiting_for_browser"))
        .on("link_cancel", attempt("failed"));
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let console = screen.console(true);
    let trouble = link(&shell(&fake, &console, &overrides), args("x"), std::future::ready(())).await.unwrap_err();
    assert_eq!((trouble.exit as u8, trouble.failure.code), (1, ErrorCode::LinkCancelled));
    assert_eq!(fake.asked("link_cancel"), [json!({"id": "link_1"})]);
}

#[tokio::test]
async fn ways_that_do_not_fit_are_wrong_usage_before_anything_starts() {
    for line in ["x --method webhook", "x --method token", "x --method app-password", "x --method oauth --secret-stdin"]
    {
        let (fake, screen, overrides) = (fake(), Screen::default(), Overrides::default());
        let console = screen.console(true);
        let trouble = link(&shell(&fake, &console, &overrides), args(line), pending()).await.unwrap_err();
        assert_eq!(trouble.exit as u8, 2, "{line}");
        assert!(fake.asked("link_start").is_empty());
    }
}

#[tokio::test]
async fn linking_again_names_the_account_and_passes_no_endpoints() {
    let fake = Fake::default()
        .on("accounts_show", testing::account(1, "robin"))
        .on("platforms_show", testing::platform("practice"))
        .on("link_start", attempt("done"));
    let overrides = Overrides::parse("[practice]\napi = \"http://127.0.0.1:1\"").unwrap();
    let screen = Screen::default();
    let console = screen.console(true);
    let id = testing::account_id(1).to_string();
    let flags = args("x --no-browser").flags;
    relink(&shell(&fake, &console, &overrides), RelinkArgs { id: id.clone(), flags }, pending()).await.unwrap();
    let start = &fake.asked("link_start")[0];
    assert_eq!((&start["account"], &start["platform"]), (&json!(id), &json!("practice")));
    assert_eq!(start["endpoints"], json!({}));
}

#[test]
fn the_secret_is_one_bounded_line() {
    let read = |text: &str| read_secret(text.as_bytes()).map(|secret| secret.into_secret().unwrap().expose().clone());
    assert_eq!(read("abcd-efgh\n"), Ok("abcd-efgh".to_owned()));
    assert_eq!(read("abcd\r\nmore"), Ok("abcd".to_owned()));
    assert!(read("").is_err() && read("\n").is_err());
    assert!(read(&"x".repeat(5_000)).is_err());
}
