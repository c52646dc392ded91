//! The platforms that accounts are only linked with, each through the app against its simulator: an app of the user's own,
//! link, who it is, renewal, taken back, linked again, unlinked; and nothing goes out there.

use std::fmt::Write as _;

use app::compose::{Draft, When};
use domain::{
    AccountState, ErrorCode, FindingCode,
    post::{Content, Part},
};
use serde_json::json;
use simulator::{Command, Reply};

use crate::{
    defined,
    only::{CLIENT, Only, SECRET, secret_of},
    wordpress,
};

/// What is expected of a platform, by its sheet.
struct Expected {
    platform: &'static str,
    /// Whether its app has a secret here.
    secret: bool,
    /// How access is renewed.
    renews: Renewed,
    /// Whether the end of the grant is known.
    end_known: bool,
    /// Whether unlinking ends it there.
    ends: bool,
}

/// How a platform's access is renewed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Renewed {
    /// Not at all.
    Never,
    /// With its refresh token.
    ByToken,
    /// The token itself is traded in, while it lives.
    ByTrade,
}
use Renewed::{ByToken, ByTrade, Never};

const fn expected(platform: &'static str, secret: bool, renews: Renewed, end_known: bool, ends: bool) -> Expected {
    Expected { platform, secret, renews, end_known, ends }
}

const EXPECTED: &[Expected] = &[
    expected("x", false, ByToken, true, true),
    // Tokens of OAuth apps have no end there, and so nothing renews them.
    expected("github", true, Never, false, true),
    expected("slack", false, ByToken, true, true),
    expected("discord", false, ByToken, false, true),
    // `linkedin.md`, 2: refresh tokens "only for approved partners".
    expected("linkedin", true, Never, false, true),
    // `instagram.md`, 2.2: "Revoke: none"; access that has ended is not renewed.
    expected("instagram", true, ByTrade, false, false),
    expected("wordpress_com", false, ByToken, false, true),
    expected("google", true, ByToken, true, true),
    // `identity.md`, 2: no call ends one app's access.
    expected("microsoft", false, ByToken, true, false),
];

/// A server that keeps to the standards, defined as a person would.
const DEFINED: Expected = expected(defined::PLATFORM, false, ByToken, false, true);

/// What was seen of a platform.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table, each yes or no")]
pub struct Seen {
    pub identity: String,
    pub scopes: usize,
    pub renewed: bool,
    pub end_known: bool,
    pub taken_back: bool,
    pub linked_again: bool,
    pub ended: bool,
    /// Whether what is asked for was sent ahead of the browser (RFC 9126).
    pub ahead: bool,
    /// Whether tokens are bound to a key of the account (RFC 9449).
    pub bound: bool,
    /// Whether posts went out, each once.
    pub published: bool,
}

async fn round(wanted: &Expected) -> Seen {
    let (what, only) = (wanted.platform, Only::start(wanted.platform).await);
    let secret = wanted.secret.then_some(secret_of(what));
    if what == defined::PLATFORM {
        defined::define(&only, defined::described(&only)).await.unwrap();
    }
    let early = only.ask(None).await.unwrap_err();
    assert_eq!(early.code, ErrorCode::NotAvailable, "{what}: it needs the user's app first");
    only.register(CLIENT, secret).await;
    let app = only.enter(CLIENT, secret).await.unwrap();
    assert_eq!((app.client_id.as_str(), app.accounts), (CLIENT, 0), "{what}");

    let id = only.link(None).await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
    let account = only.app().account(id).await.unwrap();
    assert_eq!((account.state, account.client.as_str()), (AccountState::Healthy, CLIENT), "{what}");
    assert_eq!(only.wanted().await.accounts, 1, "{what}");
    let mut seen = Seen {
        identity: format!("{} ({})", account.handle, account.remote_id),
        scopes: account.scopes.len(),
        end_known: account.refresh_expires_at.is_some(),
        ..Seen::default()
    };

    if wanted.renews != Never {
        let call = if wanted.renews == ByTrade { "oauth.refresh" } else { "oauth.token" };
        let used = || match wanted.renews {
            ByTrade => only.days_later(36),
            _ => drop(only.server.control(&Command::ExpireAccess).unwrap()),
        };
        let before = only.calls(call);
        used();
        for _ in 0..2 {
            assert_eq!(only.check(id).await, (AccountState::Healthy, None), "{what}: renewed");
        }
        seen.renewed = only.calls(call) == before + 1;
        // What renews the next time is what came of this one.
        used();
        assert_eq!(only.check(id).await, (AccountState::Healthy, None), "{what}: renewed again");
        let again = only.app().account(id).await.unwrap();
        assert_eq!(again.refresh_expires_at.is_some(), seen.end_known, "{what}: a known end stays known");
    }

    only.server.control(&Command::RevokeTokens).unwrap();
    seen.taken_back = only.check(id).await.0 == AccountState::NeedsRelink;
    let same = only.link(Some(id)).await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
    let state = only.app().account(id).await.unwrap().state;
    seen.linked_again = same == id && state == AccountState::Healthy;

    let held = only.tokens();
    only.app().unlink_account(id, app::accounts::OnUnlink::Hold).await.unwrap();
    seen.ended = only.tokens() < held;
    seen
}

