//! What the profile keeps of accounts: secrets that are listed and never told, and groups.

use app::{groups::Group, secrets::SecretKind};
use domain::{AccountId, ErrorCode};

use crate::world::World;

fn group(name: &str, accounts: &[AccountId]) -> Group {
    Group { name: name.to_owned(), accounts: accounts.to_vec() }
}

#[tokio::test]
async fn every_secret_is_listed_by_what_it_is_and_gone_when_it_is_given_back() {
    let world = World::start("mastodon").await;
    let id = world.link().await;
    world.app().check_account(id).await.unwrap();
    let here = world.bench.link("a").await;
    let secrets = world.app().secrets().await.unwrap();
    let of = |id: AccountId| {
        let ours = secrets.iter().filter(move |secret| secret.account.as_ref().is_some_and(|account| account.id == id));
        ours.map(|secret| secret.kind).collect::<Vec<_>>()
    };
    assert_eq!(of(id), [SecretKind::Access], "a grant without an end has nothing to renew it with");
    assert_eq!(of(here), [SecretKind::Access, SecretKind::Refresh]);
    let access = secrets.iter().find(|secret| secret.account.as_ref().is_some_and(|account| account.id == id)).unwrap();
    assert!(access.scopes.contains(&"write:statuses".to_owned()), "{access:?}");
    let app = secrets.last().unwrap();
    assert_eq!((app.kind, app.server.as_str()), (SecretKind::App, world.server.url()));
    world.unlink(id).await;
    let left = world.app().secrets().await.unwrap();
    assert!(left.iter().all(|secret| secret.account.as_ref().is_none_or(|account| account.id != id)));
}

#[tokio::test]
async fn groups_are_made_changed_and_forgotten_and_outlive_what_becomes_of_their_accounts() {
    let world = World::start("mastodon").await;
    let (id, here) = (world.link().await, world.bench.link("a").await);
    let app = world.app();
    app.set_group(None, group(" Clay ", &[id, here, id])).await.unwrap();
    let made = app.set_group(None, group("alone", &[here])).await.unwrap();
    assert_eq!(made, [group("alone", &[here]), group("Clay", &[id, here])], "by name, each member once");
    for wrong in ["clay", "", "a\nb", &"x".repeat(41)] {
        let error = app.set_group(None, group(wrong, &[])).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{wrong:?}");
    }
    assert_eq!(app.set_group(Some("nobody"), group("x", &[])).await.unwrap_err().code, ErrorCode::NotFound);
    world.unlink(id).await;
    assert_eq!(app.groups().await.unwrap()[1], group("Clay", &[here]), "who is unlinked is left out");
    app.set_group(Some("CLAY"), group("Pots", &[here])).await.unwrap();
    assert_eq!(world.link().await, id);
    let back = app.groups().await.unwrap();
    assert_eq!(back[1], group("Pots", &[here, id]), "and is there again when it is linked again");
    app.remove_group("pots").await.unwrap();
    assert_eq!(app.remove_group("pots").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(app.groups().await.unwrap(), [group("alone", &[here])]);
}
