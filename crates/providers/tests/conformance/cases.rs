//! Linking, tokens, limits and what a post can hold.

use domain::{ErrorKind, ProviderError, Retry, Secret, limits::PostLimits, post::LinkCard};
use net::Client;
use providers::{
    Provider,
    descriptor::Method,
    provider::{Identity, Rendition, Tokens, Work},
};
use serde_json::json;

use crate::{
    bluesky_world::PASSWORD,
    runner::{publish, ready, seed, work},
    world::{World, picture},
};

/// The error of something that must not work.
fn refused<T>(outcome: Result<T, ProviderError>) -> (ErrorKind, Retry) {
    match outcome {
        Err(error) => (error.kind, error.retry),
        Ok(_) => panic!("it was not refused"),
    }
}

async fn sign_in_with(world: &dyn World, password: &str) -> Result<(Identity, Tokens), ProviderError> {
    let account = world.session().account;
    let password = Secret::from(password);
    world.provider().sign_in(&world.session().http, &account.endpoints, &account.handle, &password).await
}

pub async fn link(world: &dyn World) {
    let session = world.session();
    let identity = world.provider().identify(&session).await.unwrap();
    assert_eq!(identity.remote_id, session.account.remote_id);
    assert_eq!(identity.handle, session.account.handle);
    assert_eq!(identity.kind, session.account.kind);
}

pub async fn sign_in(world: &dyn World) {
    let session = world.session();
    let (identity, tokens) = sign_in_with(world, PASSWORD).await.unwrap();
    assert_eq!(identity.remote_id, session.account.remote_id);
    assert!(tokens.access_expires_at.unwrap() > session.clock.now());
    assert!(tokens.refresh_expires_at.unwrap() > tokens.access_expires_at.unwrap());
    assert!(identity.endpoints.iter().all(|(name, url)| name == "api" && url == session.account.endpoints.get("api")));
    // Endpoints given by hand stay as they were given.
    let mut custom = session.account.endpoints;
    custom.custom = true;
    let (handle, password) = (&session.account.handle, Secret::from(PASSWORD));
    let signed_in = world.provider().sign_in(&session.http, &custom, handle, &password).await;
    assert_eq!(signed_in.unwrap().0.endpoints, []);
}

pub async fn wrong_password(world: &dyn World) {
    assert_eq!(refused(sign_in_with(world, "aaaa-bbbb-cccc-dddd").await), (ErrorKind::AuthRevoked, Retry::Never));
}

pub async fn renewal(world: &dyn World) {
    let session = world.session();
    let old = world.tokens().refresh();
    let renew = |http: Client| {
        let (provider, endpoints, old) = (world.provider(), session.account.endpoints.clone(), old.clone());
        async move { provider.renew(&http, &endpoints, &old).await }
    };
    let fresh = renew(session.http.clone()).await.unwrap();
    assert!(fresh.refresh.is_some() && fresh.access_expires_at.is_some());
    // A crash between the answer and saving it: the old token still leads to the same successor.
    let again = renew(session.http.clone()).await.unwrap();
    assert!(again.refresh.is_some());
    world.tokens().replace(fresh);
    publish(world, &work("After a renewal")).await.unwrap();
}

pub async fn sign_out(world: &dyn World) {
    let (session, refresh) = (world.session(), world.tokens().refresh());
    let endpoints = &session.account.endpoints;
    world.provider().sign_out(&session.http, endpoints, &refresh).await.unwrap();
    world.provider().sign_out(&session.http, endpoints, &refresh).await.unwrap();
    let renewed = world.provider().renew(&session.http, endpoints, &refresh).await;
    assert_eq!(refused(renewed), (ErrorKind::AuthRevoked, Retry::Never));
}

pub async fn revoked(world: &dyn World) {
    let prepared = ready(world, &work("Nobody may see this")).await.unwrap();
    world.revoke().await;
    let outcome = world.provider().commit(&world.session(), &prepared.effect).await;
    assert_eq!(refused(outcome), (ErrorKind::AuthRevoked, Retry::Never));
    assert_eq!(refused(world.provider().identify(&world.session()).await), (ErrorKind::AuthRevoked, Retry::Never));
    assert_eq!(world.seen().await, []);
}

pub async fn expired_mid_publish(world: &dyn World) {
    let prepared = ready(world, &work("Sent with the second token")).await.unwrap();
    world.expire_access().await;
    world.provider().commit(&world.session(), &prepared.effect).await.unwrap();
    assert_eq!((world.tokens().renewals(), world.seen().await.len()), (1, 1));
}

pub async fn restricted_account(world: &dyn World) {
    world.restrict().await;
    let restricted = (ErrorKind::AccountRestricted, Retry::Never);
    assert_eq!(refused(publish(world, &work("Nobody may see this")).await), restricted);
    if world.provider().descriptor().methods.contains(&Method::AppPassword) {
        assert_eq!(refused(sign_in_with(world, PASSWORD).await), restricted);
    }
}

/// What the account's own server takes.
fn limits(world: &dyn World) -> PostLimits {
    world.provider().limits(&world.session().account)
}

/// As many grapheme clusters as fit, most of them of several bytes.
fn full_text(world: &dyn World) -> String {
    let limits = limits(world).text;
    let count = usize::try_from(limits.graphemes_max).unwrap();
    "🛶".repeat(count - 4) + "é👩‍👩‍👧e\u{301}."
}

pub async fn text_at_limit(world: &dyn World) {
    let text = full_text(world);
    publish(world, &work(&text)).await.unwrap();
    assert_eq!(world.seen().await[0].text, world.stored(&text));
}

