//! Instagram with Instagram Login.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Command, CommandError, Fault, Rule};
use url::Url;

use crate::client::{Answer, ID, Rig, SECRET, answer, header, param, text};

const URI: &str = "https://relay.example/instagram/";
const SCOPES: &str = "instagram_business_basic,instagram_business_content_publish";
const ME: &str = "/me?fields=user_id,username,account_type";
const DAY_S: i64 = 86_400;
const EXPIRED: (u16, i64, Option<i64>) = (400, 190, Some(463));
const REMOVED: (u16, i64, Option<i64>) = (400, 190, Some(458));
const PASSWORD: (u16, i64, Option<i64>) = (400, 190, Some(460));
const PARAMETER: (u16, i64, Option<i64>) = (400, 100, None);
const PERMISSION: (u16, i64, Option<i64>) = (400, 10, None);

async fn start() -> Rig {
    let rig = Rig::start("instagram", "/oauth/authorize", "/oauth/access_token").await;
    rig.app(Some(SECRET), &[URI]).unwrap();
    rig
}

const fn ask<'a>(redirect_uri: &'a str, scope: &'a str) -> [(&'a str, &'a str); 2] {
    [("redirect_uri", redirect_uri), ("scope", scope)]
}

async fn trade(rig: &Rig, code: &str, redirect_uri: &str, secret: &str) -> Answer {
    rig.exchange(&[
        ("client_id", ID),
        ("client_secret", secret),
        ("grant_type", "authorization_code"),
        ("redirect_uri", redirect_uri),
        ("code", code),
    ])
    .await
}

/// The account's short token.
async fn short_of(rig: &Rig, handle: &str, scope: &str) -> String {
    let back = rig.decide(&ask(URI, scope), &[("decision", "allow"), ("account", handle)]).await;
    let (status, body) = trade(rig, &param(&back, "code"), URI, SECRET).await;
    assert_eq!(status, 200, "{body}");
    text(&body, "access_token")
}

async fn lengthen(rig: &Rig, short: &str, secret: &str) -> Answer {
    let query = format!("grant_type=ig_exchange_token&client_secret={secret}&access_token={short}");
    rig.get_bare(&format!("/access_token?{query}")).await
}

async fn renew(rig: &Rig, long: &str) -> Answer {
    rig.get_bare(&format!("/refresh_access_token?grant_type=ig_refresh_token&access_token={long}")).await
}

/// The account's long token.
async fn long_of(rig: &Rig, handle: &str) -> String {
    text(&lengthen(rig, &short_of(rig, handle, SCOPES).await, SECRET).await.1, "access_token")
}

/// Status, code and subcode of Graph's object.
fn failure((status, body): &Answer) -> (u16, i64, Option<i64>) {
    let error = &body["error"];
    assert!(error["type"] == json!("OAuthException") && error["message"].is_string(), "{body}");
    (*status, error["code"].as_i64().unwrap(), error["error_subcode"].as_i64())
}

/// What the token endpoint says, in its own shape.
fn sentence((status, body): &Answer) -> String {
    assert_eq!((*status, &body["error_type"], &body["code"]), (400, &json!("OAuthException"), &json!(400)), "{body}");
    text(body, "error_message")
}

/// `instagram.md`, 2.2: scopes with commas, a code, a short token, a long one, who it is by `user_id`.
#[tokio::test]
async fn a_business_is_linked_for_sixty_days() {
    let rig = start().await;
    let page = rig.open(&ask(URI, SCOPES)).await.text().await.unwrap();
    assert!(SCOPES.split(',').all(|scope| page.contains(scope)), "{page}");
    let code = rig.code(&ask(URI, SCOPES)).await;
    let (status, body) = trade(&rig, &code, URI, SECRET).await;
    assert_eq!((status, &body["permissions"]), (200, &json!(SCOPES.split(',').collect::<Vec<_>>())));
    assert!(body["expires_in"].is_null() && body["refresh_token"].is_null(), "neither is told");
    let (status, long) = lengthen(&rig, &text(&body, "access_token"), SECRET).await;
    assert_eq!((status, text(&long, "token_type").as_str(), &long["expires_in"]), (200, "bearer", &json!(5_183_944)));
    let long = text(&long, "access_token");
    let (status, me) = rig.get_bare(&format!("{ME}&access_token={long}")).await;
    assert_eq!((status, text(&me, "username"), text(&me, "account_type")), (200, "alice".into(), "BUSINESS".into()));
    let id = text(&me, "user_id");
    assert!(id.starts_with("17841") && id.len() == 17 && body["user_id"].as_u64() == id.parse().ok(), "{id} {body}");
    assert_ne!(text(&me, "id"), id);
    rig.advance_s(59 * DAY_S);
    assert_eq!(rig.get(ME, &long).await.0, 200, "in the header as well");
    rig.advance_s(DAY_S);
    assert_eq!(failure(&rig.get(ME, &long).await), EXPIRED);
}

