//! Discord.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Command, CommandError, Fault, Rule};

use crate::client::{ID, Rig, SECRET, VERIFIER, answer, asking, header, param, refusal, text};

const URI: &str = "http://127.0.0.1:28127/callback";
const ME: &str = "/api/v10/users/@me";

async fn start(secret: Option<&str>) -> Rig {
    let rig = Rig::start("discord", "/oauth2/authorize", "/api/oauth2/token").await;
    rig.app(secret, &[URI, "postroom://auth"]).unwrap();
    rig
}

async fn link(rig: &Rig, scope: &str) -> Value {
    let code = rig.code(&asking(URI, scope)).await;
    let (status, token) = rig.without_secret(&code, URI, VERIFIER).await;
    assert_eq!(status, 200, "{token}");
    token
}

/// `discord.md`, 2: a public client without a secret; a week; `identify`.
#[tokio::test]
async fn a_public_client_links() {
    let rig = start(None).await;
    let token = link(&rig, "identify guilds").await;
    assert_eq!((&token["expires_in"], text(&token, "scope").as_str()), (&json!(604_800), "identify guilds"));
    let access = text(&token, "access_token");
    assert_eq!(text(&rig.get(ME, &access).await.1, "username"), "alice");
    rig.advance_s(604_800);
    let over = rig.get(ME, &access).await;
    assert_eq!(over, (401, json!({"message": "401: Unauthorized", "code": 0})));
    let narrow = text(&link(&rig, "guilds").await, "access_token");
    assert_eq!(rig.get(ME, &narrow).await.1["code"], json!(50_001));
}

/// `discord.md`, 2: Basic or both in the form for apps with a secret, at either address.
#[tokio::test]
async fn secrets_go_either_way() {
    let rig = start(Some(SECRET)).await;
    let code = rig.code(&asking(URI, "identify")).await;
    assert_eq!(refusal(&rig.without_secret(&code, URI, VERIFIER).await), (401, "invalid_client"));
    assert_eq!(rig.with_secret(&code, URI, VERIFIER).await.0, 200);
    let rig = rig.by("/oauth2/authorize", "/api/v10/oauth2/token");
    let code = rig.code(&asking(URI, "identify")).await;
    let form =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", URI), ("code_verifier", VERIFIER)];
    assert_eq!(rig.exchange_basic(SECRET, &form).await.0, 200);
}

/// `discord.md`, 2: "form-urlencoded only; JSON body is an error; GET → 405".
#[tokio::test]
async fn the_token_endpoint_takes_forms() {
    let rig = start(None).await;
    let json = rig.request(Method::POST, "/api/oauth2/token").json(&json!({"grant_type": "authorization_code"}));
    assert_eq!(refusal(&answer(json).await), (400, "invalid_request"));
    assert_eq!(rig.get_bare("/api/oauth2/token").await.0, 405);
    let other = rig.exchange(&[("client_id", ID), ("grant_type", "password")]).await;
    assert_eq!(refusal(&other), (400, "unsupported_grant_type"));
}

/// `discord.md`, 2: S256 only, verifiers of 43 characters and more; `invalid_grant` for the rest.
#[tokio::test]
async fn challenges_are_s256_and_verifiers_long() {
    let rig = start(None).await;
    let plain =
        [("redirect_uri", URI), ("scope", "identify"), ("code_challenge", "x"), ("code_challenge_method", "plain")];
    let back = url::Url::parse(&header(&rig.open(&plain).await, "location")).unwrap();
    assert_eq!(param(&back, "error_description"), "Unsupported \"code_challenge_method\"");
    let short = [
        ("redirect_uri", URI),
        ("scope", "identify"),
        // base64url(SHA-256("secretpassword"))
        ("code_challenge", "ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU"),
        ("code_challenge_method", "S256"),
    ];
    let code = rig.code(&short).await;
    assert_eq!(refusal(&rig.without_secret(&code, URI, "secretpassword").await), (400, "invalid_grant"));
    let code = rig.code(&asking(URI, "identify")).await;
    assert_eq!(refusal(&rig.without_secret(&code, "postroom://auth", VERIFIER).await), (400, "invalid_grant"));
    assert_eq!(refusal(&rig.without_secret(&code, URI, VERIFIER).await), (400, "invalid_grant"), "used");
}

