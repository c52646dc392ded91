use serde_json::{Value, json};
use simulator::Command;

use crate::client::{PASSWORD, Rig, record, refusal, text};

const GET_SESSION: &str = "com.atproto.server.getSession";
const REFRESH: &str = "com.atproto.server.refreshSession";
const DELETE_SESSION: &str = "com.atproto.server.deleteSession";
const HOUR_MS: i64 = 60 * 60 * 1_000;

fn control(rig: &Rig, command: &Command) {
    rig.running.control(command).unwrap();
}

#[tokio::test]
async fn an_app_password_opens_a_session() {
    let rig = Rig::start().await;
    let (status, session) = rig.login(PASSWORD).await;
    assert_eq!((status, &session["did"], &session["active"]), (200, &json!(rig.did), &json!(true)));
    assert_eq!(session["didDoc"]["service"][0]["serviceEndpoint"], rig.running.url());
    let (status, me) = rig.get(GET_SESSION, Some(&text(&session, "accessJwt"))).await;
    assert_eq!((status, &me["handle"], &me["accessJwt"]), (200, &json!("alice.test"), &Value::Null));
}

#[tokio::test]
async fn names_are_matched_without_case_and_dids_work_too() {
    let rig = Rig::start().await;
    for identifier in ["ALICE.test", &rig.did] {
        let body = json!({"identifier": identifier, "password": PASSWORD});
        assert_eq!(rig.post("com.atproto.server.createSession", None, &body).await.0, 200);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_alike() {
    let rig = Rig::start().await;
    let wrong = rig.login("wrong").await;
    let body = json!({"identifier": "bob.test", "password": PASSWORD});
    let unknown = rig.post("com.atproto.server.createSession", None, &body).await;
    assert_eq!(refusal(&wrong), (401, "AuthenticationRequired"));
    assert_eq!(wrong, unknown);
}

#[tokio::test]
async fn a_missing_password_is_named() {
    let rig = Rig::start().await;
    let (status, body) = rig.post("com.atproto.server.createSession", None, &json!({"identifier": "alice.test"})).await;
    assert_eq!((status, &body["message"]), (400, &json!("Missing required key \"password\" at $")));
}

#[tokio::test]
async fn a_main_password_may_need_a_second_factor() {
    let rig = Rig::start().await;
    let account = Command::AddAccount {
        handle: "carol.test".to_owned(),
        app_password: "aaaa-bbbb-cccc-dddd".to_owned(),
        main_password: Some("correct horse".to_owned()),
        second_factor: Some("12345".to_owned()),
    };
    control(&rig, &account);
    let login = |password: &str, code: Value| json!({"identifier": "carol.test", "password": password, "authFactorToken": code});
    let create = "com.atproto.server.createSession";
    let without = json!({"identifier": "carol.test", "password": "correct horse"});
    assert_eq!(refusal(&rig.post(create, None, &without).await), (401, "AuthFactorTokenRequired"));
    let wrong = rig.post(create, None, &login("correct horse", json!("99999"))).await;
    assert_eq!(refusal(&wrong), (401, "AuthFactorTokenRequired"));
    assert_eq!(rig.post(create, None, &login("correct horse", json!("12345"))).await.0, 200);
    let app = json!({"identifier": "carol.test", "password": "aaaa-bbbb-cccc-dddd"});
    assert_eq!(rig.post(create, None, &app).await.0, 200, "an app password never does");
}

#[tokio::test]
async fn missing_nonsense_and_misplaced_tokens() {
    let rig = Rig::start().await;
    let (access, refresh) = rig.session().await;
    assert_eq!(refusal(&rig.get(GET_SESSION, None).await), (401, "AuthMissing"));
    assert_eq!(refusal(&rig.get(GET_SESSION, Some("nonsense")).await), (400, "InvalidToken"));
    assert_eq!(refusal(&rig.get(GET_SESSION, Some(&refresh)).await), (400, "InvalidToken"));
    assert_eq!(refusal(&rig.bare(REFRESH, &access).await), (400, "InvalidToken"));
    let uploaded = rig.upload("nonsense", "image/png", vec![1]).await;
    assert_eq!(refusal(&uploaded), (500, "InternalServerError"), "as the real server has it");
}

#[tokio::test]
async fn an_access_token_lives_two_hours() {
    let rig = Rig::start().await;
    let (access, refresh) = rig.session().await;
    control(&rig, &Command::Advance { by_ms: 2 * HOUR_MS - 60_000 });
    assert_eq!(rig.get(GET_SESSION, Some(&access)).await.0, 200);
    control(&rig, &Command::Advance { by_ms: 60_001 });
    assert_eq!(refusal(&rig.get(GET_SESSION, Some(&access)).await), (400, "ExpiredToken"));
    assert_eq!(rig.bare(REFRESH, &refresh).await.0, 200);
}

#[tokio::test]
async fn a_refresh_token_lives_ninety_days() {
    let rig = Rig::start().await;
    let (_, refresh) = rig.session().await;
    control(&rig, &Command::Advance { by_ms: 91 * 24 * HOUR_MS });
    assert_eq!(refusal(&rig.bare(REFRESH, &refresh).await), (400, "ExpiredToken"));
}

#[tokio::test]
async fn refreshing_rotates_with_two_hours_of_grace_and_one_successor() {
    let rig = Rig::start().await;
    let (_, first) = rig.session().await;
    let (_, second) = rig.bare(REFRESH, &first).await;
    let (_, repeated) = rig.bare(REFRESH, &first).await;
    assert_ne!(second["refreshJwt"], json!(first));
    assert_eq!(second["refreshJwt"], repeated["refreshJwt"]);
    assert_eq!(rig.get(GET_SESSION, Some(&text(&repeated, "accessJwt"))).await.0, 200);
    control(&rig, &Command::Advance { by_ms: 2 * HOUR_MS + 1 });
    assert_eq!(refusal(&rig.bare(REFRESH, &first).await), (400, "ExpiredToken"));
    assert_eq!(rig.bare(REFRESH, &text(&second, "refreshJwt")).await.0, 200);
}

#[tokio::test]
async fn refreshing_takes_no_body() {
    let rig = Rig::start().await;
    let (_, refresh) = rig.session().await;
    let (status, body) = rig.post(REFRESH, Some(&refresh), &json!({})).await;
    assert_eq!((status, &body["message"]), (400, &json!("A request body was provided when none was expected")));
}

#[tokio::test]
async fn the_expiry_can_be_read_from_the_token() {
    use base64::Engine as _;
    let rig = Rig::start().await;
    let access = rig.access().await;
    let claims = access.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 7_200);
    assert_eq!(claims["sub"], json!(rig.did));
}

#[tokio::test]
async fn deleting_a_session_ends_refreshing_only() {
    let rig = Rig::start().await;
    let (access, refresh) = rig.session().await;
    assert_eq!(rig.bare(DELETE_SESSION, &refresh).await.0, 200);
    assert_eq!(refusal(&rig.bare(REFRESH, &refresh).await), (400, "ExpiredToken"));
    assert_eq!(rig.get(GET_SESSION, Some(&access)).await.0, 200);
}

#[tokio::test]
async fn revoking_leaves_nothing_but_linking_anew() {
    let rig = Rig::start().await;
    let (access, refresh) = rig.session().await;
    control(&rig, &Command::RevokeTokens);
    assert_eq!(refusal(&rig.get(GET_SESSION, Some(&access)).await), (400, "ExpiredToken"));
    let (status, body) = rig.bare(REFRESH, &refresh).await;
    assert_eq!((status, &body["message"]), (400, &json!("Token has been revoked")));
    assert_eq!(refusal(&rig.login(PASSWORD).await), (401, "AuthenticationRequired"));
}

#[tokio::test]
async fn a_taken_down_account_can_do_nothing() {
    let rig = Rig::start().await;
    let (access, refresh) = rig.session().await;
    rig.create(&access, "3lzzzzzzzzz22", &record("before")).await;
    control(&rig, &Command::TakeDown { handle: "alice.test".to_owned() });
    assert_eq!(refusal(&rig.create(&access, "3lzzzzzzzzz23", &record("x")).await), (401, "AccountTakedown"));
    assert_eq!(refusal(&rig.bare(REFRESH, &refresh).await), (401, "AccountTakedown"));
    assert_eq!(refusal(&rig.get(GET_SESSION, Some(&access)).await), (400, "InvalidRequest"));
    assert_eq!(refusal(&rig.login(PASSWORD).await), (401, "AuthenticationRequired"));
    assert_eq!(refusal(&rig.read("3lzzzzzzzzz22").await), (502, "UpstreamFailure"));
    control(&rig, &Command::Restore { handle: "alice.test".to_owned() });
    assert_eq!(rig.read("3lzzzzzzzzz22").await.0, 200);
}

#[tokio::test]
async fn a_deactivated_account_may_log_in_but_not_write() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    control(&rig, &Command::Deactivate { handle: "alice.test".to_owned() });
    assert_eq!(refusal(&rig.create(&access, "3lzzzzzzzzz23", &record("x")).await), (401, "AccountDeactivated"));
    let (status, session) = rig.login(PASSWORD).await;
    assert_eq!((status, &session["active"], &session["status"]), (200, &json!(false), &json!("deactivated")));
}