/// `instagram.md`, 2.2: "exact match incl. trailing slash", https.
#[tokio::test]
async fn addresses_are_exact_and_secure() {
    let rig = start().await;
    let http = "http://localhost:28127/callback";
    rig.app(Some(SECRET), &[URI, http]).unwrap();
    let others =
        ["https://relay.example/instagram", "https://relay.example/instagram/?a=b", "http://relay.example/", http];
    for uri in others {
        let (status, page) = rig.refused_page(&ask(uri, SCOPES)).await;
        assert!(status == 400 && page.contains("Invalid redirect_uri"), "{uri}: {page}");
    }
    assert_eq!(rig.open(&ask(URI, SCOPES)).await.status().as_u16(), 200);
}

/// `instagram.md`, 2.2: the id of a Facebook app is none here; there are no apps without a secret.
#[tokio::test]
async fn only_instagram_apps_are_known() {
    let rig = start().await;
    let facebook = [ask(URI, SCOPES).as_slice(), &[("client_id", "1234567890123456")]].concat();
    let (_, page) = rig.refused_page(&facebook).await;
    assert!(page.contains("Invalid platform app"), "{page}");
    let form = [("client_id", "1234567890123456"), ("client_secret", SECRET), ("grant_type", "authorization_code")];
    assert_eq!(sentence(&rig.exchange(&form).await), "Invalid platform app");
    assert!(matches!(rig.app(None, &[URI]), Err(CommandError::UnusableApp(_))));
}

/// `instagram.md`, 2.2: scopes are a list with commas; other words are none.
#[tokio::test]
async fn scopes_stand_between_commas() {
    let rig = start().await;
    for scope in ["instagram_business_basic instagram_business_content_publish", "instagram_basic", "a,b"] {
        assert_eq!(rig.refused_back(&ask(URI, scope)).await, "invalid_scope", "{scope}");
    }
}

/// `instagram.md`, 2.2: `…?code=AQ…&state=…#_`, and `?error=access_denied&error_reason=user_denied`.
#[tokio::test]
async fn the_way_back_has_a_tail_or_a_reason() {
    let rig = start().await;
    let back = rig.decide(&ask(URI, SCOPES), &[("decision", "allow")]).await;
    assert_eq!((back.fragment(), param(&back, "state").as_str()), (Some("_"), "s&1"));
    assert!(!param(&back, "code").is_empty() && !param(&back, "code").contains('#'));
    let back = rig.decide(&ask(URI, SCOPES), &[("decision", "deny")]).await;
    let said = ["error", "error_reason", "state", "code"].map(|name| param(&back, name));
    assert_eq!(said, ["access_denied", "user_denied", "s&1", ""]);
    let wrong = header(&rig.open(&ask(URI, "a")).await, "location");
    assert_eq!(param(&Url::parse(&wrong).unwrap(), "error_reason"), "", "nobody was asked");
}

/// `instagram.md`, 2.2: "code valid 1 h, once".
#[tokio::test]
async fn a_code_serves_once_for_an_hour() {
    let rig = start().await;
    let gone = "Matching code was not found or was already used";
    let code = rig.code(&ask(URI, SCOPES)).await;
    rig.advance_s(3_000);
    assert_eq!(trade(&rig, &code, URI, SECRET).await.0, 200);
    assert_eq!(sentence(&trade(&rig, &code, URI, SECRET).await), gone);
    let code = rig.code(&ask(URI, SCOPES)).await;
    rig.advance_s(3_600);
    assert_eq!(sentence(&trade(&rig, &code, URI, SECRET).await), gone);
    assert_eq!(sentence(&trade(&rig, "AQnever", URI, SECRET).await), gone);
}

/// `instagram.md`, 2.2: one sentence for another address and for a wrong secret, which belongs in the form.
#[tokio::test]
async fn secrets_and_addresses_fail_alike() {
    let rig = start().await;
    let alike = "Error validating verification code. Please make sure your redirect_uri is identical";
    let code = rig.code(&ask(URI, SCOPES)).await;
    assert!(sentence(&trade(&rig, &code, URI, "secret-").await).starts_with(alike), "cut short");
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", URI)];
    assert!(sentence(&rig.exchange_basic(SECRET, &form).await).starts_with(alike), "in the header");
    assert_eq!(trade(&rig, &code, URI, SECRET).await.0, 200, "the code was not touched");
    let code = rig.code(&ask(URI, SCOPES)).await;
    assert!(sentence(&trade(&rig, &code, URI.trim_end_matches('/'), SECRET).await).starts_with(alike));
    let code = rig.code(&ask(URI, SCOPES)).await;
    let query = format!("/oauth/access_token?code={code}&client_id={ID}&client_secret={SECRET}");
    assert_eq!(sentence(&answer(rig.request(Method::POST, &query)).await), "A required parameter is missing.");
}

