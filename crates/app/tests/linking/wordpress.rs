//! WordPress on a site of one's own, through the app against the simulator: found by its address, linked by the site's own
//! page and by a password made there by hand, checked, taken back, linked again, unlinked.

use std::sync::atomic::Ordering;

use app::{
    Error,
    accounts::OnUnlink,
    link::{LinkMethod, LinkRequest, Stage, Status},
};
use domain::{AccountId, AccountState, ErrorCode, Secret};
use serde_json::{Value, json};
use simulator::{Command, Reply};

use crate::{bench::linking, only::Only, platforms::Seen};

struct Site(Only);

impl Site {
    async fn start(settings: &Value) -> Self {
        let only = Only::start("wordpress").await;
        only.server.control(&Command::configure(settings)).unwrap();
        Self(only)
    }

    fn address(&self) -> String {
        self.0.server.url().to_owned()
    }

    async fn ask(&self, site: &str, again: Option<AccountId>, login: Option<(&str, &str)>) -> Result<Status, Error> {
        let request = LinkRequest {
            method: Some(if login.is_some() { LinkMethod::AppPassword } else { LinkMethod::Oauth }),
            instance: Some(site.to_owned()),
            identifier: login.map(|(name, _)| name.to_owned()),
            secret: login.map(|(_, password)| Secret::from(password)),
            ..linking::wish("wordpress", again)
        };
        self.0.app().start_link(request).await
    }

    async fn by_page(&self, site: &str, again: Option<AccountId>) -> Result<AccountId, Error> {
        let attempt = self.ask(site, again, None).await?;
        self.0.decide(&attempt, &[("decision", "allow"), ("account", "alice")]).await;
        self.0.end(&attempt).await
    }

    /// A no, handed over by the system.
    async fn refused(&self) -> Error {
        let attempt = self.ask(&self.address(), None, None).await.unwrap();
        let back = self.0.answer_of(&attempt.authorize_url, &[("decision", "deny")]).await;
        assert!(self.0.app().take_answer(&Secret::new(back)));
        self.0.end(&attempt).await.unwrap_err()
    }

    async fn by_password(&self, site: &str, name: &str, password: &str) -> Result<AccountId, Error> {
        let attempt = self.ask(site, None, Some((name, password))).await?;
        self.0.end(&attempt).await
    }
}

/// One account's round, by the site's own page.
pub async fn round() -> Seen {
    let site = Site::start(&json!({})).await;
    let (only, address) = (&site.0, site.address());
    let id = site.by_page(&address, None).await.unwrap();
    let account = only.app().account(id).await.unwrap();
    assert_eq!(
        (account.handle.as_str(), account.kind.as_str(), account.method.as_str()),
        ("alice", "author", "app_password")
    );
    assert_eq!((account.instance.as_str(), account.scopes.len()), (address.as_str(), 3));
    assert!(account.access_expires_at.is_none() && !only.app().renews(id).await.unwrap(), "it has no end");
    assert_eq!(only.check(id).await, (AccountState::Healthy, None));

    only.server.control(&Command::RevokeTokens).unwrap();
    let mut seen = Seen {
        identity: format!("{} ({})", account.handle, account.remote_id),
        scopes: account.scopes.len(),
        taken_back: only.check(id).await.0 == AccountState::NeedsRelink,
        ..Seen::default()
    };
    let same = site.by_page("", Some(id)).await.unwrap();
    seen.linked_again = same == id && only.check(id).await == (AccountState::Healthy, None);
    assert_eq!(only.tokens(), 1);
    only.app().unlink_account(id, OnUnlink::Hold).await.unwrap();
    // The password is deleted there.
    seen.ended = only.tokens() == 0;
    seen
}

#[tokio::test]
async fn a_password_made_by_hand_is_taken_back_replaced_and_deleted_at_the_end() {
    let site = Site::start(&json!({})).await;
    let id = site.by_password(&site.address(), "bob", "bob-bot").await.unwrap();
    site.0.server.control(&Command::RevokeTokens).unwrap();
    assert_eq!(site.0.check(id).await.0, AccountState::NeedsRelink);
    // The one that was deleted links nothing again.
    let again = async |password: &str| {
        let attempt = site.ask("", Some(id), Some(("bob", password))).await.unwrap();
        site.0.end(&attempt).await
    };
    assert_eq!(again("bob-bot").await.unwrap_err().code, ErrorCode::CredentialsRefused);
    assert_eq!(site.0.check(id).await.0, AccountState::NeedsRelink);
    site.0.server.control(&Command::add_account("bob", "abcd efgh ijkl mnop qrst uvwx")).unwrap();
    assert_eq!(again("abcdefghijklmnopqrstuvwx").await.unwrap(), id, "its spaces do not matter");
    assert_eq!(site.0.check(id).await, (AccountState::Healthy, None));
    site.0.app().unlink_account(id, OnUnlink::Hold).await.unwrap();
    let left = site.0.server.control(&Command::TokensOf { handle: "bob".to_owned() }).unwrap();
    assert_eq!((site.0.calls("passwords.delete"), left), (1, json!({"tokens": 0})));
}

