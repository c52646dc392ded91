//! How far apps of the user's own go: said by their owner, of that app alone; by the platform's answers before that; and
//! else not known.

use app::link::LevelTold;
use domain::{AccountId, ErrorCode};

use crate::only::{CLIENT, Only, SECRET};

impl Only {
    /// The level of an account's app, and who says so.
    pub async fn level(&self, id: AccountId) -> Option<(&'static str, LevelTold)> {
        let account = self.app().account(id).await.unwrap();
        let known = self.app().app_level(&account).await.unwrap()?;
        Some((known.level.map_or("", |level| level.id), known.told))
    }
}

#[tokio::test]
async fn what_an_owner_says_is_of_that_app_alone() {
    let only = Only::start("x").await;
    only.register(CLIENT, None).await;
    only.register("second", None).await;
    let early = only.app().set_app_level("x", "free").await.unwrap_err();
    assert_eq!(early.code, ErrorCode::NotFound, "of what app?");
    only.enter(CLIENT, None).await.unwrap();
    let id = only.link(None).await.unwrap();
    assert_eq!(only.level(id).await, Some(("", LevelTold::Nobody)));

    let app = only.app().set_app_level("x", "pay_per_use").await.unwrap();
    assert_eq!(app.level.map(|level| level.name), Some("Pay-per-use"));
    assert_eq!(only.level(id).await, Some(("pay_per_use", LevelTold::Owner)));
    let odd = only.app().set_app_level("x", "testing").await.unwrap_err();
    assert_eq!(odd.code, ErrorCode::InvalidRequest);
    assert!(odd.message.contains("pay_per_use, plan, free"), "{}", odd.message);
    assert_eq!(only.level(id).await, Some(("pay_per_use", LevelTold::Owner)), "it changed nothing");
    assert_eq!(only.enter(CLIENT, None).await.unwrap().level.map(|level| level.id), Some("pay_per_use"));

    // Of another app nothing is known.
    assert_eq!(only.enter("second", None).await.unwrap().level, None);
    only.app().set_app_level("x", "free").await.unwrap();
    assert_eq!(only.link(Some(id)).await.unwrap(), id);
    assert_eq!(only.level(id).await, Some(("free", LevelTold::Owner)));
    only.app().set_app_level("x", "").await.unwrap();
    assert_eq!(only.level(id).await, Some(("", LevelTold::Nobody)));
    only.app().unlink_account(id, app::accounts::OnUnlink::Hold).await.unwrap();
    assert_eq!(only.level(id).await, None);
}

#[tokio::test]
async fn a_platform_that_makes_no_difference_says_nothing() {
    let only = Only::start("github").await;
    only.register(CLIENT, Some(SECRET)).await;
    only.enter(CLIENT, Some(SECRET)).await.unwrap();
    let id = only.link(None).await.unwrap();
    assert_eq!(only.level(id).await, None);
    assert_eq!(only.app().set_app_level("github", "free").await.unwrap_err().code, ErrorCode::InvalidRequest);
    assert_eq!(only.app().set_app_level("mastodon", "free").await.unwrap_err().code, ErrorCode::InvalidRequest);
}