/// `instagram.md`, 2.2: "or wrapped `{"data":[{…,"permissions":"a,b"}]}`".
#[tokio::test]
async fn the_answer_to_a_code_has_two_shapes() {
    let rig = start().await;
    rig.set(&json!({"wrapped_tokens": true}));
    let code = rig.code(&ask(URI, SCOPES)).await;
    let (status, body) = trade(&rig, &code, URI, SECRET).await;
    let one = &body["data"][0];
    assert_eq!((status, text(one, "permissions").as_str(), &body["access_token"]), (200, SCOPES, &Value::Null));
    let long = text(&lengthen(&rig, &text(one, "access_token"), SECRET).await.1, "access_token");
    assert_eq!(text(&rig.get(ME, &long).await.1, "user_id"), text(one, "user_id"));
}

/// `instagram.md`, 2.2: the short token lives an hour, and becomes long with the app's secret only, and once long never again.
#[tokio::test]
async fn a_short_token_becomes_long_with_the_secret() {
    let rig = start().await;
    let short = short_of(&rig, "alice", SCOPES).await;
    assert_eq!(rig.get(ME, &short).await.0, 200);
    for wrong in ["", "secret-", "other"] {
        assert_eq!(failure(&lengthen(&rig, &short, wrong).await), (400, 1, None), "{wrong:?}");
    }
    let query = format!("/access_token?grant_type=fb_exchange_token&client_secret={SECRET}&access_token={short}");
    assert_eq!(failure(&rig.get_bare(&query).await), PARAMETER);
    let long = text(&lengthen(&rig, &short, SECRET).await.1, "access_token");
    assert_eq!(failure(&lengthen(&rig, &long, SECRET).await), PARAMETER, "long already");
    rig.advance_s(3_600);
    assert_eq!(failure(&rig.get(ME, &short).await), EXPIRED);
    assert_eq!(failure(&lengthen(&rig, &short, SECRET).await), EXPIRED);
    assert_eq!(rig.get(ME, &long).await.0, 200);
}

/// `instagram.md`, 2.2: renewed from a day on, for sixty days from then; "after expiry only re-login".
#[tokio::test]
async fn a_long_token_is_renewed_after_a_day() {
    let rig = start().await;
    let long = long_of(&rig, "alice").await;
    rig.advance_s(DAY_S - 3_600);
    assert_eq!(failure(&renew(&rig, &long).await), PARAMETER, "too young");
    assert_eq!(rig.get(ME, &long).await.0, 200, "and none the worse for it");
    rig.advance_s(40 * DAY_S + 3_600);
    let (status, body) = renew(&rig, &long).await;
    assert_eq!((status, &body["expires_in"], text(&body, "token_type").as_str()), (200, &json!(5_183_944), "bearer"));
    let next = text(&body, "access_token");
    assert_ne!(next, long);
    assert_eq!(failure(&renew(&rig, &next).await), PARAMETER, "its day begins anew");
    rig.advance_s(20 * DAY_S);
    assert_eq!((failure(&rig.get(ME, &long).await), rig.get(ME, &next).await.0), (EXPIRED, 200));
    assert_eq!(failure(&renew(&rig, &long).await), EXPIRED);
    rig.advance_s(40 * DAY_S);
    assert_eq!(failure(&renew(&rig, &next).await), EXPIRED);
    assert_eq!(rig.get(ME, &long_of(&rig, "alice").await).await.0, 200, "linked again");
}

/// Whether renewing gives another token the sheet does not say: the same one, where a test wants it.
#[tokio::test]
async fn renewing_may_keep_the_token() {
    let rig = start().await;
    rig.set(&json!({"renewal_keeps_token": true}));
    let long = long_of(&rig, "alice").await;
    rig.advance_s(50 * DAY_S);
    assert_eq!(text(&renew(&rig, &long).await.1, "access_token"), long);
    assert_eq!(failure(&renew(&rig, &long).await), PARAMETER, "its day begins anew");
    rig.advance_s(50 * DAY_S);
    assert_eq!(rig.get(ME, &long).await.0, 200, "sixty days from the renewal");
    rig.advance_s(10 * DAY_S);
    assert_eq!(failure(&rig.get(ME, &long).await), EXPIRED);
}