pub async fn text_over(world: &dyn World) {
    let long = full_text(world) + "!";
    let bytes = limits(world).text.bytes_max.map(|most| usize::try_from(most).unwrap());
    let heavy = bytes.map(|bytes| "👩‍👩‍👧‍👦".repeat(bytes / 25 + 1));
    for text in std::iter::once(long).chain(heavy) {
        assert_eq!(refused(publish(world, &work(&text)).await), (ErrorKind::ContentRejected, Retry::Never));
    }
    assert_eq!(world.seen().await, []);
}

/// A post with as many pictures as fit and `more`.
fn pictured(world: &dyn World, more: u8, alt: &str) -> Work {
    let most = u8::try_from(limits(world).images_max).unwrap();
    let mut pictured = work("Pictures");
    pictured.media = (0..most + more).map(|number| picture(&world.folder(), number, 2_000, alt)).collect();
    pictured
}

pub async fn images_at_limit(world: &dyn World) {
    let mut post = pictured(world, 0, "");
    let largest = usize::try_from(limits(world).image_max_bytes).unwrap();
    let mut alts = vec![String::new(); post.media.len()];
    "The largest there is".clone_into(alts.last_mut().unwrap());
    *post.media.last_mut().unwrap() = picture(&world.folder(), 99, largest, "The largest there is");
    publish(world, &post).await.unwrap();
    assert_eq!(world.seen().await[0].alts, alts);
}

pub async fn images_over(world: &dyn World) {
    let (kind, retry) = refused(publish(world, &pictured(world, 1, "")).await);
    assert!(matches!(kind, ErrorKind::MediaRejected | ErrorKind::ContentRejected), "{kind:?}");
    assert_eq!((retry, world.seen().await), (Retry::Never, vec![]));
}

pub async fn image_too_large(world: &dyn World) {
    let most = usize::try_from(limits(world).image_max_bytes).unwrap();
    let mut post = work("Too large");
    post.media = vec![picture(&world.folder(), 1, most + 1, "")];
    assert_eq!(refused(publish(world, &post).await), (ErrorKind::MediaRejected, Retry::Never));
    assert_eq!(world.seen().await, []);
}

fn described(world: &dyn World, characters: usize) -> Work {
    let alt = "é".repeat(characters);
    let media: Vec<Rendition> = vec![picture(&world.folder(), 1, 2_000, &alt)];
    Work { media, ..work("Described") }
}

pub async fn alt_at_limit(world: &dyn World) {
    let most = usize::try_from(limits(world).alt_max_chars).unwrap();
    publish(world, &described(world, most)).await.unwrap();
    assert_eq!(world.seen().await[0].alts[0].chars().count(), most);
}

pub async fn alt_over(world: &dyn World) {
    let most = usize::try_from(limits(world).alt_max_chars).unwrap();
    let outcome = publish(world, &described(world, most + 1)).await;
    assert_eq!(refused(outcome), (ErrorKind::MediaRejected, Retry::Never));
    assert_eq!(world.seen().await, []);
}

pub async fn thread(world: &dyn World) {
    let mut parts = Vec::new();
    for text in ["1/3", "2/3", "3/3"] {
        let (root, parent) = (parts.first().cloned(), parts.last().cloned());
        parts.push(publish(world, &Work { root, parent, ..work(text) }).await.unwrap());
    }
    let seen = world.seen().await;
    let parents: Vec<_> = seen.iter().map(|post| post.parent.clone()).collect();
    assert_eq!(parents, [None, Some(parts[0].id.clone()), Some(parts[1].id.clone())]);
    assert!(seen.iter().zip(&parts).all(|(post, part)| post.id == part.id));
}

pub async fn link_card(world: &dyn World) {
    let (url, title) = ("https://ash.test/no-4".to_owned(), "Ash no. 4".to_owned());
    let card = LinkCard { url, title, description: "A recipe".to_owned() };
    publish(world, &Work { card: Some(card), ..work("Read") }).await.unwrap();
    let expected = json!({"uri": "https://ash.test/no-4", "title": "Ash no. 4", "description": "A recipe"});
    assert_eq!(world.seen().await[0].raw["value"]["embed"]["external"], expected);
}

pub async fn mentions(world: &dyn World) {
    publish(world, &work("🛶 @bob.test @nobody.test #tag")).await.unwrap();
    let facets = world.seen().await[0].raw["value"]["facets"].clone();
    assert_eq!(facets.as_array().unwrap().len(), 2);
    assert_eq!(facets[0]["index"], json!({"byteStart": 5, "byteEnd": 14}));
    assert!(facets[0]["features"][0]["did"].as_str().unwrap().starts_with("did:"));
    assert_eq!(facets[1]["features"][0]["tag"], "tag");
}

pub async fn preview_is_sent(world: &dyn World) {
    let post = Work { language: "en".to_owned(), ..pictured(world, 0, "A red boat") };
    let session = world.session();
    let ready = ready(world, &post).await.unwrap();
    let preview = world.provider().preview(&session.account, &post, ready.seed).unwrap();
    assert_eq!(preview, ready.effect);
    world.provider().commit(&session, &ready.effect).await.unwrap();
    assert_eq!(world.seen().await[0].raw["value"], preview.request["record"]);
}

pub async fn unreachable(world: &dyn World) {
    let mut session = world.session();
    let effect = world.provider().preview(&session.account, &work("Never sent"), seed(&session, 1)).unwrap();
    session.account.endpoints.urls.insert("api".to_owned(), free_address().await);
    let provider: &dyn Provider = &*world.provider();
    assert_eq!(refused(provider.commit(&session, &effect).await), (ErrorKind::Network, Retry::After));
    assert_eq!(refused(provider.identify(&session).await), (ErrorKind::Network, Retry::After));
    assert_eq!(world.seen().await, []);
}

/// An address nobody listens on: one just given back.
async fn free_address() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
