use std::future::pending;

use serde_json::{Value, json};

use super::*;
use crate::{
    endpoints::Overrides,
    testing::{Fake, Screen, shell},
};

fn hop(name: &str, diagnosis: Option<&str>) -> Value {
    let (state, fix) = if diagnosis.is_some() { ("broken", "Do this.") } else { ("ok", "") };
    let seen = json!([{"name": "server", "value": "a.example"}]);
    json!({"hop": name, "state": state, "diagnosis": diagnosis, "remedy": null, "means": "It is so.", "fix": fix, "seen": seen})
}

fn check(state: &str, hops: &[Value]) -> Value {
    let broken = hops.iter().find(|hop| hop["state"] == "broken").map(|hop| hop["hop"].clone());
    let trying = (state == "running").then_some("read");
    json!({"id": "c1", "state": state, "at": "2026-11-22T08:00:00Z", "examined": [{
        "platform": "bluesky", "account": null, "handle": "", "server": "https://a.example",
        "broken": broken, "trying": trying, "hops": hops,
    }]})
}

async fn said(fake: &Fake, target: Option<&str>, json: bool, end: impl Future<Output = ()>) -> (Answer, String) {
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let answer = {
        let console = screen.console(json);
        let answer = run(target.map(str::to_owned), None, &shell(fake, &console, &overrides), end).await.unwrap();
        console.answer(&answer).unwrap();
        answer
    };
    (answer, screen.out())
}

#[tokio::test]
async fn hops_are_said_once_each_as_they_are_tried_and_a_sound_way_ends_well() {
    let first = [hop("network", None)];
    let all = [hop("network", None), hop("name", None)];
    let fake = Fake::default()
        .on("doctor_start", check("running", &[]))
        .on("doctor_status", check("running", &first))
        .on("doctor_status", check("running", &all))
        .on("doctor_status", check("done", &all));
    let (answer, out) = said(&fake, None, false, pending()).await;
    assert_eq!(answer.but, None);
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    assert!(lines[0].contains("bluesky") && lines[1].contains("network") && lines[2].contains("name"), "{out}");
    assert!(lines[3].contains("nothing is broken"), "{out}");
    assert_eq!(
        fake.asked("doctor_start")[0],
        json!({"account": null, "platform": null, "instance": null, "endpoints": {}})
    );
}

#[tokio::test]
async fn a_broken_hop_is_an_answer_and_a_failure_with_its_fix() {
    for (diagnosis, exit) in [("no_name", 1), ("token_ended", 3)] {
        let fake = Fake::default().on("doctor_start", check("done", &[hop("name", Some(diagnosis))]));
        let (answer, out) = said(&fake, None, true, pending()).await;
        let printed: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(printed["examined"][0]["broken"], "name", "one value on standard output");
        let trouble = answer.but.unwrap();
        assert_eq!((trouble.exit as u8, trouble.failure.action.as_str()), (exit, "Do this."), "{diagnosis}");
    }
    let fake = Fake::default().on("doctor_start", check("done", &[hop("name", Some("no_name"))]));
    let (_, out) = said(&fake, None, false, pending()).await;
    assert!(out.contains("BROKEN") && out.contains("Do this.") && out.contains("server: a.example"), "{out}");
}

#[tokio::test]
async fn the_wish_to_end_ends_the_check_and_says_what_was_found() {
    let fake = Fake::default()
        .on("doctor_start", check("running", &[]))
        .on("doctor_status", check("running", &[]))
        .on("doctor_cancel", check("cancelled", &[hop("network", None)]));
    let (answer, _) = said(&fake, None, true, async {}).await;
    assert_eq!(answer.but.map(|trouble| trouble.exit as u8), Some(1));
    assert_eq!(fake.asked("doctor_cancel"), [json!({"id": "c1"})]);
}

#[tokio::test]
async fn a_name_is_a_platform_or_an_account() {
    let fake = Fake::default().on("platforms_list", json!([])).on("accounts_list", json!([]));
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let console = screen.console(true);
    let trouble = run(Some("nobody".to_owned()), None, &shell(&fake, &console, &overrides), pending())
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!((trouble.exit as u8, trouble.failure.code), (1, ErrorCode::NotFound));
    let fake = Fake::default().on("platforms_list", json!([])).on("doctor_start", check("done", &[]));
    said(&fake, Some("acc_1"), true, pending()).await;
    assert_eq!(fake.asked("doctor_start")[0]["account"], "acc_1");
}

#[tokio::test]
async fn the_report_is_written_where_it_is_wanted_whatever_was_found() {
    let dir = tempfile::tempdir().unwrap();
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let console = screen.console(true);
    for diagnosis in [None, Some("no_name")] {
        let fake = Fake::default()
            .on("doctor_start", check("done", &[hop("name", diagnosis)]))
            .on("doctor_report", json!({"text": format!("Postroom {diagnosis:?}\n")}));
        let file = dir.path().join("report.txt");
        let answer = run(None, Some(file.clone()), &shell(&fake, &console, &overrides), pending()).await.unwrap();
        assert_eq!(answer.but.is_some(), diagnosis.is_some());
        assert!(answer.hint.contains("report.txt"), "{}", answer.hint);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("Postroom {diagnosis:?}\n"));
        let nowhere = dir.path().join("nowhere/report.txt");
        let trouble = run(None, Some(nowhere), &shell(&fake, &console, &overrides), pending()).await.unwrap_err();
        assert_eq!(trouble.failure.code, ErrorCode::StorageFailed);
    }
}