/// `discord.md`, 2: exact addresses; "custom schemes only with PKCE"; three slashes refused by the portal.
#[tokio::test]
async fn addresses_are_exact() {
    let rig = start(None).await;
    for uri in ["http://127.0.0.1:28128/callback", "http://localhost:28127/callback"] {
        assert_eq!(rig.refused_page(&asking(uri, "identify")).await.0, 400);
    }
    assert_eq!(rig.open(&asking("postroom://auth", "identify")).await.status().as_u16(), 200);
    let bare = [("redirect_uri", "postroom://auth"), ("scope", "identify")];
    assert_eq!(rig.refused_back(&bare).await, "invalid_request");
    assert_eq!(rig.open(&[("redirect_uri", URI), ("scope", "identify")]).await.status().as_u16(), 200);
    assert!(matches!(rig.app(None, &["postroom:///auth"]), Err(CommandError::UnusableApp(_))));
    assert_eq!(rig.refused_back(&asking(URI, "identify everything")).await, "invalid_scope");
    let back = rig.decide(&asking(URI, "identify"), &[("decision", "deny")]).await;
    assert_eq!(param(&back, "error"), "access_denied");
}

/// `discord.md`, 2: a webhook with each consent, that "keeps working after the OAuth tokens expire or are revoked".
#[tokio::test]
async fn consent_makes_a_webhook_that_outlives_its_tokens() {
    let rig = start(None).await;
    let (one, other) = (link(&rig, "webhook.incoming").await, link(&rig, "webhook.incoming").await);
    assert_ne!(one["webhook"]["id"], other["webhook"]["id"]);
    let webhook = &one["webhook"];
    rig.running.control(&Command::RevokeTokens).unwrap();
    let path = text(webhook, "url").replace(rig.running.url(), "");
    let (status, seen) = rig.get_bare(&path).await;
    assert_eq!((status, &seen["channel_id"], &seen["type"]), (200, &webhook["channel_id"], &json!(1)));
    let guessed = rig.get_bare(&format!("/api/webhooks/{}/guess", text(webhook, "id"))).await;
    assert_eq!((guessed.0, &guessed.1["code"]), (404, &json!(10_015)));
}

/// `discord.md`, 2: "new `refresh_token` with each refresh"; revoking; the app removed by the person.
#[tokio::test]
async fn refresh_tokens_change_and_end() {
    let rig = start(None).await;
    let token = link(&rig, "identify").await;
    let old = text(&token, "refresh_token");
    let next = rig.refresh(&old, None).await.1;
    assert_eq!(refusal(&rig.refresh(&old, None).await), (400, "invalid_grant"));
    let refresh = text(&next, "refresh_token");
    let form = [("client_id", ID), ("token", refresh.as_str()), ("token_type_hint", "refresh_token")];
    assert_eq!(rig.form("/api/oauth2/token/revoke", &form).await, (200, json!({})));
    assert_eq!(rig.form("/api/oauth2/token/revoke", &form).await.0, 200, "unknown tokens too");
    assert_eq!(refusal(&rig.refresh(&refresh, None).await), (400, "invalid_grant"));
    assert_eq!(rig.get(ME, &text(&next, "access_token")).await.0, 401);
}

/// `discord.md`, 2 and 4: bot tokens, the User-Agent, limits with decimals, the body of a 429.
#[tokio::test]
async fn bots_read_themselves_within_limits() {
    let rig = start(None).await;
    let bot = |token: &str| rig.request(Method::GET, ME).header("authorization", format!("Bot {token}"));
    assert_eq!(answer(bot("bob-bot")).await.1["bot"], json!(true));
    assert_eq!(answer(bot("wrong")).await.0, 401);
    assert_eq!(answer(bot("bob-bot").header("user-agent", "")).await.0, 403);
    rig.running.control(&Command::RateLimits { on: true }).unwrap();
    let response = bot("bob-bot").send().await.unwrap();
    assert_eq!(header(&response, "x-ratelimit-remaining"), "49");
    assert!(header(&response, "x-ratelimit-reset-after").contains('.'));
    rig.running.faults().add(Rule::new(Fault::RateLimit { retry_after_s: 3 }).on("users.me"));
    let limited = bot("bob-bot").send().await.unwrap();
    assert_eq!((limited.status().as_u16(), header(&limited, "retry-after").as_str()), (429, "3"));
    assert_eq!(limited.json::<Value>().await.unwrap()["retry_after"], json!(3.0));
}
