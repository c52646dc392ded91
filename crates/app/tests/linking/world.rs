//! A profile, a server of the Mastodon family, its owner, and the browser they agree in.

use std::sync::Arc;

use app::{
    App, Error, VaultChoice,
    accounts::OnUnlink,
    compose::{Draft, When},
    link::{LinkRequest, Status},
    system::{SystemClock, SystemRandom},
};
use domain::{
    AccountId, PlatformId, PostId,
    ports::{Call, CallLog},
    post::{Content, Part},
};
use simulator::{Command, Reply, Request, Running, Simulator};
use store::account::Account;

use crate::bench::{Bench, linking};

const OWNER: &str = "alice";
const PASSWORD: &str = "correct horse";

pub struct Unlogged;

impl CallLog for Unlogged {
    fn record(&self, _call: Call) {}
}

pub struct World {
    pub bench: Bench,
    pub server: Running,
    folder: tempfile::TempDir,
}

/// The first value of a parameter of an address.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(address).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

impl World {
    pub async fn start(software: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Simulator::start(software, folder.path()).await.unwrap();
        server.control(&Command::add_account(OWNER, PASSWORD)).unwrap();
        let bench = Bench::start().await;
        bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
        Self { bench, server, folder }
    }

    pub fn app(&self) -> &Arc<App> {
        &self.bench.app
    }

    /// Ends the app and opens it again, with another word on where the key is.
    pub async fn reopen_with(self, vault: VaultChoice) -> Self {
        let Self { bench, server, folder } = self;
        Self { bench: bench.reopen_with(vault).await, server, folder }
    }

    /// Another server that nobody named.
    pub async fn stranger(&self) -> Running {
        let folder = self.folder.path().join("stranger");
        std::fs::create_dir(&folder).unwrap();
        Simulator::start("mastodon", &folder).await.unwrap()
    }

    /// From now on the server answers so on a path.
    pub fn answer(&self, path: &'static str, reply: Reply) {
        self.server.answer_with(move |request: &Request| (request.path == path).then(|| reply.clone()));
    }

    /// From now on it answers as its software does.
    pub fn behave(&self) {
        self.server.answer_with(|_| None);
    }

    /// Changes the server's settings.
    pub fn set(&self, settings: &serde_json::Value) {
        self.server.control(&Command::configure(settings)).unwrap();
    }

    /// How many calls of an operation came.
    pub fn calls(&self, operation: &str) -> usize {
        self.server.seen().unwrap().iter().filter(|call| call.seen == operation).count()
    }

    /// Time passes here and there.
    pub fn pass_ms(&self, ms: i64) {
        self.bench.clock.jump_ms(ms);
        self.server.control(&Command::Advance { by_ms: ms }).unwrap();
    }

    pub async fn ask(&self, again: Option<AccountId>) -> Result<Status, Error> {
        let instance = again.is_none().then(|| self.server.url().to_owned());
        let request = LinkRequest { instance, ..linking::wish("mastodon", again) };
        self.app().start_link(request).await
    }

    /// Signs in, allows, and goes back to the app.
    async fn agree(&self, address: &str) {
        let http =
            net::Client::new(Arc::new(SystemClock::default()), Arc::new(Unlogged), Arc::new(SystemRandom)).unwrap();
        let tag = http.tag(PlatformId::parse("mastodon").unwrap());
        let (_, query) = address.split_once('?').unwrap();
        let form = [("query", query), ("username", OWNER), ("password", PASSWORD)];
        let sign_in = format!("{}/auth/sign_in", self.server.url());
        let signed_in = http.post(&tag, "sign_in", &sign_in).form(&form).send().await.unwrap();
        let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let page = signed_in.header("location").unwrap();
        let allow = http.post(&tag, "allow", page).header("cookie", &cookie).form(&[("decision", "allow")]);
        let back = allow.send().await.unwrap().header("location").unwrap().to_owned();
        let heard = http.get(&tag, "back", &back).send().await.unwrap();
        assert!(heard.status < 400, "{}", heard.status);
    }

    /// Agrees to an attempt and waits for its end.
    pub async fn finish(&self, attempt: &Status) -> Result<AccountId, Error> {
        self.agree(&attempt.authorize_url).await;
        linking::end_of(self.app(), attempt).await
    }

    pub async fn link(&self) -> AccountId {
        let attempt = self.ask(None).await.unwrap();
        self.finish(&attempt).await.unwrap()
    }

    pub async fn unlink(&self, account: AccountId) {
        self.app().unlink_account(account, OnUnlink::Hold).await.unwrap();
    }

    /// Accounts that are linked.
    pub async fn linked(&self) -> Vec<Account> {
        self.app()
            .accounts()
            .await
            .unwrap()
            .into_iter()
            .filter(|account| account.platform.as_str() == "mastodon")
            .collect()
    }

    /// Writes a post, due now.
    pub async fn write(&self, account: AccountId, text: &str) -> PostId {
        let parts = vec![Part { text: text.to_owned(), ..Part::default() }];
        let content = Content { parts, language: "en".to_owned(), ..Content::default() };
        let draft = Draft { content, variants: Vec::new(), accounts: vec![account] };
        self.app().create_post(draft, Some(When::Now)).await.unwrap()
    }

    /// The most characters a post may have there.
    pub async fn characters(&self, account: AccountId) -> u32 {
        let account = self.app().account(account).await.unwrap();
        self.app().limits_of(&account).unwrap().0.text.graphemes_max
    }
}
