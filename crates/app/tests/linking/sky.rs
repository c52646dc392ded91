//! A profile, a data server of the AT Protocol with the people robin and sparrow, and the browser they agree in.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    App, Error,
    compose::{Draft, When},
    link::{LinkMethod, LinkRequest, Status},
    system::{SystemClock, SystemRandom},
};
use domain::{
    AccountId, PlatformId, PostId, Secret,
    ports::{Call, CallLog},
    post::{Content, Part},
};
use serde_json::Value;
use simulator::{Command, Effect, Reply, Running, Simulator};
use store::{Store, account::Account, secret::Field};

use crate::bench::{Bench, linking};

pub const ROBIN: &str = "robin.test";
pub const SPARROW: &str = "sparrow.test";
const APP_PASSWORD: &str = "abcd-efgh-ijkl-mnop";

struct Unlogged;

impl CallLog for Unlogged {
    fn record(&self, _call: Call) {}
}

pub struct Sky {
    pub bench: Bench,
    pub server: Running,
    http: net::Client,
    _folder: tempfile::TempDir,
}

impl Sky {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Simulator::start("bluesky", folder.path()).await.unwrap();
        for handle in [ROBIN, SPARROW] {
            server.control(&Command::add_account(handle, APP_PASSWORD)).unwrap();
        }
        let http =
            net::Client::new(Arc::new(SystemClock::default()), Arc::new(Unlogged), Arc::new(SystemRandom)).unwrap();
        let bench = Bench::start().await;
        bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
        Self { bench, server, http, _folder: folder }
    }

    pub fn app(&self) -> &Arc<App> {
        &self.bench.app
    }

    /// A wish to link; the server and the directory are here.
    pub fn wish(&self, method: LinkMethod, again: Option<AccountId>) -> LinkRequest {
        let here = ["api", "plc"].map(|name| (name.to_owned(), self.server.url().to_owned()));
        LinkRequest {
            method: Some(method),
            identifier: (again.is_none() || method == LinkMethod::AppPassword).then(|| ROBIN.to_owned()),
            secret: (method == LinkMethod::AppPassword).then(|| Secret::from(APP_PASSWORD)),
            endpoints: if again.is_none() { BTreeMap::from(here) } else { BTreeMap::new() },
            ..linking::wish("bluesky", again)
        }
    }

    pub async fn ask(&self, again: Option<AccountId>) -> Result<Status, Error> {
        self.app().start_link(self.wish(LinkMethod::Oauth, again)).await
    }

    /// Decides on the consent page, and goes back to the app.
    pub async fn decide(&self, attempt: &Status, form: &[(&str, &str)]) {
        let tag = self.http.tag(PlatformId::parse("browser").unwrap());
        let page = self.http.get(&tag, "page", &attempt.authorize_url).send().await.unwrap();
        assert_eq!(page.status, 200, "{}", String::from_utf8_lossy(&page.body));
        let decided = self.http.post(&tag, "decide", &attempt.authorize_url).form(form).send().await.unwrap();
        let back = decided.header("location").unwrap();
        assert_eq!(self.http.get(&tag, "back", back).send().await.unwrap().status, 303);
    }

    pub async fn end(&self, attempt: &Status) -> Result<AccountId, Error> {
        linking::end_of(self.app(), attempt).await
    }

    /// Links by consent.
    pub async fn link(&self, again: Option<AccountId>) -> Result<AccountId, Error> {
        let attempt = self.ask(again).await?;
        self.decide(&attempt, &[("decision", "allow")]).await;
        self.end(&attempt).await
    }

    /// Links by app password.
    pub async fn sign_in(&self, again: Option<AccountId>) -> Result<AccountId, Error> {
        let attempt = self.app().start_link(self.wish(LinkMethod::AppPassword, again)).await?;
        self.end(&attempt).await
    }

    pub async fn account(&self, id: AccountId) -> Account {
        self.app().account(id).await.unwrap()
    }

    /// A sealed value as it lies in the database.
    pub async fn sealed(&self, account: AccountId, field: Field) -> Option<Vec<u8>> {
        let store = Store::open(&self.app().folder().join("postroom.db")).await.unwrap();
        let found = store::secret::get(&mut store.read().await.unwrap(), account, field).await.unwrap();
        store.close().await;
        found
    }

    /// From now on the server answers so on a path.
    pub fn answer(&self, path: &'static str, status: u16, body: Value) {
        self.server.answer_with(move |request| (request.path == path).then(|| Reply::json(status, &body)));
    }

    /// From now on it answers as its software does.
    pub fn behave(&self) {
        self.server.answer_with(|_| None);
    }

    /// Time passes here and there.
    pub fn pass_ms(&self, ms: i64) {
        self.bench.clock.jump_ms(ms);
        self.server.control(&Command::Advance { by_ms: ms }).unwrap();
    }

    /// How many calls of an operation came.
    pub fn calls(&self, operation: &str) -> usize {
        self.server.seen().unwrap().iter().filter(|call| call.seen == operation).count()
    }

    /// Tokens that act for robin by consent.
    pub fn tokens(&self) -> u64 {
        self.server.control(&Command::TokensOf { handle: ROBIN.to_owned() }).unwrap()["tokens"].as_u64().unwrap()
    }

    /// Writes a post, due now.
    pub async fn write(&self, account: AccountId, text: &str) -> PostId {
        let parts = vec![Part { text: text.to_owned(), ..Part::default() }];
        let content = Content { parts, language: "en".to_owned(), ..Content::default() };
        let draft = Draft { content, variants: Vec::new(), accounts: vec![account] };
        self.app().create_post(draft, Some(When::Now)).await.unwrap()
    }

    /// The texts of what was posted, in order.
    pub fn posted(&self) -> Vec<String> {
        let all = self.server.effects().unwrap();
        all.iter().filter(|effect| Effect::made_something(effect)).map(|e| e.get("text").unwrap().to_owned()).collect()
    }
}
