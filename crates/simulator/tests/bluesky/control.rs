use serde_json::{Value, json};
use simulator::{Command, CommandError, PLATFORMS, Simulator, SimulatorError, read_journal};

use crate::client::{Answer, PASSWORD, Rig, answer, http, record, refusal};

async fn post(rig: &Rig, path: &str, token: &str, body: &Value) -> Answer {
    answer(rig.http.post(format!("{}/__control/{path}", rig.running.url())).bearer_auth(token).json(body)).await
}

async fn get(rig: &Rig, path: &str) -> Answer {
    let url = format!("{}/__control/{path}", rig.running.url());
    answer(rig.http.get(url).bearer_auth(rig.running.control_token())).await
}

#[tokio::test]
async fn faults_can_be_set_from_outside() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let token = rig.running.control_token();
    let rules = json!([{"do": "server_error", "operation": "createRecord", "times": 2}]);
    let (status, body) = post(&rig, "faults", token, &rules).await;
    assert_eq!((status, &body["rules"][0]["hits"]), (200, &json!(0)));
    assert_eq!(rig.create(&access, "3lzzzzzzzzz22", &record("x")).await.0, 500);
    let (_, body) = get(&rig, "faults").await;
    assert_eq!((&body["rules"][0]["hits"], &body["rules"][0]["times"]), (&json!(1), &json!(1)));
    post(&rig, "faults", token, &json!([])).await;
    assert_eq!(rig.create(&access, "3lzzzzzzzzz22", &record("x")).await.0, 200);
}

#[tokio::test]
async fn the_token_is_needed() {
    let rig = Rig::start().await;
    assert_eq!(refusal(&post(&rig, "faults", "guess", &json!([])).await), (401, "ControlTokenMissing"));
    let (one, other) = (Rig::start().await, rig);
    assert_ne!(one.running.control_token(), other.running.control_token());
}

#[tokio::test]
async fn wrong_rules_change_nothing() {
    let rig = Rig::start().await;
    let token = rig.running.control_token();
    post(&rig, "faults", token, &json!([{"do": "reject"}])).await;
    for wrong in
        [json!([{"do": "explode"}]), json!({}), json!([{"operation": "x"}]), json!(vec![json!({"do": "reject"}); 101])]
    {
        assert_eq!(post(&rig, "faults", token, &wrong).await.0, 400, "{wrong}");
    }
    assert_eq!(rig.running.faults().list().len(), 1);
    assert_eq!(get(&rig, "nonsense").await.0, 404);
}

#[tokio::test]
async fn accounts_can_be_made_and_effects_read_from_outside() {
    let rig = Rig::start().await;
    let command = json!({"do": "add_account", "handle": "bob.test", "app_password": PASSWORD});
    let (status, body) = post(&rig, "commands", rig.running.control_token(), &command).await;
    assert_eq!((status, &body["answer"]["handle"]), (200, &json!("bob.test")));
    let (status, _) = post(&rig, "commands", rig.running.control_token(), &command).await;
    assert_eq!(status, 400, "the name is taken");
    let access = rig.access().await;
    rig.create(&access, "3lzzzzzzzzz22", &record("hello")).await;
    let (_, body) = get(&rig, "effects").await;
    assert_eq!(body["effects"][0]["text"], "hello");
}

#[tokio::test]
async fn commands_name_accounts_that_exist() {
    let rig = Rig::start().await;
    let nobody = rig.running.control(&Command::TakeDown { handle: "nobody.test".to_owned() });
    assert_eq!(nobody.unwrap_err(), CommandError::UnknownAccount("nobody.test".to_owned()));
    let unusable = rig.running.control(&Command::add_account("no dot", PASSWORD));
    assert_eq!(unusable.unwrap_err(), CommandError::UnusableHandle("no dot".to_owned()));
}

#[tokio::test]
async fn no_secret_reaches_the_journal() {
    let rig = Rig::start().await;
    let (access, refresh) = rig.session().await;
    rig.create(&access, "3lzzzzzzzzz22", &record("hello")).await;
    rig.bare("com.atproto.server.refreshSession", &refresh).await;
    let journal = std::fs::read_to_string(rig.running.journal()).unwrap();
    assert!(journal.contains("hello") && journal.contains("createSession"));
    assert!([access.as_str(), &refresh, PASSWORD].iter().all(|secret| !journal.contains(secret)));
}

#[tokio::test]
async fn every_listed_platform_starts_and_others_do_not() {
    let dir = tempfile::tempdir().unwrap();
    for platform in PLATFORMS {
        Simulator::start(platform, dir.path()).await.unwrap();
    }
    let unknown = Simulator::start("myspace", dir.path()).await;
    assert!(matches!(unknown.map(drop), Err(SimulatorError::UnknownPlatform(name)) if name == "myspace"));
}

#[tokio::test]
async fn dropping_it_closes_its_connections() {
    let dir = tempfile::tempdir().unwrap();
    let running = Simulator::start("bluesky", dir.path()).await.unwrap();
    let url = format!("{}/xrpc/com.atproto.server.describeServer", running.url());
    assert!(url.starts_with("http://127.0.0.1:"), "loopback only");
    running.faults().set(vec![simulator::Rule::new(simulator::Fault::Hang)]);
    let journal = running.journal().to_owned();
    let hanging = tokio::spawn(http().get(url).send());
    // The call is noted before it hangs.
    while read_journal(&journal).unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(running);
    assert!(!hanging.await.unwrap().unwrap_err().is_timeout());
}
