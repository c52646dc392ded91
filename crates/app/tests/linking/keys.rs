//! Keys change below accounts that are at work.

use app::VaultChoice;
use domain::{AccountState, ErrorCode, Secret};

use crate::world::World;

fn handed_in(number: u8) -> VaultChoice {
    use base64::Engine;
    VaultChoice::Environment(Secret::new(base64::engine::general_purpose::STANDARD.encode([number; 32])))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_can_be_replaced_and_everything_still_opens() {
    let world = World::start("mastodon").await;
    let id = world.link().await;
    let registered = world.calls("register");
    for number in 1..4 {
        world.app().rotate_keys(handed_in(number)).await.unwrap();
        world.app().check_account(id).await.unwrap();
        assert_eq!(world.app().vault_view().await.unwrap().state, "ready");
    }
    // The client's secret opens as well: it is used again.
    let attempt = world.ask(Some(id)).await.unwrap();
    assert_eq!(world.finish(&attempt).await.unwrap(), id);
    assert_eq!(world.calls("register"), registered);
    world.app().check_account(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_while_the_account_is_used() {
    let world = World::start("mastodon").await;
    let id = world.link().await;
    let (app, again) = (world.app().clone(), world.app().clone());
    let used = tokio::spawn(async move {
        for _ in 0..40 {
            app.check_account(id).await.unwrap();
        }
    });
    for number in 1..9 {
        again.rotate_keys(handed_in(number)).await.unwrap();
    }
    used.await.unwrap();
    assert_eq!(world.app().account(id).await.unwrap().state, AccountState::Healthy);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let world = World::start("mastodon").await;
    let app = world.app();
    assert_eq!(
        app.rotate_keys(VaultChoice::Auto).await.unwrap_err().code,
        ErrorCode::WrongState,
        "nothing is sealed yet"
    );
    assert_eq!(app.make_recovery_key().await.unwrap_err().code, ErrorCode::WrongState);
    let id = world.link().await;
    assert_eq!(
        app.rotate_keys(VaultChoice::Auto).await.unwrap_err().code,
        ErrorCode::InvalidRequest,
        "it is handed in"
    );
    app.change_profile_key(handed_in(1)).await.unwrap();
    assert_eq!(app.change_profile_key(handed_in(1)).await.unwrap_err().code, ErrorCode::InvalidRequest, "the same key");
    let short = VaultChoice::Passphrase(Secret::from("short"));
    assert_eq!(app.change_profile_key(short).await.unwrap_err().code, ErrorCode::InvalidRequest);
    app.check_account(id).await.unwrap();
    assert_eq!(app.vault_view().await.unwrap().backend, "environment");
}

#[tokio::test]
async fn a_recovery_key_serves_until_the_key_is_replaced() {
    let world = World::start("mastodon").await;
    let id = world.link().await;
    let app = world.app();
    let (first, second) = (app.make_recovery_key().await.unwrap(), app.make_recovery_key().await.unwrap());
    assert_ne!(first.expose(), second.expose());
    assert!(app.keys_beside().await.unwrap().recovery_made_at.is_some());
    assert_eq!(app.recover(&first, handed_in(1)).await.unwrap_err().code, ErrorCode::InvalidRequest, "an older one");
    assert_eq!(app.recover(&second, VaultChoice::Auto).await.unwrap_err().code, ErrorCode::InvalidRequest);
    let passphrase = VaultChoice::Passphrase(Secret::from("correct horse"));
    app.recover(&second, passphrase).await.unwrap();
    app.check_account(id).await.unwrap();
    assert_eq!(app.vault_view().await.unwrap().backend, "passphrase");
    assert_eq!(app.recover(&second, handed_in(1)).await.unwrap_err().code, ErrorCode::NotFound, "it has served");
    assert!(app.keys_beside().await.unwrap().recovery_made_at.is_none());
}

#[tokio::test]
async fn a_first_key_behind_a_passphrase_opens_again_with_that_alone() {
    let passphrase = |text: &str| VaultChoice::Passphrase(Secret::from(text));
    let world = World::start("mastodon").await;
    let refused = world.app().change_profile_key(passphrase("short")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    assert_eq!(world.app().vault_view().await.unwrap().state, "unset", "nothing was chosen");
    world.app().change_profile_key(passphrase("correct horse")).await.unwrap();
    let id = world.link().await;

    let world = world.reopen_with(VaultChoice::Auto).await;
    let app = world.app();
    app.look_for_key().await;
    assert_eq!(app.vault_view().await.unwrap().state, "locked");
    assert_eq!(app.check_account(id).await.unwrap_err().code, ErrorCode::VaultUnavailable);
    let wrong = app.open_with(Secret::from("another horse")).await.unwrap_err();
    assert_eq!((wrong.code, app.vault_view().await.unwrap().state), (ErrorCode::VaultUnavailable, "locked"));
    app.open_with(Secret::from("correct horse")).await.unwrap();
    assert_eq!(app.vault_view().await.unwrap().state, "ready");
    app.check_account(id).await.unwrap();
}

#[tokio::test]
async fn a_key_that_is_elsewhere_takes_no_passphrase() {
    let world = World::start("mastodon").await;
    world.link().await;
    let refused = world.app().open_with(Secret::from("correct horse")).await.unwrap_err();
    assert_eq!((refused.code, world.app().vault_view().await.unwrap().state), (ErrorCode::WrongState, "ready"));
}