fn row(seen: &Seen, platform: &str) -> String {
    let sign = |yes: bool| if yes { "yes" } else { "no" };
    let Seen { renewed, end_known, taken_back, linked_again, ended, ahead, bound, published, .. } = seen;
    let signs = [renewed, end_known, taken_back, linked_again, ended, ahead, bound, published];
    let signs = signs.map(|yes| format!("{:<9}", sign(*yes)));
    format!("{platform:<14}{:<44}{:<8}{}", seen.identity, seen.scopes, signs.concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_platform_goes_round() {
    let mut table = format!("{:<14}{:<44}{:<8}", "platform", "who", "scopes");
    for word in ["renewed", "end", "seen off", "again", "ended", "ahead", "bound", "posts"] {
        write!(table, "{word:<9}").unwrap();
    }
    for wanted in EXPECTED.iter().chain([&DEFINED]) {
        let seen = round(wanted).await;
        writeln!(table, "\n{}", row(&seen, wanted.platform)).unwrap();
        assert!(seen.identity.starts_with("alice"), "{}: {}", wanted.platform, seen.identity);
        let got = [seen.renewed, seen.end_known, seen.taken_back, seen.linked_again, seen.ended];
        let renews = wanted.renews != Never;
        assert_eq!(got, [renews, wanted.end_known, true, true, wanted.ends], "{}\n{table}", wanted.platform);
    }
    let seen = wordpress::round().await;
    writeln!(table, "\n{}", row(&seen, "wordpress")).unwrap();
    let got = [seen.renewed, seen.end_known, seen.taken_back, seen.linked_again, seen.ended];
    assert_eq!(got, [false, false, true, true, true], "wordpress\n{table}");
    let seen = crate::consent::round().await;
    writeln!(table, "\n{}", row(&seen, "bluesky")).unwrap();
    let signs = [seen.renewed, seen.end_known, seen.taken_back, seen.linked_again, seen.ended];
    assert_eq!((signs, [seen.ahead, seen.bound, seen.published]), ([true; 5], [true; 3]), "\n{table}");
    println!("{table}");
}

#[tokio::test]
async fn every_platform_that_is_only_linked_is_expected() {
    let bench = crate::bench::Bench::start().await;
    let known: Vec<_> = bench.app.registry().iter().map(|provider| provider.descriptor().clone()).collect();
    let only_linked =
        known.iter().filter(|facts| !facts.publishes && facts.methods.iter().any(|way| way.oauth().is_some()));
    let known: Vec<_> = only_linked.map(|facts| facts.id).collect();
    assert_eq!(known, EXPECTED.iter().map(|wanted| wanted.platform).collect::<Vec<_>>());
}

async fn x() -> Only {
    let only = Only::start("x").await;
    only.register(CLIENT, None).await;
    only.enter(CLIENT, None).await.unwrap();
    only
}

#[tokio::test]
async fn nothing_is_published_through_an_account_that_is_only_linked() {
    let only = x().await;
    let id = only.link(None).await.unwrap();
    let parts = vec![Part { text: "Hello".to_owned(), ..Part::default() }];
    let content = Content { parts, language: "en".to_owned(), ..Content::default() };
    let draft = Draft { content, variants: Vec::new(), accounts: vec![id] };
    let refused = only.app().create_post(draft, Some(When::Now)).await.unwrap_err();
    assert_eq!(refused.findings.iter().map(|found| found.code).collect::<Vec<_>>(), [FindingCode::OnlyLinked]);
    assert_eq!(only.calls("users.me"), 1, "nothing but who it is was asked");
}

#[tokio::test]
async fn a_refresh_token_that_x_does_not_take_any_more_asks_for_linking_again() {
    let only = x().await;
    let id = only.link(None).await.unwrap();
    only.server.control(&Command::ExpireAccess).unwrap();
    let body = json!({"error": "invalid_request", "error_description": "Value passed for the token was invalid."});
    only.server.answer_with(move |request| (request.path == "/2/oauth2/token").then(|| Reply::json(400, &body)));
    assert_eq!(only.check(id).await.0, AccountState::NeedsRelink);
}

#[tokio::test]
async fn a_renewal_that_says_nothing_or_something_empty_takes_nothing_away() {
    let only = x().await;
    let id = only.link(None).await.unwrap();
    let account = only.app().account(id).await.unwrap();
    let (end, person) = (account.refresh_expires_at.unwrap(), account.remote_id);
    // Only `token` is taken; the token endpoint answers with `body`.
    let answer = |token: &'static str, body: serde_json::Value| {
        let me = json!({"data": {"id": person.clone(), "username": "alice", "name": "alice"}});
        only.server.answer_with(move |request| match request.path.as_str() {
            "/2/oauth2/token" => Some(Reply::json(200, &body)),
            "/2/users/me" if request.header("authorization") == Some(&format!("Bearer {token}")) => {
                Some(Reply::json(200, &me))
            }
            _ => Some(Reply::json(401, &json!({"title": "Unauthorized"}))),
        });
    };
    for (token, body) in [
        ("one", json!({"access_token": "one", "token_type": "bearer", "expires_in": 7_200, "refresh_token": ""})),
        ("two", json!({"access_token": "two", "token_type": "bearer"})),
    ] {
        answer(token, body);
        assert_eq!(only.check(id).await, (AccountState::Healthy, None), "{token}");
        let account = only.app().account(id).await.unwrap();
        assert!(account.refresh_expires_at.unwrap() >= end, "the known end stays");
        assert!(only.app().renews(id).await.unwrap(), "and so does what renews");
    }
    for spoilt in [json!({"access_token": "", "token_type": "bearer", "refresh_token": "r"}), json!({})] {
        answer("three", spoilt);
        let (state, error) = only.check(id).await;
        assert!(error.is_some() && state == AccountState::Healthy, "an empty token is none, and no end of the grant");
    }
    answer("four", json!({"access_token": "four", "token_type": "bearer"}));
    assert_eq!(only.check(id).await, (AccountState::Healthy, None), "what renews was kept through all of that");
}

#[tokio::test]
async fn an_app_is_replaced_without_losing_the_accounts_linked_through_the_one_before() {
    let only = Only::start("x").await;
    only.register("first", Some(SECRET)).await;
    only.register("second", None).await;
    only.enter("first", Some("wrong")).await.unwrap();
    let error = only.link(None).await.unwrap_err();
    assert!(error.details.contains("unauthorized_client"), "{error:?}");
    only.enter("first", Some(SECRET)).await.unwrap();
    let before = only.link(None).await.unwrap();
    assert_eq!(only.enter("first", None).await.unwrap().accounts, 1, "the secret that is kept stays");

    let app = only.enter("second", None).await.unwrap();
    assert_eq!((app.client_id.as_str(), app.accounts, app.accounts_before), ("second", 0, 1));
    only.server.control(&Command::ExpireAccess).unwrap();
    assert_eq!(only.check(before).await, (AccountState::Healthy, None), "renewed through the first");
    let refused = only.app().remove_own_app("x").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongState);

    assert_eq!(only.link(Some(before)).await.unwrap(), before);
    let app = only.wanted().await;
    assert_eq!((app.accounts, app.accounts_before), (1, 0), "linked again, through the second");
    only.app().unlink_account(before, app::accounts::OnUnlink::Hold).await.unwrap();
    assert_eq!(only.app().remove_own_app("x").await.unwrap().client_id, "");
    assert_eq!(only.app().remove_own_app("x").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(only.ask(None).await.unwrap_err().code, ErrorCode::NotAvailable);
}

#[tokio::test]
async fn what_cannot_be_an_app_is_refused_on_entry() {
    let only = Only::start("slack").await;
    let long = "a".repeat(300);
    for (id, secret) in [
        ("", None),
        ("two words", None),
        ("https://api.slack.com/apps/A1", None),
        (long.as_str(), None),
        ("é", None),
        ("id", Some("slack takes none")),
        ("id", Some("secret")),
    ] {
        let error = only.enter(id, secret).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{id} {secret:?}");
    }
    assert_eq!(only.enter(" \"id.1\" ", Some(" ")).await.unwrap().client_id, "id.1", "what clings to it goes");
    drop(only);
    let linkedin = Only::start("linkedin").await;
    assert_eq!(linkedin.enter("id", None).await.unwrap_err().code, ErrorCode::InvalidRequest, "it wants a secret");
    assert_eq!(linkedin.enter("id", Some("id")).await.unwrap_err().code, ErrorCode::InvalidRequest, "pasted twice");
    let app = linkedin.app();
    assert_eq!(app.set_own_app("mastodon", "id", None).await.unwrap_err().code, ErrorCode::InvalidRequest);
    assert_eq!(app.set_own_app("nowhere", "id", None).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn somebody_else_than_who_signed_in_is_not_linked() {
    let only = Only::start("google").await;
    only.register(CLIENT, Some(SECRET)).await;
    only.enter(CLIENT, Some(SECRET)).await.unwrap();
    let person = json!({"sub": "somebody-else", "name": "Mallory", "email": "m@example.org"});
    only.server.answer_with(move |request| (request.path == "/v1/userinfo").then(|| Reply::json(200, &person)));
    assert_eq!(only.link(None).await.unwrap_err().code, ErrorCode::LinkMismatch);
    assert!(only.app().accounts().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_no_on_the_consent_page_links_nothing() {
    let only = x().await;
    let attempt = only.ask(None).await.unwrap();
    only.decide(&attempt, &[("decision", "deny")]).await;
    assert_eq!(only.end(&attempt).await.unwrap_err().code, ErrorCode::ConsentRefused);
    let other = only.ask(None).await.unwrap();
    only.decide(&other, &[("decision", "allow"), ("account", "bob")]).await;
    let bob = only.end(&other).await.unwrap();
    assert_eq!(only.app().account(bob).await.unwrap().handle, "bob");
    assert_eq!(only.link(Some(bob)).await.unwrap_err().code, ErrorCode::LinkMismatch, "alice is not bob");
}
