//! A platform that a person defined, through the app, against a certified server that nobody here wrote: defined by where
//! it describes itself and from a file, its app entered and taken over from an `.env` file, linked on the server's own
//! pages, renewed, taken back, linked again, unlinked. A layer of its own: `cargo xtask test --only own-server`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

#[expect(dead_code, reason = "shared with the tests of publishing, which use the rest")]
#[path = "../bench/mod.rs"]
mod bench;
#[path = "../../../oauth/tests/oidc/person.rs"]
#[expect(dead_code, reason = "shared with the tests of the flow engine, which use the rest")]
mod person;
#[path = "../../../oauth/tests/oidc/server.rs"]
mod server;

use std::sync::Arc;

use app::{
    Error,
    accounts::OnUnlink,
    link::{Defined, EnvOutcome},
    system::{SystemClock, SystemRandom},
};
use domain::{
    AccountId, AccountState, ErrorCode, PlatformId, Secret,
    ports::{Call, CallLog},
};
use providers::defined::{Definition, SecretIn, WayBack};

use crate::{
    bench::{Bench, linking},
    person::{End, Person},
    server::Server,
};

/// As the server knows it, with its way back.
const PLATFORM: &str = "own_server";
const SECRET: &str = "s3cret-for-tests-only";
/// A token lives so long there, in milliseconds.
const ACCESS_MS: i64 = 60_000;

struct Unlogged;

impl CallLog for Unlogged {
    fn record(&self, _call: Call) {}
}

/// A profile and the server.
struct Scene {
    bench: Bench,
    server: Server,
    http: net::Client,
}

/// One row of the table: whose account, and what held of it, in the order of [`STEPS`].
struct Seen {
    who: String,
    held: [bool; 4],
}

const STEPS: [&str; 4] = ["renewed", "seen off", "again", "ended"];

impl Scene {
    async fn set() -> Self {
        let http =
            net::Client::new(Arc::new(SystemClock::default()), Arc::new(Unlogged), Arc::new(SystemRandom)).unwrap();
        Self { bench: Bench::start().await, server: Server::start(), http }
    }

    /// What a person knows of it: its address.
    fn by_form(&self) -> Definition {
        Definition {
            id: PLATFORM.to_owned(),
            name: "A server of my own".to_owned(),
            metadata: self.server.issuer.clone(),
            scopes: ["openid", "profile", "offline_access"].map(ToOwned::to_owned).to_vec(),
            way_back: WayBack::AnyPort,
            secret_in: SecretIn::Header,
            ..Definition::default()
        }
    }

    /// The same as a file has it, every address written down.
    fn by_file(&self) -> Definition {
        let at = |path: &str| format!("{}/{path}", self.server.issuer);
        let file = serde_json::json!({
            "id": PLATFORM, "name": "A server of my own", "scopes": ["openid", "profile", "offline_access"],
            "authorize": at("auth"), "token": at("token"), "revoke": at("token/revocation"), "userinfo": at("me"),
            "issuer": self.server.issuer, "issuer_required": true, "keys": at("jwks"),
            "way_back": "any_port", "secret_in": "header",
        });
        serde_json::from_value(file).unwrap()
    }

    async fn define(&self, definition: Definition) {
        match self.bench.app.define_platform(definition).await.unwrap() {
            Defined::Kept(_) => {}
            Defined::Refused(problems) => panic!("{problems:?}"),
        }
    }

    /// Links as `name`, who agrees on the server's pages.
    async fn link(&self, name: &str, again: Option<AccountId>) -> Result<AccountId, Error> {
        let app = &self.bench.app;
        let attempt = app.start_link(linking::wish(PLATFORM, again)).await?;
        let back = match Person::new(&self.http, &self.server.issuer, name).walk(&attempt.authorize_url).await {
            End::Away(url) => url,
            End::Page(page) => panic!("it ended on a page: {page}"),
        };
        let tag = self.http.tag(PlatformId::parse("browser").unwrap());
        assert_eq!(self.http.get(&tag, "back", &back).send().await.unwrap().status, 303);
        linking::end_of(app, &attempt).await
    }

    /// Has the server's operator do something; how many grants were ended there so far.
    async fn operator(&self, what: &str) -> u64 {
        let tag = self.http.tag(PlatformId::parse("operator").unwrap());
        let url = format!("{}/operator/{what}", self.server.issuer);
        let answer = self.http.get(&tag, "operator", &url).send().await.unwrap();
        let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        told["ended"].as_u64().unwrap()
    }