#[tokio::test]
async fn a_site_is_found_however_it_tells_where_its_interface_is() {
    for settings in [
        json!({"link": "header"}),
        json!({"link": "html"}),
        json!({"link": "absent"}),
        json!({"link": "absent", "pretty_permalinks": false}),
        json!({"pretty_permalinks": false, "folder": "/blog"}),
        json!({"link": "html", "folder": "/blog"}),
    ] {
        let site = Site::start(&settings).await;
        let address = format!("{}{}", site.address(), settings["folder"].as_str().unwrap_or_default());
        let typed = format!("{address}/");
        let id =
            site.by_password(&typed, "bob", "bob-bot").await.unwrap_or_else(|error| panic!("{settings}: {error:?}"));
        let account = site.0.app().account(id).await.unwrap();
        assert_eq!((account.instance, account.handle.as_str()), (address, "bob"), "{settings}");
        assert_eq!(site.0.check(id).await, (AccountState::Healthy, None), "{settings}");
        assert!(site.by_page(&typed, None).await.is_ok(), "{settings}");
        let held = site.0.calls("passwords.delete");
        site.0.app().unlink_account(id, OnUnlink::Hold).await.unwrap();
        assert_eq!(site.0.calls("passwords.delete"), held + 1, "{settings}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_site_is_said() {
    let refused = async |settings: Value, login: Option<(&str, &str)>| {
        let site = Site::start(&settings).await;
        match site.ask(&site.address(), None, login).await {
            Ok(attempt) => site.0.end(&attempt).await.unwrap_err(),
            Err(error) => error,
        }
    };
    let off = refused(json!({"application_passwords": false}), None).await;
    assert!(off.message.contains("Application passwords are switched off"), "{off:?}");
    let wrong = refused(json!({}), Some(("alice", "wrong"))).await;
    assert_eq!(wrong.code, ErrorCode::CredentialsRefused);
    let dropped = refused(json!({"drops_authorization": true}), Some(("alice", "alice-bot"))).await;
    assert_eq!(dropped.code, ErrorCode::CredentialsRefused);
    let odd = refused(json!({}), Some(("al:ice", "alice-bot"))).await;
    assert_eq!(odd.code, ErrorCode::CredentialsRefused);
}

#[tokio::test]
async fn what_is_no_such_site_links_nothing() {
    let site = Site::start(&json!({})).await;
    let address = site.address();
    for typed in ["", "http://example.com", "https://u:p@example.com", "not an address"] {
        assert!(site.ask(typed, None, None).await.is_err(), "{typed}");
    }
    let elsewhere = "<https://evil.example/wp-json/>; rel=\"https://api.w.org/\"";
    for (front, index) in [
        (Reply::empty(200).with("link", &elsewhere), None),
        (Reply::empty(302).with("location", &"https://127.0.0.2/"), None),
        (Reply::empty(200), Some(Reply::json(200, &json!({"namespaces": ["oembed/1.0"]})))),
        (Reply::empty(200), Some(Reply::empty(200))),
    ] {
        site.0.server.answer_with(move |request| match request.path.as_str() {
            "/" => Some(front.clone()),
            "/wp-json/" => index.clone(),
            _ => None,
        });
        let error = site.ask(&address, None, None).await.unwrap_err();
        assert!(error.message.ends_with("Nothing was linked."), "{error:?}");
    }
    let page = json!({
        "namespaces": ["wp/v2"],
        "authentication": {"application-passwords": {"endpoints": {"authorization": "https://evil.example/approve"}}}
    });
    site.0.server.answer_with(move |request| (request.path == "/wp-json/").then(|| Reply::json(200, &page)));
    assert!(site.ask(&address, None, None).await.unwrap_err().message.contains("another server"));
    assert!(site.0.app().accounts().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_no_on_the_page_links_nothing_and_another_person_is_not_linked_again() {
    let site = Site::start(&json!({})).await;
    let attempt = site.ask(&site.address(), None, None).await.unwrap();
    site.0.decide(&attempt, &[("decision", "deny")]).await;
    assert_eq!(site.0.end(&attempt).await.unwrap_err().code, ErrorCode::ConsentRefused);
    let bob = site.by_password(&site.address(), "bob", "bob-bot").await.unwrap();
    assert_eq!(site.by_page("", Some(bob)).await.unwrap_err().code, ErrorCode::LinkMismatch);
}

#[tokio::test]
async fn a_site_of_an_older_version_comes_back_through_the_system_where_that_knows_us() {
    let site = Site::start(&json!({"core": 6.5})).await;
    site.0.bench.desktop.takes_links.store(true, Ordering::SeqCst);
    let agreed = [("decision", "allow"), ("account", "alice")];
    let (first, second) = (site.ask(&site.address(), None, None).await, site.ask(&site.address(), None, None).await);
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.redirect_uri, "postroom://oauth/wordpress-site");
    let back = site.0.answer_of(&first.authorize_url, &agreed).await;
    for foreign in [
        "postroom://oauth/wordpress-site?state=made-up&user_login=alice&password=x".to_owned(),
        back.replace("wordpress-site", "another"),
        back.replace("state=", "state=x"),
        format!("{back}&user_login=mallory"),
    ] {
        assert!(!site.0.app().take_answer(&Secret::new(foreign)));
    }
    let back = Secret::new(back);
    assert!(site.0.app().take_answer(&back) && !site.0.app().take_answer(&back), "once");
    let id = site.0.end(&first).await.unwrap();
    assert_eq!(site.0.check(id).await, (AccountState::Healthy, None));
    assert_eq!(site.0.app().link_status(&second.id).unwrap().stage, Stage::WaitingForBrowser, "another's answer");
    site.0.app().cancel_link(&second.id).unwrap();
    assert_eq!(site.refused().await.code, ErrorCode::ConsentRefused);
}
