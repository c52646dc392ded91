use serde_json::{Value, json};

use super::*;
use crate::testing::{Fake, Screen, Stopped, publication, publication_id};

fn detail(publication: &Value) -> Value {
    json!({"publication": publication, "effects": [], "journal": [], "raw": ""})
}

async fn told_as(json: bool, fake: &Fake, progress: Vec<Progress>) -> String {
    let screen = Screen::default();
    let console = screen.console(json);
    let mut watch = Watch::new(fake, &console, &Stopped, "UTC");
    for step in progress {
        watch.tell(step).await.unwrap();
    }
    screen.out()
}

#[tokio::test]
async fn every_event_is_one_line_with_names() {
    let mut live = publication(1, "published");
    live["url"] = "http://127.0.0.1:4100/p/1".into();
    let fake = Fake::default()
        .on("publications_show", detail(&publication(1, "publishing")))
        .on("publications_show", detail(&publication(1, "publishing")))
        .on("publications_show", detail(&live));
    let id = publication_id(1);
    let progress = vec![
        Progress::Claimed(id),
        Progress::State(id, PublicationState::Publishing, String::new()),
        Progress::Step(id, "Uploading".to_owned()),
        Progress::State(id, PublicationState::Published, String::new()),
    ];
    let out = told_as(true, &fake, progress).await;
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["claimed", "publishing", "step", "published"]);
    assert!(lines.iter().all(|line| line["publication"] == json!(id) && line["platform"] == "practice"));
    assert_eq!(lines[2]["step"], "Uploading");
    assert_eq!((&lines[3]["state"], &lines[3]["url"]), (&json!("published"), &json!("http://127.0.0.1:4100/p/1")));
    // Asked once for the claim and once per state: not for steps.
    assert_eq!(fake.asked("publications_show").len(), 3);
}

#[tokio::test]
async fn what_has_gone_on_meanwhile_is_not_told_of_the_earlier_state() {
    let mut live = publication(1, "published");
    live["url"] = "http://127.0.0.1:4100/p/1".into();
    let fake = Fake::default().on("publications_show", detail(&live));
    let progress = vec![Progress::State(publication_id(1), PublicationState::Retrying, "Busy.".to_owned())];
    let line: Value = serde_json::from_str(&told_as(true, &fake, progress).await).unwrap();
    assert_eq!((&line["event"], &line["reason"], line.get("url")), (&json!("retrying"), &json!("Busy."), None));
}

#[tokio::test]
async fn a_publication_that_cannot_be_read_is_told_all_the_same() {
    let fake = Fake::default().failing("publications_show", domain::ErrorCode::NotFound);
    let out = told_as(true, &fake, vec![Progress::Claimed(publication_id(1))]).await;
    assert_eq!(
        out,
        format!(
            "{{\"at\":\"2026-11-21T10:00:00.000Z\",\"event\":\"claimed\",\"publication\":\"{}\"}}\n",
            publication_id(1)
        )
    );
}

#[tokio::test]
async fn people_read_sentences() {
    let fake = Fake::default().on("publications_show", detail(&publication(1, "failed")));
    let progress = vec![Progress::State(publication_id(1), PublicationState::Failed, "Refused.".to_owned())];
    assert_eq!(told_as(false, &fake, progress).await, "2026-11-21 10:00 UTC  robin (practice): failed. Refused.\n");
}