#[tokio::test]
async fn names_resolve_to_dids() {
    let rig = Rig::start().await;
    let resolve = |handle: &str| format!("com.atproto.identity.resolveHandle?handle={handle}");
    assert_eq!(rig.get(&resolve("alice.test"), None).await, (200, json!({"did": rig.did})));
    assert_eq!(refusal(&rig.get(&resolve("bob.test"), None).await), (400, "HandleNotFound"));
    assert_eq!(refusal(&rig.get(&resolve("nodot"), None).await), (400, "InvalidRequest"));
    assert_eq!(refusal(&rig.get("com.atproto.identity.resolveHandle", None).await), (400, "InvalidRequest"));
}

#[tokio::test]
async fn the_server_describes_itself() {
    let rig = Rig::start().await;
    let (status, description) = rig.get("com.atproto.server.describeServer", None).await;
    assert_eq!((status, &description["blobUploadLimit"]), (200, &json!(5 * 1024 * 1024)));
}

#[tokio::test]
async fn calls_that_are_not_there() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    assert_eq!(refusal(&rig.get("app.bsky.feed.getTimeline", None).await), (401, "AuthMissing"));
    assert_eq!(refusal(&rig.get("app.bsky.feed.getTimeline", Some(&access)).await), (502, "UpstreamFailure"));
    let (status, body) = rig.get("com.atproto.repo.createRecord", None).await;
    assert_eq!((status, &body["message"]), (400, &json!("Incorrect HTTP method (GET) expected POST")));
}
