//! The connection doctor on set-ups that are broken for real, each in one place: it names that place and no other. On a
//! sound one it names none.

use std::{sync::atomic::Ordering, time::Duration};

use app::{
    App,
    doctor::{Examination, Examined, Request, Standing, Target},
};
use domain::{
    AccountId, AccountState,
    doctor::{Diagnosis as D, Hop, HopState},
};
use serde_json::json;
use simulator::{Command, Reply};
use tokio::net::TcpListener;

use crate::{
    only::{CLIENT, Only, SECRET, secret_of},
    world::World,
};

/// What a set-up comes to: the hop that is named, and what is wrong there.
pub type Named = Option<(Hop, D)>;

async fn ended(app: &std::sync::Arc<App>, request: Request) -> Examination {
    let begun = app.examine(Request { answer_ms: 2_000, ..request }).await.unwrap();
    for _ in 0..3_000 {
        let known = app.examination(&begun.id).unwrap();
        if known.standing != Standing::Running {
            return known;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the check did not end");
}

async fn one(app: &std::sync::Arc<App>, request: Request) -> Examined {
    let mut known = ended(app, request).await;
    assert_eq!((known.standing, known.examined.len()), (Standing::Done, 1));
    let examined = known.examined.remove(0);
    let hops: Vec<_> = examined.checks.iter().map(|check| check.hop).collect();
    assert_eq!(hops, Hop::ALL, "every hop is said, in order");
    let broken = examined.checks.iter().position(|check| check.state == HopState::Broken);
    for (at, check) in examined.checks.iter().enumerate() {
        let after = broken.is_some_and(|broken| at > broken);
        assert_eq!(check.state == HopState::NotTried, after, "{check:?}");
        assert!(check.means.ends_with('.'), "{check:?}");
        assert_eq!(check.state == HopState::Broken, !check.fix.is_empty(), "{check:?}");
    }
    examined
}

pub fn named(examined: &Examined) -> Named {
    examined.broken().map(|check| (check.hop, check.diagnosis.unwrap()))
}

pub async fn of_account(app: &std::sync::Arc<App>, id: AccountId) -> Named {
    named(&one(app, Request { target: Target::Account(id), ..Request::default() }).await)
}

/// What is said of linking at a platform whose addresses are here, but for some.
pub async fn of_platform(only: &Only, platform: &str, other: &[(&str, &str)]) -> Examined {
    let mut endpoints = only.endpoints();
    endpoints.extend(other.iter().map(|(name, url)| ((*name).to_owned(), (*url).to_owned())));
    one(only.app(), Request { target: Target::Platform(platform.to_owned()), endpoints, ..Request::default() }).await
}

async fn entered(platform: &'static str, secret: Option<&str>) -> Only {
    let only = Only::start(platform).await;
    only.register(CLIENT, secret).await;
    only.enter(CLIENT, secret).await.unwrap();
    only
}

/// A port of this computer where nobody listens.
async fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn page(status: u16) -> Reply {
    let body = b"<!DOCTYPE html><title>Welcome to our hotel</title><form>Sign in</form>".to_vec();
    Reply { body, ..Reply::empty(status) }.with("content-type", &"text/html; charset=utf-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_set_ups_are_named_nowhere_and_every_hop_is_said() {
    for (platform, secret) in
        [("x", None), ("github", Some(SECRET)), ("slack", None), ("discord", None), ("linkedin", Some(SECRET))]
            .into_iter()
            .chain([("wordpress_com", None), ("google", Some(SECRET)), ("microsoft", None)])
            .chain([("instagram", Some(secret_of("instagram")))])
    {
        let only = entered(platform, secret).await;
        let before = one(only.app(), {
            let target = Target::Platform(platform.to_owned());
            Request { target, endpoints: only.endpoints(), ..Request::default() }
        })
        .await;
        assert_eq!(named(&before), None, "{platform}: {before:?}");
        let id = only.link(None).await.unwrap();
        let tokens = only.tokens();
        let examined = one(only.app(), Request { target: Target::Account(id), ..Request::default() }).await;
        assert_eq!(named(&examined), None, "{platform}: {examined:?}");
        let fine = |hop: Hop| examined.checks[hop as usize].state == HopState::Ok;
        for hop in [Hop::Connection, Hop::Clock, Hop::Answer, Hop::Authorization, Hop::Key, Hop::OwnApp] {
            assert!(fine(hop), "{platform} {hop:?}: {examined:?}");
        }
        for hop in [Hop::Client, Hop::Token, Hop::Kind, Hop::Read] {
            assert!(fine(hop), "{platform} {hop:?}: {examined:?}");
        }
        assert!(fine(Hop::Redirect) == (platform != "github"), "{platform}: {examined:?}");
        assert_eq!(only.tokens(), tokens, "{platform}: nothing was granted or ended");
        assert_eq!(only.app().account(id).await.unwrap().state, AccountState::Healthy, "{platform}");
    }
    let world = World::start("mastodon").await;
    let id = world.link().await;
    assert_eq!(of_account(world.app(), id).await, None);
    let practice = world.bench.link("c").await;
    assert_eq!(of_account(world.app(), practice).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_on_the_way_is_named() {
    let only = entered("x", None).await;
    let here = only.server.url().to_owned();
    let hanging = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}", hanging.local_addr().unwrap());
    let no_tls = here.replace("http://", "https://");
    let no_name = format!("https://{}.example", "x".repeat(70));
    let closed = closed().await;
    let mut table = Vec::new();
    for (what, api, expected) in [
        ("a name that leads nowhere", no_name.as_str(), (Hop::Name, D::NoName)),
        ("a port that refuses", closed.as_str(), (Hop::Connection, D::ConnectionRefused)),
        ("a server without TLS", no_tls.as_str(), (Hop::Certificate, D::NoTls)),
        ("a server that hangs", silent.as_str(), (Hop::Answer, D::NoAnswer)),
    ] {
        let found = of_platform(&only, "x", &[("api", api)]).await;
        table.push((what, named(&found), Some(expected)));
    }
    for (what, reply, expected) in [
        ("a hotel's page", page(200), D::SignInPage),
        ("a redirect to a hotel's page", Reply::empty(302).with("location", &"http://hotel.example/in"), D::SignInPage),
        ("a network that wants a sign-in", page(511), D::SignInPage),
        ("another server", Reply { body: b"220 ftp ready".to_vec(), ..Reply::empty(200) }, D::NotThePlatform),
        ("a filter's page", page(403), D::NotThePlatform),
        ("a platform in trouble", Reply::empty(503), D::PlatformDown),
        ("a platform that wants fewer calls", Reply::json(429, &json!({})), D::TooManyCalls),
    ] {
        only.server.answer_with(move |asked| (asked.path == "/2/users/me").then(|| reply.clone()));
        let found = of_platform(&only, "x", &[]).await;
        table.push((what, named(&found), Some((Hop::Answer, expected))));
    }
    only.server.answer_with(|_| None);
    only.bench.desktop.no_network.store(true, Ordering::SeqCst);
    let found = of_platform(&only, "x", &[("api", "https://api.x.example")]).await;
    table.push(("no network", named(&found), Some((Hop::Network, D::NoNetwork))));
    only.bench.desktop.no_network.store(false, Ordering::SeqCst);
    for (what, by_ms) in [("a clock ten minutes ahead", 600_000), ("a clock ten minutes behind", -1_200_000)] {
        only.bench.clock.set_by_ms(by_ms);
        let found = of_platform(&only, "x", &[]).await;
        table.push((what, named(&found), Some((Hop::Clock, D::ClockWrong))));
    }
    only.bench.clock.set_by_ms(600_000);
    table.push(("the same set-up, mended", named(&of_platform(&only, "x", &[]).await), None));
    told(&table);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_in_linking_is_named() {
    let mut table = Vec::new();
    let only = Only::start("linkedin").await;
    let wrong = ["http://localhost:28127/callback/linkedin/"];
    only.server.control(&Command::register_app("elsewhere", Some(SECRET), &wrong)).unwrap();
    let redirects = only.wanted().await.redirects;
    let narrow = Command::RegisterApp {
        client_id: Some("narrow".to_owned()),
        client_secret: Some(SECRET.to_owned()),
        redirect_uris: redirects.clone(),
        public: false,
        scopes: Some(vec!["openid".to_owned()]),
    };
    only.server.control(&narrow).unwrap();
    only.register(CLIENT, Some(SECRET)).await;
    let missing = of_platform(&only, "linkedin", &[]).await;
    table.push(("no app of one's own", named(&missing), Some((Hop::OwnApp, D::AppMissing))));
    for (what, client, secret, expected) in [
        ("an app the platform does not know", "nobody", SECRET, Some((Hop::Client, D::AppRefused))),
        ("a wrong secret", CLIENT, "another", Some((Hop::Client, D::AppRefused))),
        ("another redirect address", "elsewhere", SECRET, Some((Hop::Redirect, D::RedirectRefused))),
        ("an app without a product", "narrow", SECRET, Some((Hop::Scopes, D::ScopeRefused))),
        ("a sound app", CLIENT, SECRET, None),
    ] {
        only.enter(client, Some(secret)).await.unwrap();
        table.push((what, named(&of_platform(&only, "linkedin", &[]).await), expected));
    }
    let elsewhere = of_platform(&only, "linkedin", &[("token", "https://elsewhere.example/token")]).await;
    table.push(("a sound app, and an address named by hand", named(&elsewhere), None));
    assert_eq!(elsewhere.checks[Hop::Client as usize].state, HopState::NotApplicable, "its secret is not sent there");
    let closed = closed().await;
    let unreached = of_platform(&only, "linkedin", &[("authorize", closed.as_str())]).await;
    let expected = Some((Hop::Authorization, D::AuthorizationUnreached));
    table.push(("pages of consent that cannot be reached", named(&unreached), expected));
    let down = |asked: &simulator::Request| (asked.path == "/oauth/v2/authorization").then(|| Reply::empty(502));
    only.server.answer_with(down);
    let found = of_platform(&only, "linkedin", &[]).await;
    table.push(("pages of consent in trouble", named(&found), Some((Hop::Authorization, D::AuthorizationDown))));
    only.server.answer_with(|_| None);
    only.bench.desktop.no_browser.store(true, Ordering::SeqCst);
    let found = of_platform(&only, "linkedin", &[]).await;
    table.push(("no browser", named(&found), Some((Hop::Browser, D::NoBrowser))));
    only.bench.desktop.no_browser.store(false, Ordering::SeqCst);
    let mut taken = Vec::new();
    for redirect in &redirects {
        let port = url::Url::parse(redirect).unwrap().port().unwrap();
        taken.push(take(port).await);
    }
    let found = of_platform(&only, "linkedin", &[]).await;
    table.push(("every port of the way back taken", named(&found), Some((Hop::Loopback, D::PortsTaken))));
    taken.pop();
    table.push(("one of them free again", named(&of_platform(&only, "linkedin", &[]).await), None));
    told(&table);
    drop(only);
    for platform in ["google", "microsoft", "discord", "slack", "wordpress_com"] {
        let secret = (platform == "google").then_some(SECRET);
        let only = Only::start(platform).await;
        only.enter("nobody", secret).await.unwrap();
        let found = of_platform(&only, platform, &[]).await;
        assert_eq!(named(&found), Some((Hop::Client, D::AppRefused)), "{platform} knows no such app: {found:?}");
    }
}

/// Takes a port; somebody else's connection may happen to come from it for a moment.
async fn take(port: u16) -> TcpListener {
    let taken = async {
        loop {
            match TcpListener::bind(("127.0.0.1", port)).await {
                Ok(listener) => return listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), taken).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_in_an_account_is_named() {
    let mut table = Vec::new();
    let only = entered("x", None).await;
    let id = only.link(None).await.unwrap();
    let with_token = |reply: Reply| {
        move |asked: &simulator::Request| {
            asked.header("authorization").filter(|_| asked.path == "/2/users/me").map(|_| reply.clone())
        }
    };
    let problem = |name: &str| format!("https://api.x.com/2/problems/{name}");
    let refused =
        json!({"title": "Unsupported Authentication", "type": problem("unsupported-authentication"), "status": 403});
    only.server.answer_with(with_token(Reply::json(403, &refused)));
    table.push((
        "a permission that is missing",
        of_account(only.app(), id).await,
        Some((Hop::Scopes, D::ScopeMissing)),
    ));
    only.server.answer_with(with_token(Reply::json(200, &json!([]))));
    table.push(("an answer nobody understands", of_account(only.app(), id).await, Some((Hop::Read, D::ReadFailed))));
    let other = json!({"data": {"id": "9", "username": "mallory", "name": "M"}});
    only.server.answer_with(with_token(Reply::json(200, &other)));
    table.push(("somebody else's access", of_account(only.app(), id).await, Some((Hop::Kind, D::OtherAccount))));
    only.server.answer_with(|_| None);
    only.server.control(&Command::TakeDown { handle: "alice".to_owned() }).unwrap();
    table.push(("a suspended account", of_account(only.app(), id).await, Some((Hop::Kind, D::AccountRestricted))));
    only.server.control(&Command::Restore { handle: "alice".to_owned() }).unwrap();
    only.server.control(&Command::ExpireAccess).unwrap();
    let down = |asked: &simulator::Request| {
        (asked.path == "/2/oauth2/token" && asked.body.starts_with(b"grant_type=refresh")).then(|| Reply::empty(503))
    };
    only.server.answer_with(down);
    table.push((
        "access that is not renewed",
        of_account(only.app(), id).await,
        Some((Hop::Token, D::TokenNotRenewed)),
    ));
    only.server.answer_with(|_| None);
    table.push(("the same, renewed", of_account(only.app(), id).await, None));
    only.server.control(&Command::RevokeTokens).unwrap();
    table.push(("access taken back", of_account(only.app(), id).await, Some((Hop::Token, D::TokenEnded))));
    drop(only);

    let linkedin = entered("linkedin", Some(SECRET)).await;
    let id = linkedin.link(None).await.unwrap();
    let days_ms = 61 * 86_400_000;
    linkedin.bench.clock.jump_ms(days_ms);
    linkedin.server.control(&Command::Advance { by_ms: days_ms }).unwrap();
    table.push(("access that expired", of_account(linkedin.app(), id).await, Some((Hop::Token, D::TokenExpired))));
    drop(linkedin);

    let slack = entered("slack", None).await;
    let id = slack.link(None).await.unwrap();
    // As `auth.test` answers a token that is a program's: with `bot_id`.
    let program = json!({"ok": true, "team_id": "T1", "user_id": "U1", "user": "helper", "bot_id": "B1"});
    slack.server.answer_with(move |asked| (asked.path == "/api/auth.test").then(|| Reply::json(200, &program)));
    table.push(("a program's account", of_account(slack.app(), id).await, Some((Hop::Kind, D::KindWrong))));
    drop(slack);

    let mut world = World::start("mastodon").await;
    let id = world.link().await;
    world.answer("/oauth/token", Reply::json(401, &json!({"error": "invalid_client"})));
    table.push(("a server that forgot us", of_account(world.app(), id).await, Some((Hop::Client, D::ClientForgotten))));
    world.behave();
    let practice = world.bench.link("c").await;
    world.bench.unplug().await;
    table.push((
        "no practice network",
        of_account(world.app(), practice).await,
        Some((Hop::Connection, D::PracticeOff)),
    ));
    told(&table);
}

#[track_caller]
fn told(table: &[(&str, Named, Named)]) {
    for (what, found, expected) in table {
        println!("{what:<44}{}", found.map_or("-".to_owned(), |(hop, why)| format!("{hop:?}: {why:?}")));
        assert_eq!(found, expected, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_serves_once_is_kept_anew_and_used_once() {
    let only = entered("x", None).await;
    let id = only.link(None).await.unwrap();
    only.server.control(&Command::ExpireAccess).unwrap();
    let renewed = |only: &Only| {
        let seen = only.server.seen().unwrap();
        seen.iter().filter(|call| call.seen == "oauth.token").count()
    };
    let before = renewed(&only);
    // One call with a made-up code asks for the client, one renews.
    assert_eq!(of_account(only.app(), id).await, None);
    assert_eq!(renewed(&only), before + 2);
    only.server.control(&Command::ExpireAccess).unwrap();
    assert_eq!(only.check(id).await, (AccountState::Healthy, None), "what was given last renews");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_ended_when_that_is_wanted_and_tells_as_it_goes() {
    let only = entered("x", None).await;
    let mut events = only.app().events();
    let hanging = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut endpoints = only.endpoints();
    endpoints.insert("api".to_owned(), format!("http://{}", hanging.local_addr().unwrap()));
    let target = Target::Platform("x".to_owned());
    let begun =
        only.app().examine(Request { target, endpoints, answer_ms: 30_000, ..Request::default() }).await.unwrap();
    while only.app().examination(&begun.id).unwrap().examined[0].trying != Some(Hop::Certificate) {
        events.recv().await.unwrap();
    }
    let ended = only.app().cancel_examination(&begun.id).unwrap();
    assert_eq!(ended.standing, Standing::Cancelled);
    let states: Vec<_> = ended.examined[0].checks.iter().map(|check| check.state).collect();
    assert_eq!(states.len(), Hop::ALL.len());
    assert_eq!(states[Hop::Connection as usize], HopState::Ok);
    assert!(states[Hop::Certificate as usize..].iter().all(|state| *state == HopState::NotTried), "{states:?}");
    assert!(only.app().examination("nonsense").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_stands_in_what_is_told() {
    let canary = "canaryA1b2C3d4E5f6G7h8I9j0";
    let only = Only::start("linkedin").await;
    only.register(CLIENT, Some(canary)).await;
    only.enter(CLIENT, Some(canary)).await.unwrap();
    let id = only.link(None).await.unwrap();
    let told = |known: &Examination| format!("{}\n{known:?}", known.to_text());
    let whole = ended(only.app(), Request::default()).await;
    assert!(told(&whole).contains("linkedin") && !told(&whole).contains(canary), "{}", told(&whole));
    // A platform that repeats what it was sent, token and secret.
    only.server.answer_with(|asked| {
        let sent = [asked.header("authorization").unwrap_or_default(), &String::from_utf8_lossy(&asked.body)].join(" ");
        let said = format!("You sent {sent}");
        let known = asked.path == "/v2/userinfo" && asked.header("authorization").is_none();
        (!known && asked.path != "/oauth/v2/authorization")
            .then(|| Reply::json(403, &json!({"message": said, "error": "odd", "error_description": said})))
    });
    let seen = ended(only.app(), Request { target: Target::Account(id), ..Request::default() }).await;
    let text = told(&seen);
    assert!(!text.contains(canary) && !text.contains("AQV"), "{text}");
    assert!(text.contains("You sent"), "the platform's own words are told, without what they repeat: {text}");
}