    async fn state(&self, id: AccountId) -> AccountState {
        // A refusal is what the account's state tells.
        let _ = self.bench.app.check_account(id).await;
        self.bench.app.account(id).await.unwrap().state
    }

    /// When the token in hand ends, in milliseconds.
    async fn ends_ms(&self, id: AccountId) -> i64 {
        self.bench.app.account(id).await.unwrap().access_expires_at.unwrap().as_millis()
    }

    /// The round of one account.
    async fn round(&self) -> Seen {
        let app = &self.bench.app;
        let id = self.link("alice", None).await.unwrap();
        let account = app.account(id).await.unwrap();
        assert_eq!((account.remote_id.as_str(), account.name.as_str()), ("alice", "Person alice"));
        assert_eq!(account.method, "oauth");
        assert!(app.renews(id).await.unwrap(), "it gave what renews");
        let mut before = self.ends_ms(id).await;
        let mut renewed = true;
        for _ in 0..2 {
            self.bench.clock.jump_ms(ACCESS_MS + 1_000);
            assert_eq!(self.state(id).await, AccountState::Healthy, "renewed, and what it rotated to renews too");
            let after = self.ends_ms(id).await;
            renewed &= after > before;
            before = after;
        }

        assert_eq!(self.link("bob", Some(id)).await.unwrap_err().code, ErrorCode::LinkMismatch);
        assert_eq!(self.state(id).await, AccountState::Healthy, "another person's consent changed nothing");
        // Its owner ends it there: the server forgets every grant of theirs.
        self.operator("forget/alice").await;
        self.bench.clock.jump_ms(ACCESS_MS + 1_000);
        let taken_back = self.state(id).await == AccountState::NeedsRelink;
        let linked_again = self.link("alice", Some(id)).await.unwrap() == id;
        assert_eq!(self.state(id).await, AccountState::Healthy);

        let ended = self.operator("ended").await;
        app.unlink_account(id, OnUnlink::Hold).await.unwrap();
        let ended = self.operator("ended").await > ended;
        let who = format!("{} ({})", account.name, account.remote_id);
        Seen { who, held: [renewed, taken_back, linked_again, ended] }
    }
}

fn row(way: &str, seen: &Seen) -> String {
    let signs = seen.held.map(|held| if held { "yes" } else { "no" });
    line(way, &seen.who, signs)
}

fn line(way: &str, who: &str, signs: [&str; 4]) -> String {
    let signs = signs.map(|sign| format!("{sign:<9}"));
    format!("{way:<34}{who:<24}{}", signs.concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_ones_own_goes_round() {
    println!("{}", line("defined, its app", "who", STEPS));
    for (way, by_file, imported) in
        [("by form, entered", false, false), ("by form, from .env", false, true), ("by file, from .env", true, true)]
    {
        let scene = Scene::set().await;
        scene.define(if by_file { scene.by_file() } else { scene.by_form() }).await;
        let app = &scene.bench.app;
        assert_eq!(scene.link_refused().await, ErrorCode::NotAvailable, "it waits for its app");
        if imported {
            let text = Secret::new(format!("OWN_SERVER_CLIENT_ID=own-secret\nOWN_SERVER_CLIENT_SECRET={SECRET}\n"));
            let told = app.import_env(&text).await.unwrap();
            assert!(told.variables.iter().all(|found| found.outcome == EnvOutcome::Taken), "{told:?}");
        } else {
            app.set_own_app(PLATFORM, "own-public", None).await.unwrap();
        }
        let seen = scene.round().await;
        println!("{}", row(way, &seen));
        assert_eq!(seen.held, [true; 4], "{way}: {STEPS:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_secret_links_nothing() {
    let scene = Scene::set().await;
    scene.define(scene.by_form()).await;
    scene.bench.app.set_own_app(PLATFORM, "own-secret", Some(Secret::from("another"))).await.unwrap();
    let error = scene.link("alice", None).await.unwrap_err();
    assert!(error.details.contains("invalid_client"), "{error:?}");
    assert!(scene.bench.app.accounts().await.unwrap().is_empty());
}

impl Scene {
    async fn link_refused(&self) -> ErrorCode {
        self.link("alice", None).await.unwrap_err().code
    }
}
