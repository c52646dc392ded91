use serde_json::json;

use super::{Network, PNG, authorize_path};

const NASTY: &str = "<script>alert(1)</script>\"'&<img src=x>";

#[tokio::test]
async fn everything_on_a_page_is_escaped_under_a_strict_policy() {
    let net = Network::start().await;
    let body = json!({"kind": "a", "name": NASTY});
    let ada = super::Member::of(&net.control("POST", "/control/accounts", Some(body)).await.json());
    let media = net.upload(&ada, "image/png", PNG).await.json();
    let body = json!({"text": NASTY, "media": [{"id": media["id"], "alt": NASTY}], "language": "en"});
    let post = net.post(&ada, "/api/posts", body).await.json();
    let own = format!("/p/{}", post["id"].as_str().unwrap());
    let consent = authorize_path(&[("login_hint", ada.id.as_str())]);
    for path in ["/timeline", own.as_str(), consent.as_str()] {
        let page = net.open(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("<script") && !page.text().contains("<img src=x"), "{path}");
        assert!(page.text().contains("&lt;script&gt;"), "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn the_timeline_shows_the_newest_first() {
    let net = Network::start().await;
    let empty = net.open("/timeline").await.text();
    assert!(empty.contains("Nothing has been posted yet."));
    let (ada, dora) = (net.member("a").await, net.member("d").await);
    let root = net.say(&ada, "first").await.json();
    net.post(&dora, "/api/posts", json!({"text": "second", "reply_to": root["id"], "language": "en"})).await;
    let posts = net.timeline().await;
    assert_eq!(posts.len(), 2);
    let newest = &posts[0];
    assert_eq!((&newest["text"], &newest["kind"]), (&json!("second"), &json!("d")));
    assert_eq!((&newest["account"], &newest["account_name"]), (&json!(dora.id), &json!("Robin")));
    assert_eq!((&newest["reply_to"], &newest["language"]), (&root["id"], &json!("en")));
    assert_eq!(newest["url"], format!("{}/p/{}", net.url, newest["id"].as_str().unwrap()));
    let page = net.open("/timeline").await.text();
    assert!(page.find("second").unwrap() < page.find("first").unwrap());
    let own = net.open(&format!("/timeline.json?account={}", ada.id)).await.json();
    assert_eq!(own["posts"].as_array().unwrap().len(), 1);
    assert_eq!(net.open("/timeline.json?account=acct_x").await.status, 404);
    assert_eq!(net.open("/timeline?account=acct_x").await.status, 404);
    assert_eq!(net.open("/").await.header("location"), "/timeline");
}

#[tokio::test]
async fn a_posts_page_lives_as_long_as_the_post() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    let id = net.say(&ada, "Hello").await.json()["id"].as_str().unwrap().to_owned();
    assert!(net.open(&format!("/p/{id}")).await.text().contains("Hello"));
    net.send(net.request("DELETE", &format!("/api/posts/{id}")).bearer_auth(&ada.access)).await;
    assert_eq!(net.open(&format!("/p/{id}")).await.status, 410);
    assert_eq!(net.open("/p/post_x").await.status, 404);
}

#[tokio::test]
async fn the_consent_page_works_without_scripts_and_mouse() {
    let net = Network::start().await;
    let page = net.open(&authorize_path(&[("kind", "d"), ("login_hint", "Ada")])).await.text();
    assert!(page.contains("id=\"kind-d\" name=\"kind\" value=\"d\" checked"));
    assert_eq!(page.matches("type=\"radio\"").count(), 5);
    assert_eq!(page.matches(" checked").count(), 1);
    assert!(page.contains("<label class=\"field\" for=\"name\">") && page.contains("value=\"Ada\""));
    // The first submit button is the one that Enter presses.
    assert!(page.find("value=\"allow\"").unwrap() < page.find("value=\"deny\"").unwrap());
    assert!(page.contains("<html lang=\"en\">") && page.contains("<fieldset><legend>"));
    let ada = net.member("c").await;
    let page = net.open(&authorize_path(&[("login_hint", ada.id.as_str())])).await.text();
    assert!(page.contains("value=\"c\" checked") && page.contains("value=\"Robin\""));
    let style = net.open("/style.css").await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.text().contains("prefers-color-scheme: dark"));
}

#[tokio::test]
async fn only_its_own_host_is_answered() {
    let net = Network::start().await;
    let port = net.url.rsplit(':').next().unwrap().to_owned();
    let ask = |host: String| {
        let net = &net;
        async move { net.raw(&format!("GET /healthz HTTP/1.1\r\n{host}Connection: close\r\n\r\n")).await }
    };
    for host in [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("LOCALHOST:{port}")] {
        assert!(ask(format!("Host: {host}\r\n")).await.starts_with("HTTP/1.1 200"), "{host}");
    }
    for headers in [
        "Host: evil.example\r\n".to_owned(),
        format!("Host: evil.example:{port}\r\n"),
        "Host: 127.0.0.1\r\n".to_owned(),
        String::new(),
        format!("Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"),
    ] {
        assert!(ask(headers.clone()).await.starts_with("HTTP/1.1 421"), "{headers:?}");
    }
    let absolute =
        format!("GET http://evil.example/healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    assert!(net.raw(&absolute).await.starts_with("HTTP/1.1 421"));
    let health = net.open("/healthz").await.json();
    assert_eq!((&health["network"], &health["pid"]), (&json!("practice"), &json!(std::process::id())));
}
