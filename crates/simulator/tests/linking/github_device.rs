//! GitHub by device code.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Command, CommandError};

use crate::client::{Answer, ID, Rig, refusal, text};
use crate::github::start;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn ask(rig: &Rig) -> Value {
    let (status, codes) = rig.form("/login/device/code", &[("client_id", ID), ("scope", "gist")]).await;
    assert_eq!(status, 200, "{codes}");
    codes
}

async fn poll(rig: &Rig, codes: &Value) -> Answer {
    let device_code = text(codes, "device_code");
    rig.exchange(&[("client_id", ID), ("device_code", &device_code), ("grant_type", GRANT)]).await
}

fn decide(rig: &Rig, codes: &Value, by: Option<&str>) -> Result<Value, CommandError> {
    let allowed_by = by.map(ToOwned::to_owned);
    rig.running.control(&Command::DecideUserCode { user_code: text(codes, "user_code"), allowed_by })
}

/// `identity.md`, 3: codes, `authorization_pending`, then a token, all without a secret.
#[tokio::test]
async fn a_user_code_is_typed_in_and_the_device_is_let_in() {
    let rig = start().await;
    let codes = ask(&rig).await;
    assert_eq!((&codes["expires_in"], &codes["interval"]), (&json!(900), &json!(5)));
    assert!(text(&codes, "verification_uri").ends_with("/login/device"));
    assert_eq!(refusal(&poll(&rig, &codes).await), (200, "authorization_pending"));
    decide(&rig, &codes, Some("bob")).unwrap();
    rig.advance_s(5);
    let token = poll(&rig, &codes).await.1;
    assert_eq!(text(&rig.get("/user", &text(&token, "access_token")).await.1, "login"), "bob");
    rig.advance_s(5);
    assert_eq!(refusal(&poll(&rig, &codes).await), (200, "incorrect_device_code"), "once");
}

/// `identity.md`, 3: "`slow_down` use returned `interval` (+5 s)", and that stays.
#[tokio::test]
async fn impatience_makes_the_interval_grow() {
    let rig = start().await;
    let codes = ask(&rig).await;
    poll(&rig, &codes).await;
    for interval in [10, 15] {
        rig.advance_s(1);
        let slower = poll(&rig, &codes).await;
        assert_eq!((refusal(&slower), &slower.1["interval"]), ((200, "slow_down"), &json!(interval)));
    }
    rig.advance_s(15);
    assert_eq!(refusal(&poll(&rig, &codes).await), (200, "authorization_pending"));
}

/// `identity.md`, 3: `expired_token`, `access_denied`, `incorrect_device_code`, `unsupported_grant_type`.
#[tokio::test]
async fn ends_without_a_token() {
    let rig = start().await;
    let (denied, late) = (ask(&rig).await, ask(&rig).await);
    decide(&rig, &denied, None).unwrap();
    assert_eq!(refusal(&poll(&rig, &denied).await), (200, "access_denied"));
    let nonsense = json!({"device_code": "nonsense"});
    assert_eq!(refusal(&poll(&rig, &nonsense).await), (200, "incorrect_device_code"));
    rig.advance_s(900);
    assert_eq!(refusal(&poll(&rig, &late).await), (200, "expired_token"));
    assert!(matches!(decide(&rig, &late, Some("alice")), Err(CommandError::UnknownCode(_))), "too late to type in");
    let other = rig.exchange(&[("client_id", ID), ("grant_type", "password")]).await;
    assert_eq!(refusal(&other), (200, "unsupported_grant_type"));
}

/// `identity.md`, 3: "enable it in app settings"; setup errors.
#[tokio::test]
async fn the_flow_can_be_off() {
    let rig = start().await;
    rig.set(&json!({"device_flow_disabled": true}));
    let refused = rig.form("/login/device/code", &[("client_id", ID)]).await;
    assert_eq!(refusal(&refused), (200, "device_flow_disabled"));
    let stranger = rig.form("/login/device/code", &[("client_id", "nobody")]).await;
    assert_eq!(refusal(&stranger), (200, "incorrect_client_credentials"));
}

/// `identity.md`, 3: "A refresh token got by device flow refreshes without the secret".
#[tokio::test]
async fn what_a_device_got_is_refreshed_without_the_secret() {
    let rig = start().await;
    rig.set(&json!({"refresh_tokens": true}));
    let codes = ask(&rig).await;
    decide(&rig, &codes, Some("alice")).unwrap();
    let token = poll(&rig, &codes).await.1;
    let next = rig.refresh(&text(&token, "refresh_token"), None).await.1;
    assert!(next["access_token"].is_string(), "{next}");
}

/// RFC 8628, 3.3: the page at `verification_uri` takes the code from a person.
#[tokio::test]
async fn people_type_it_into_a_page() {
    let rig = start().await;
    let codes = ask(&rig).await;
    let page = rig.request(Method::GET, "/login/device").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("user_code") && page.contains("alice"));
    let typed = |code: String| {
        let form = [("user_code", code), ("account", "bob".to_owned()), ("decision", "allow".to_owned())];
        rig.request(Method::POST, "/login/device").form(&form).send()
    };
    assert_eq!(typed("NEVR-GIVN".to_owned()).await.unwrap().status().as_u16(), 422);
    assert_eq!(typed(text(&codes, "user_code").to_lowercase()).await.unwrap().status().as_u16(), 200);
    assert!(poll(&rig, &codes).await.1["access_token"].is_string());
}

/// Without `Accept: application/json` GitHub answers as a form.
#[tokio::test]
async fn json_has_to_be_asked_for() {
    let rig = start().await;
    let plain = rig.request(Method::POST, "/login/device/code").form(&[("client_id", ID)]).send().await.unwrap();
    let body = plain.text().await.unwrap();
    assert!(body.contains("device_code=") && body.contains("interval=5"), "{body}");
}
