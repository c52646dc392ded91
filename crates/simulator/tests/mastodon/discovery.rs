use serde_json::json;

use crate::client::{Rig, text};

const METADATA: &str = "/.well-known/oauth-authorization-server";

#[tokio::test]
async fn metadata_lists_endpoints_scopes_and_pkce() {
    let rig = Rig::start("mastodon").await;
    let (status, metadata) = rig.get_bare(METADATA).await;
    assert_eq!(status, 200);
    let url = rig.running.url();
    assert_eq!(text(&metadata, "issuer"), format!("{url}/"));
    assert_eq!(text(&metadata, "token_endpoint"), format!("{url}/oauth/token"));
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert!(metadata["scopes_supported"].as_array().unwrap().contains(&json!("profile")));
    assert!(metadata.get("registration_endpoint").is_none(), "that one is not RFC 7591's");
}

#[tokio::test]
async fn others_have_no_metadata() {
    for platform in ["gotosocial", "mastodon-old"] {
        assert_eq!(Rig::start(platform).await.get_bare(METADATA).await.0, 404, "{platform}");
    }
}

#[tokio::test]
async fn each_server_tells_its_own_limits() {
    let pointers =
        ["statuses/max_characters", "statuses/max_media_attachments", "statuses/characters_reserved_per_url"];
    for (platform, path, expected) in [
        ("mastodon", "/api/v2/instance", [500, 4, 23]),
        ("gotosocial", "/api/v2/instance", [5_000, 6, 25]),
        ("mastodon-old", "/api/v1/instance", [500, 4, 23]),
    ] {
        let (status, instance) = Rig::start(platform).await.get_bare(path).await;
        assert_eq!(status, 200);
        let found = pointers.map(|name| instance.pointer(&format!("/configuration/{name}")).unwrap().clone());
        assert_eq!(found, expected.map(|number| json!(number)), "{platform}");
        assert_eq!(instance["api_versions"]["mastodon"].is_u64(), platform == "mastodon");
    }
}

#[tokio::test]
async fn an_old_server_has_the_first_instance_call_only() {
    let rig = Rig::start("mastodon-old").await;
    assert_eq!(rig.get_bare("/api/v2/instance").await.0, 404);
    let (_, instance) = rig.get_bare("/api/v1/instance").await;
    assert!(instance.pointer("/configuration/media_attachments/description_limit").is_none());
}

#[tokio::test]
async fn software_is_found_by_its_links() {
    let rig = Rig::start("gotosocial").await;
    let (_, links) = rig.get_bare("/.well-known/nodeinfo").await;
    let href = links.pointer("/links/0/href").unwrap().as_str().unwrap().to_owned();
    let (_, info) = rig.get_bare(href.strip_prefix(rig.running.url()).unwrap()).await;
    assert_eq!(info["software"]["name"], "gotosocial");
}

#[tokio::test]
async fn a_handle_of_another_domain_leads_to_the_server() {
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"domain": "people.test"}));
    let (status, found) = rig.get_bare("/.well-known/webfinger?resource=acct:alice@people.test").await;
    assert_eq!((status, text(&found, "subject").as_str()), (200, "acct:alice@people.test"));
    let own = found.pointer("/links/1").unwrap();
    assert_eq!((own["rel"].as_str(), text(own, "href").starts_with(rig.running.url())), (Some("self"), true));
    assert_eq!(rig.get_bare("/.well-known/webfinger?resource=acct:nobody@people.test").await.0, 404);
    assert_eq!(rig.get_bare("/.well-known/webfinger?resource=acct:alice@other.test").await.0, 404);
}
