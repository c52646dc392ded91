//! A profile, one platform that accounts are only linked with, and the person who agrees there.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use app::{
    App, Error,
    link::{LinkRequest, OwnApp, Status},
    system::{SystemClock, SystemRandom},
};
use domain::{
    AccountId, AccountState, PlatformId, Secret,
    ports::{Call, CallLog},
};
use simulator::{Command, Running, Simulator};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::bench::{Bench, linking};

pub const CLIENT: &str = "app-1";
pub const SECRET: &str = "secret-1";

/// A secret as the platform writes them.
pub fn secret_of(platform: &str) -> &'static str {
    if platform == "instagram" { "0123456789abcdef0123456789abcdef" } else { SECRET }
}

struct Unlogged;

impl CallLog for Unlogged {
    fn record(&self, _call: Call) {}
}

pub struct Only {
    pub bench: Bench,
    pub server: Running,
    platform: &'static str,
    http: net::Client,
    _folder: tempfile::TempDir,
    _ports: OwnedMutexGuard<()>,
}

impl Only {
    /// The platform's simulator with the people alice and bob.
    pub async fn start(platform: &'static str) -> Self {
        static PORTS: LazyLock<Arc<Mutex<()>>> = LazyLock::new(Arc::default);
        // The registered ports are this machine's: one test at a time.
        let ports = Arc::clone(&PORTS).lock_owned().await;
        let folder = tempfile::tempdir().unwrap();
        let server = Simulator::start(&platform.replace('_', "-"), folder.path()).await.unwrap();
        for handle in ["alice", "bob"] {
            server.control(&Command::add_account(handle, &format!("{handle}-bot"))).unwrap();
        }
        let http =
            net::Client::new(Arc::new(SystemClock::default()), Arc::new(Unlogged), Arc::new(SystemRandom)).unwrap();
        Self { bench: Bench::start().await, server, platform, http, _folder: folder, _ports: ports }
    }

    pub fn app(&self) -> &Arc<App> {
        &self.bench.app
    }

    /// What Postroom says of the app it wants.
    pub async fn wanted(&self) -> OwnApp {
        self.app().own_apps().await.unwrap().into_iter().find(|app| app.platform == self.platform).unwrap()
    }

    /// Registers an app with the platform, with the addresses Postroom asks for.
    pub async fn register(&self, client: &str, secret: Option<&str>) {
        let redirects = self.wanted().await.redirects;
        let redirects: Vec<_> = redirects.iter().map(String::as_str).collect();
        self.server.control(&Command::register_app(client, secret, &redirects)).unwrap();
    }

    /// Enters an app.
    pub async fn enter(&self, client: &str, secret: Option<&str>) -> Result<OwnApp, Error> {
        self.app().set_own_app(self.platform, client, secret.map(Secret::from)).await
    }

    /// The platform's addresses, here. One that a person defined has its own.
    pub fn endpoints(&self) -> BTreeMap<String, String> {
        if !self.app().registry().is_built_in(self.platform) {
            return BTreeMap::new();
        }
        let provider = self.app().registry().get(self.platform).unwrap();
        let here = |url: &str| {
            let path = url.trim_start_matches("https://").split_once('/').map(|(_, path)| format!("/{path}"));
            format!("{}{}", self.server.url(), path.unwrap_or_default())
        };
        provider.descriptor().endpoints.iter().map(|(name, url)| ((*name).to_owned(), here(url))).collect()
    }

    pub async fn ask(&self, again: Option<AccountId>) -> Result<Status, Error> {
        let request = LinkRequest { endpoints: self.endpoints(), ..linking::wish(self.platform, again) };
        self.app().start_link(request).await
    }

    /// Decides on the consent page, and goes back to the app.
    pub async fn decide(&self, attempt: &Status, form: &[(&str, &str)]) {
        if !attempt.user_code.is_empty() {
            let (user_code, allowed_by) = (attempt.user_code.clone(), Some("alice".to_owned()));
            self.server.control(&Command::DecideUserCode { user_code, allowed_by }).unwrap();
            return;
        }
        let back = self.answer_of(&attempt.authorize_url, form).await;
        if attempt.pasted {
            self.app().answer_link(&attempt.id, &Secret::new(back)).unwrap();
            return;
        }
        let heard = self.bring(&back).await;
        assert_eq!(heard.status, 303, "{}", self.platform);
        // The last page: once it is shown, the port is free again.
        let done = url::Url::parse(&back).unwrap().join(heard.header("location").unwrap()).unwrap();
        assert!(self.bring(done.as_str()).await.status < 400);
    }

    /// Where a decision on a consent page sends the browser.
    pub async fn answer_of(&self, authorize_url: &str, form: &[(&str, &str)]) -> String {
        let tag = self.http.tag(PlatformId::parse("browser").unwrap());
        let decided = self.http.post(&tag, "decide", authorize_url).form(form).send().await.unwrap();
        let text = String::from_utf8_lossy(&decided.body).into_owned();
        let back = decided.header("location").unwrap_or_else(|| panic!("{}: {} {text}", self.platform, decided.status));
        back.to_owned()
    }

    /// What the browser is answered at an address.
    pub async fn bring(&self, address: &str) -> net::Answer {
        let tag = self.http.tag(PlatformId::parse("browser").unwrap());
        self.http.get(&tag, "back", address).send().await.unwrap()
    }

    pub async fn end(&self, attempt: &Status) -> Result<AccountId, Error> {
        linking::end_of(self.app(), attempt).await
    }

    pub async fn link(&self, again: Option<AccountId>) -> Result<AccountId, Error> {
        let attempt = self.ask(again).await?;
        self.decide(&attempt, &[("decision", "allow")]).await;
        self.end(&attempt).await
    }

    /// How many calls of an operation came.
    pub fn calls(&self, operation: &str) -> usize {
        self.server.seen().unwrap().iter().filter(|call| call.seen == operation).count()
    }

    /// Asks the platform who the account is; how the account stands then.
    pub async fn check(&self, account: AccountId) -> (AccountState, Option<Error>) {
        let error = self.app().check_account(account).await.err();
        (self.app().account(account).await.unwrap().state, error)
    }

    /// Lets days go by, here and at the platform.
    pub fn days_later(&self, days: i64) {
        let by_ms = days * 86_400_000;
        self.bench.clock.jump_ms(by_ms);
        self.server.control(&Command::Advance { by_ms }).unwrap();
    }

    /// Tokens that act for alice at the platform.
    pub fn tokens(&self) -> u64 {
        let told = self.server.control(&Command::TokensOf { handle: "alice".to_owned() }).unwrap();
        told["tokens"].as_u64().unwrap_or_else(|| panic!("{told}"))
    }
}