/// `instagram.md`, 2.2 and 5: without `instagram_business_basic` neither renewed nor told anything: code 10.
#[tokio::test]
async fn boxes_left_unticked_are_missed() {
    let rig = start().await;
    rig.set(&json!({"withheld_scopes": ["instagram_business_basic"]}));
    let code = rig.code(&ask(URI, SCOPES)).await;
    let body = trade(&rig, &code, URI, SECRET).await.1;
    assert_eq!(
        body["permissions"],
        json!(["instagram_business_content_publish"]),
        "what was granted, not what was asked"
    );
    let long = text(&lengthen(&rig, &text(&body, "access_token"), SECRET).await.1, "access_token");
    assert_eq!(failure(&rig.get(ME, &long).await), PERMISSION);
    rig.advance_s(2 * DAY_S);
    assert_eq!(failure(&renew(&rig, &long).await), PERMISSION);
}

/// `instagram.md`, 2.2 and 5: the fields asked for, under a version or none; code 100 for others.
#[tokio::test]
async fn fields_are_given_as_asked() {
    let rig = start().await;
    let short = short_of(&rig, "alice", SCOPES).await;
    let members = |body: &Value| {
        let mut names: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
        names.sort_unstable();
        names
    };
    assert_eq!(members(&rig.get("/me", &short).await.1), ["id"]);
    assert_eq!(
        members(&rig.get("/v26.0/me?fields=username,media_count", &short).await.1),
        ["id", "media_count", "username"]
    );
    let all = "user_id,username,name,account_type,profile_picture_url,followers_count,follows_count,media_count";
    assert_eq!(members(&rig.get(&format!("/me?fields={all}"), &short).await.1).len(), 9);
    assert_eq!(failure(&rig.get("/me?fields=username,email", &short).await), PARAMETER);
    assert_eq!(failure(&rig.get("/latest/me", &short).await), (400, 2500, None));
}

/// `instagram.md`, 2.2: `BUSINESS`, `MEDIA_CREATOR`; of personal accounts only that they cannot publish: a test chooses.
#[tokio::test]
async fn accounts_have_kinds() {
    let rig = start().await;
    let kinds = json!({"account_types": {"alice": "MEDIA_CREATOR", "bob": "PERSONAL"}});
    rig.set(&kinds);
    for (handle, kind) in [("alice", "MEDIA_CREATOR"), ("bob", "PERSONAL")] {
        let short = short_of(&rig, handle, SCOPES).await;
        assert_eq!(text(&rig.get(ME, &short).await.1, "account_type"), kind);
    }
    rig.set(&json!({"personal_refused": true}));
    let query = form_query(&ask(URI, SCOPES));
    let allow = |account: &'static str, query: &str| {
        let form = [("decision", "allow"), ("account", account)];
        rig.request(Method::POST, &format!("/oauth/authorize?{query}")).form(&form).send()
    };
    let page = allow("bob", &query).await.unwrap();
    assert_eq!((page.status().as_u16(), header(&page, "location")), (400, String::new()));
    assert!(page.text().await.unwrap().contains("Switch to a professional account"));
    let elsewhere = allow("bob", &form_query(&ask("https://evil.example/", SCOPES))).await.unwrap();
    assert!(elsewhere.text().await.unwrap().contains("Invalid redirect_uri"), "that comes first");
    let back = rig.decide(&ask(URI, SCOPES), &[("account", "bob")]).await;
    assert_eq!(param(&back, "error"), "access_denied", "anybody may say no");
    assert_eq!(allow("alice", &query).await.unwrap().status().as_u16(), 302);
    assert!(matches!(
        rig.running.control(&Command::configure(&json!({"account_types": {"bob": "business"}}))),
        Err(CommandError::UnknownSetting(_))
    ));
}

fn form_query(more: &[(&str, &str)]) -> String {
    let base = [("client_id", ID), ("response_type", "code"), ("state", "s")];
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(base).extend_pairs(more).finish()
}

