use serde_json::json;

use super::{Member, Network, REDIRECT, VERIFIER, authorize_path, form_token_in, query_of, refused};
use crate::config::Limits;

#[tokio::test]
async fn the_metadata_names_everything() {
    let net = Network::start().await;
    let metadata = net.open("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(metadata["issuer"], net.url);
    for name in ["authorization", "token", "revocation"] {
        assert!(metadata[format!("{name}_endpoint")].as_str().unwrap().starts_with(&net.url));
    }
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
}

#[tokio::test]
async fn consent_gives_a_code_and_the_code_gives_tokens() {
    let net = Network::start().await;
    let token = net.form_token(&authorize_path(&[("kind", "c")])).await;
    let fields = [("form_token", token.as_str()), ("kind", "c"), ("name", " Ada "), ("decision", "allow")];
    let back = net.form("/oauth/authorize", &fields).await;
    assert!(back.header("location").starts_with(&format!("{REDIRECT}?code=")));
    let query = back.returned();
    assert_eq!((query["state"].as_str(), query["iss"].as_str()), ("st/a te", net.url.as_str()));

    let answer = net.exchange(&query["code"], VERIFIER).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(tokens["scope"], "read write");
    let me = net.get(&Member::of(&tokens), "/api/me").await.json();
    assert_eq!((&me["id"], &me["name"], &me["kind"]), (&tokens["account_id"], &json!("Ada"), &json!("c")));
    assert_eq!(me["scopes"], json!(["read", "write"]));
}

#[tokio::test]
async fn a_client_or_redirect_that_does_not_fit_gets_no_redirect() {
    let net = Network::start().await;
    let twice = format!("{}&state=again", authorize_path(&[]));
    for path in [
        authorize_path(&[("client_id", "other")]),
        authorize_path(&[("redirect_uri", "http://localhost:1/callback")]),
        authorize_path(&[("redirect_uri", "")]),
        twice,
    ] {
        let page = net.open(&path).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{path}");
        assert!(page.header("content-type").starts_with("text/html"));
    }
}

#[tokio::test]
async fn other_faults_go_back_to_the_client() {
    let net = Network::start().await;
    let long = "s".repeat(513);
    for (change, error, state) in [
        (("response_type", "token"), "unsupported_response_type", "st/a te"),
        (("state", ""), "invalid_request", ""),
        (("state", long.as_str()), "invalid_request", ""),
        (("code_challenge", ""), "invalid_request", "st/a te"),
        (("code_challenge", "short"), "invalid_request", "st/a te"),
        (("code_challenge_method", "plain"), "invalid_request", "st/a te"),
        (("code_challenge_method", ""), "invalid_request", "st/a te"),
        (("scope", "read admin"), "invalid_scope", "st/a te"),
    ] {
        let query = net.open(&authorize_path(&[change])).await.returned();
        assert_eq!(query["error"], error, "{change:?}");
        assert_eq!(query.get("state").map_or("", String::as_str), state);
        assert_eq!(query["iss"], net.url);
    }
}

#[tokio::test]
async fn any_loopback_port_and_ipv6_are_redirected_to() {
    let net = Network::start().await;
    for redirect in ["http://[::1]:6001/callback", "http://127.0.0.1:1/callback"] {
        let path = authorize_path(&[("redirect_uri", redirect)]);
        let page = net.open(&path).await;
        let policy = page.header("content-security-policy").to_owned();
        let wanted = if redirect.contains('[') { "form-action 'self' http:;" } else { "'self' http://127.0.0.1:*;" };
        assert!(policy.contains(wanted), "{policy}");
        let token = form_token_in(&page.text());
        let fields = [("form_token", token.as_str()), ("kind", "a"), ("name", "x"), ("decision", "allow")];
        assert!(net.form("/oauth/authorize", &fields).await.header("location").starts_with(redirect));
    }
}

#[tokio::test]
async fn saying_no_is_access_denied() {
    let net = Network::start().await;
    let token = net.form_token(&authorize_path(&[])).await;
    let fields = [("form_token", token.as_str()), ("kind", "a"), ("name", ""), ("decision", "deny")];
    let query = net.form("/oauth/authorize", &fields).await.returned();
    assert_eq!((query["error"].as_str(), query["state"].as_str()), ("access_denied", "st/a te"));
    assert!(net.events("account_created").is_empty());
}

#[tokio::test]
async fn a_form_token_works_once_and_only_from_our_own_page() {
    let net = Network::start().await;
    let token = net.form_token(&authorize_path(&[])).await;
    let fields = [("form_token", token.as_str()), ("kind", "a"), ("name", "x"), ("decision", "allow")];
    let foreign = net.request("POST", "/oauth/authorize").header("Sec-Fetch-Site", "cross-site").form(&fields);
    assert_eq!(net.send(foreign).await.status, 403);
    assert_eq!(net.form("/oauth/authorize", &fields).await.status, 302);
    assert_eq!(net.form("/oauth/authorize", &fields).await.status, 400);
    assert_eq!(net.form("/oauth/authorize", &[("form_token", "guess"), ("decision", "allow")]).await.status, 400);
    let as_json = net.request("POST", "/oauth/authorize").json(&json!({"form_token": token}));
    assert_eq!(net.send(as_json).await.status, 415);
}

#[tokio::test]
async fn an_old_consent_page_and_an_old_code_are_refused() {
    let net = Network::with(Limits { consent_life_ms: 0, ..Limits::default() }).await;
    let token = net.form_token(&authorize_path(&[])).await;
    let fields = [("form_token", token.as_str()), ("kind", "a"), ("name", "x"), ("decision", "allow")];
    assert_eq!(net.form("/oauth/authorize", &fields).await.status, 400);
    let net = Network::with(Limits { code_life_ms: 0, ..Limits::default() }).await;
    let code = net.code("a", "Ada").await;
    assert_eq!(net.exchange(&code, VERIFIER).await.refusal(), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn an_unusable_name_is_asked_for_again() {
    let net = Network::start().await;
    let mut token = net.form_token(&authorize_path(&[])).await;
    let long = "x".repeat(51);
    for name in ["  ", long.as_str(), "a\u{7}b"] {
        let fields = [("form_token", token.as_str()), ("kind", "b"), ("name", name), ("decision", "allow")];
        let again = net.form("/oauth/authorize", &fields).await;
        assert_eq!(again.status, 422);
        assert!(again.text().contains("role=\"alert\""));
        token = form_token_in(&again.text());
    }
    let fields = [("form_token", token.as_str()), ("kind", "b"), ("name", "Ada"), ("decision", "allow")];
    assert_eq!(net.form("/oauth/authorize", &fields).await.status, 302);
}

#[tokio::test]
async fn pkce_is_checked_and_a_wrong_try_spends_the_code() {
    let net = Network::start().await;
    let code = net.code("a", "Ada").await;
    let wrong = "a".repeat(43);
    assert_eq!(net.exchange(&code, &wrong).await.refusal(), refused(400, "invalid_grant"));
    assert_eq!(net.exchange(&code, VERIFIER).await.refusal(), refused(400, "invalid_grant"));
    let code = net.code("a", "Ada").await;
    assert_eq!(net.exchange(&code, "short").await.refusal(), refused(400, "invalid_request"));
    assert!(net.events("token_issued").is_empty());
}

#[tokio::test]
async fn the_redirect_of_the_exchange_is_that_of_the_request() {
    let net = Network::start().await;
    let code = net.code("a", "Ada").await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "http://127.0.0.1:6000/callback"),
        ("client_id", "postroom-practice"),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(net.form("/oauth/token", &fields).await.refusal(), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn a_code_used_twice_kills_the_session() {
    let net = Network::start().await;
    let code = net.code("a", "Ada").await;
    let member = Member::of(&net.exchange(&code, VERIFIER).await.json());
    assert_eq!(net.get(&member, "/api/me").await.status, 200);
    assert_eq!(net.exchange(&code, VERIFIER).await.refusal(), refused(400, "invalid_grant"));
    assert_eq!(net.get(&member, "/api/me").await.refusal(), refused(401, "token_revoked"));
    assert_eq!(net.refresh(&member.refresh).await.refusal(), refused(400, "invalid_grant"));
    assert_eq!(net.events("token_revoked")[0]["reason"], "code_reused");
}

#[tokio::test]
async fn kind_d_is_never_granted_read() {
    let net = Network::start().await;
    let code = net.code("d", "Dora").await;
    assert_eq!(net.exchange(&code, VERIFIER).await.json()["scope"], "write");
    let token = net.form_token(&authorize_path(&[("scope", "read")])).await;
    let fields = [("form_token", token.as_str()), ("kind", "d"), ("name", "Dora"), ("decision", "allow")];
    assert_eq!(net.form("/oauth/authorize", &fields).await.returned()["error"], "invalid_scope");
}

#[tokio::test]
async fn the_token_endpoint_is_strict() {
    let net = Network::start().await;
    let client = ("client_id", "postroom-practice");
    for (fields, status, error) in [
        (vec![client], 400, "invalid_request"),
        (vec![client, ("grant_type", "password")], 400, "unsupported_grant_type"),
        (vec![client, ("grant_type", "refresh_token")], 400, "invalid_request"),
        (vec![client, ("grant_type", "authorization_code"), ("code", "x")], 400, "invalid_request"),
        (vec![client, ("grant_type", "refresh_token"), ("refresh_token", "prt_x")], 400, "invalid_grant"),
        (vec![client, client, ("grant_type", "refresh_token")], 400, "invalid_request"),
        (vec![("grant_type", "refresh_token"), ("refresh_token", "x")], 401, "invalid_client"),
        (vec![("client_id", "other"), ("grant_type", "refresh_token")], 401, "invalid_client"),
    ] {
        let answer = net.form("/oauth/token", &fields).await;
        assert_eq!(answer.refusal(), refused(status, error), "{fields:?}");
        assert!(answer.json()["error_description"].is_string());
    }
    let as_json = net.request("POST", "/oauth/token").json(&json!({"grant_type": "refresh_token"}));
    assert_eq!(net.send(as_json).await.status, 415);
    let large = net.form("/oauth/token", &[("code", "x".repeat(9_000).as_str())]).await;
    assert_eq!(large.refusal(), refused(413, "too_large"));
}

#[tokio::test]
async fn control_consents_without_a_browser() {
    let net = Network::start().await;
    let url = format!("{}{}", net.url, authorize_path(&[]));
    let body = json!({"authorize_url": url, "kind": "b", "name": "Bo"});
    let answer = net.control("POST", "/control/consent", Some(body)).await.json();
    let query = query_of(answer["redirect_to"].as_str().unwrap());
    assert_eq!(net.exchange(&query["code"], VERIFIER).await.status, 200);
    let body = json!({"authorize_url": url, "kind": "b", "decision": "deny"});
    let answer = net.control("POST", "/control/consent", Some(body)).await.json();
    assert_eq!(query_of(answer["redirect_to"].as_str().unwrap())["error"], "access_denied");
    let body = json!({"authorize_url": format!("{}{}", net.url, authorize_path(&[("state", "")])), "kind": "b"});
    let answer = net.control("POST", "/control/consent", Some(body)).await.json();
    assert_eq!(query_of(answer["redirect_to"].as_str().unwrap())["error"], "invalid_request");
    for bad in ["http://127.0.0.1:1/oauth/authorize", "nonsense", &format!("{}/oauth/authorize", net.url)] {
        let body = json!({"authorize_url": bad, "kind": "b"});
        let answer = net.control("POST", "/control/consent", Some(body)).await;
        assert_eq!(answer.refusal(), refused(400, "bad_request"), "{bad}");
    }
}
