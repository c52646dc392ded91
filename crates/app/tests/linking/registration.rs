//! Registering with a server that refuses, lies, rambles or sends us elsewhere.

use domain::ErrorCode;
use serde_json::json;
use simulator::{Command, Reply};

use crate::world::{World, parameter};

fn page(status: u16) -> Reply {
    Reply { body: b"<!DOCTYPE html><title>Closed</title>".to_vec(), ..Reply::empty(status) }
        .with("content-type", &"text/html")
}

fn client(id: &str, secret: &str) -> Reply {
    Reply::json(200, &json!({"client_id": id, "client_secret": secret}))
}

#[tokio::test]
async fn a_server_that_does_not_register_us_links_nothing_and_leads_nowhere() {
    let world = World::start("mastodon").await;
    let stranger = world.stranger().await;
    let elsewhere = format!("{}/api/v1/apps", stranger.url());
    let endless = format!("{}/api/v1/apps", world.server.url());
    let mut gigantic = client("id", "secret");
    gigantic.body.resize(64 << 20, b' ');
    let deep = Reply { body: b"[".repeat(100_000), ..client("", "") };
    for (what, reply, code) in [
        ("refuses", Reply::json(422, &json!({"error": "Validation failed"})), ErrorCode::PlatformProtocol),
        ("is closed to apps", page(403), ErrorCode::PlatformProtocol),
        ("has no such call", Reply::empty(404), ErrorCode::RemoteNotFound),
        ("is busy", Reply::json(429, &json!({"error": "Too many requests"})), ErrorCode::RateLimited),
        ("is broken", page(502), ErrorCode::PlatformUnavailable),
        ("shows a page", page(200), ErrorCode::PlatformProtocol),
        ("says nothing", Reply::empty(200), ErrorCode::PlatformProtocol),
        ("has no client", Reply::json(200, &json!({"id": "1"})), ErrorCode::PlatformProtocol),
        ("has an empty client", client("", "secret"), ErrorCode::PlatformProtocol),
        ("has no secret", client("id", ""), ErrorCode::PlatformProtocol),
        ("breaks lines", client("id\r\nX: y", "secret"), ErrorCode::PlatformProtocol),
        ("slips in a parameter", client("id redirect_uri=x", "secret"), ErrorCode::PlatformProtocol),
        ("never ends", client(&"a".repeat(5_000), "secret"), ErrorCode::PlatformProtocol),
        ("is gigantic", gigantic, ErrorCode::PlatformProtocol),
        ("is deep", deep, ErrorCode::PlatformProtocol),
        ("leads elsewhere", Reply::empty(307).with("location", &elsewhere), ErrorCode::PlatformProtocol),
        ("leads in circles", Reply::empty(308).with("location", &endless), ErrorCode::PlatformProtocol),
    ] {
        let asked = world.calls("apps.create");
        world.answer("/api/v1/apps", reply);
        let error = world.ask(None).await.err().unwrap_or_else(|| panic!("a server that {what}"));
        assert_eq!(error.code, code, "a server that {what}: {error:?}");
        assert!(error.message.ends_with('.') && !error.action.is_empty(), "{what}: {error:?}");
        assert!(error.details.len() < 2_000, "{what}: {} bytes", error.details.len());
        assert_eq!(world.calls("apps.create"), asked + 1, "{what}: asked once");
        assert!(world.linked().await.is_empty(), "{what}");
    }
    assert!(stranger.seen().unwrap().is_empty(), "nobody was led elsewhere");
    world.behave();
    world.link().await;
}

#[tokio::test]
async fn a_registration_serves_until_its_server_forgets_it() {
    let world = World::start("mastodon").await;
    let client = |attempt: &app::link::Status| parameter(&attempt.authorize_url, "client_id").unwrap();
    let first = world.ask(None).await.unwrap();
    let account = world.finish(&first).await.unwrap();
    world.unlink(account).await;
    let second = world.ask(None).await.unwrap();
    assert_eq!((client(&second), world.calls("apps.create")), (client(&first), 1));
    world.app().cancel_link(&second.id).unwrap();
    world.server.control(&Command::ExpireAccess).unwrap();
    world.server.control(&Command::ForgetApps).unwrap();
    let third = world.ask(None).await.unwrap();
    assert!(client(&third) != client(&first) && world.calls("apps.create") == 2);
    world.finish(&third).await.unwrap();
}

#[tokio::test]
async fn a_registration_forgotten_while_its_owner_agrees_is_made_anew_the_next_time() {
    let world = World::start("mastodon").await;
    let first = world.ask(None).await.unwrap();
    world.answer("/oauth/token", Reply::json(401, &json!({"error": "invalid_client", "error_description": "Unknown"})));
    let error = world.finish(&first).await.unwrap_err();
    assert!(error.details.contains("invalid_client"), "{error:?}");
    world.behave();
    world.link().await;
    assert_eq!(world.calls("apps.create"), 2);
}