/// `instagram.md`, 2.2 and 5: no call revokes; its user removes the app (458) or changes the password (460).
#[tokio::test]
async fn people_end_what_they_allowed() {
    let rig = start().await;
    let of = |handle: &str| handle.to_owned();
    let (alice, bob) = (long_of(&rig, "alice").await, long_of(&rig, "bob").await);
    rig.running.control(&Command::RemoveApps { handle: of("alice") }).unwrap();
    assert_eq!((failure(&rig.get(ME, &alice).await), rig.get(ME, &bob).await.0), (REMOVED, 200));
    rig.running.control(&Command::ChangePassword { handle: of("alice") }).unwrap();
    assert_eq!(failure(&rig.get(ME, &alice).await), REMOVED, "it was over before");
    rig.running.control(&Command::ChangePassword { handle: of("bob") }).unwrap();
    rig.advance_s(2 * DAY_S);
    assert_eq!((failure(&rig.get(ME, &bob).await), failure(&renew(&rig, &bob).await)), (PASSWORD, PASSWORD));
    assert_eq!(failure(&renew(&rig, &alice).await), REMOVED);
    let again = long_of(&rig, "bob").await;
    assert_eq!(rig.get(ME, &again).await.0, 200, "what is allowed later counts");
    rig.running.control(&Command::RevokeTokens).unwrap();
    assert_eq!(failure(&rig.get(ME, &again).await), REMOVED);
    let nobody = Command::RemoveApps { handle: of("carol") };
    assert_eq!(rig.running.control(&nobody), Err(CommandError::UnknownAccount(of("carol"))));
    for path in ["/revoke", "/oauth/revoke", "/me/permissions"] {
        assert_eq!(failure(&rig.form(path, &[("access_token", &again)]).await).1, 2500, "{path}");
    }
}

/// `instagram.md`, 5: code 190 with what became of the token.
#[tokio::test]
async fn refused_tokens_say_why() {
    let rig = start().await;
    let long = long_of(&rig, "alice").await;
    assert_eq!(failure(&rig.get(ME, "IGAAnonsense").await), (400, 190, None));
    assert_eq!(failure(&rig.get_bare(ME).await), (400, 104, None));
    rig.running.control(&Command::TakeDown { handle: "alice".to_owned() }).unwrap();
    let shut = rig.get(ME, &long).await;
    assert_eq!(failure(&shut), (400, 190, Some(459)));
    assert!(text(&shut.1["error"], "message").contains("till you log in to www.instagram.com"));
    rig.running.control(&Command::Restore { handle: "alice".to_owned() }).unwrap();
    rig.running.control(&Command::ExpireAccess).unwrap();
    assert_eq!(failure(&rig.get(ME, &long).await), EXPIRED);
}

/// `instagram.md`, 4 and 5: code 4, shares in percent, the wait in minutes; `facebook.md`, 4: 200 in an hour.
#[tokio::test]
async fn limits_are_told_in_percent_and_minutes() {
    let rig = start().await;
    let long = long_of(&rig, "alice").await;
    let path = format!("{ME}&access_token={long}");
    let shares = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    rig.running.control(&Command::RateLimits { on: true }).unwrap();
    for call in 1..=200 {
        let response = rig.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(shares(&header(&response, "x-app-usage"))["call_count"], json!(call / 2));
        assert_eq!(header(&response, "x-business-use-case-usage"), "");
    }
    assert_eq!(failure(&rig.get_bare(&path).await), (400, 4, None));
    rig.advance_s(3_600);
    assert_eq!(rig.get_bare(&path).await.0, 200);
    rig.running.faults().add(Rule::new(Fault::RateLimit { retry_after_s: 601 }).on("me"));
    let response = rig.request(Method::GET, &path).send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "retry-after").as_str()), (400, ""));
    assert_eq!(shares(&header(&response, "x-app-usage"))["call_count"], json!(100));
    let business = shares(&header(&response, "x-business-use-case-usage"));
    let business = &business.as_object().unwrap().values().next().unwrap()[0];
    assert_eq!((&business["type"], &business["estimated_time_to_regain_access"]), (&json!("instagram"), &json!(11)));
}

/// `facebook.md`, 5: broken for a moment. A lost answer has used up its code.
#[tokio::test]
async fn faults_have_the_platforms_words() {
    let rig = start().await;
    let long = long_of(&rig, "alice").await;
    rig.running.faults().add(Rule::new(Fault::ServerError).on("me"));
    let broken = rig.get(ME, &long).await;
    assert_eq!((failure(&broken), &broken.1["error"]["is_transient"]), ((500, 2, None), &json!(true)));
    assert_eq!(rig.get(ME, &long).await.0, 200);
    let code = rig.code(&ask(URI, SCOPES)).await;
    rig.running.faults().add(Rule::new(Fault::LostReply).on("token"));
    let form = [
        ("client_id", ID),
        ("client_secret", SECRET),
        ("grant_type", "authorization_code"),
        ("redirect_uri", URI),
        ("code", &code),
    ];
    assert!(rig.request(Method::POST, "/oauth/access_token").form(&form).send().await.is_err());
    assert!(sentence(&rig.exchange(&form).await).starts_with("Matching code was not found"));
}
