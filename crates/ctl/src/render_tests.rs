use domain::{ErrorCode, Finding, FindingCode};
use ipc::wire::{PublicationDetail, QueueStatus, Review};
use serde_json::{Value, json};

use super::*;
use crate::testing;

fn view<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_failure_is_told_with_findings_details_and_action() {
    let mut failure = testing::failure(ErrorCode::PreflightFailed);
    failure.findings = vec![
        Finding::new(FindingCode::TextTooLong).in_part(1).measured(512, 500),
        Finding::new(FindingCode::AltMissing).on(testing::account_id(1)),
    ];
    failure.details = "too long".to_owned();
    let account = testing::account_id(1);
    assert_eq!(
        trouble(&failure),
        format!(
            "It failed.\n  - The text is too long (512, 500 possible), part 2\n  \
             - A picture has no alt text, {account} (a hint: it goes out as it is)\nDetails: too long\nDo something."
        )
    );
}

#[test]
fn accounts_stand_in_columns_and_hand_given_endpoints_are_marked() {
    let mut custom = testing::account(2, "alice");
    custom["custom_endpoints"] = true.into();
    custom["state"] = "needs_relink".into();
    let text = accounts(&[view(testing::account(1, "robin")), view(custom)]);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1].find("robin"), lines[2].find("alice"));
    assert!(lines[2].contains("needs relink") && lines[2].ends_with("http://127.0.0.1:4100 (given by hand)"));
    assert!(!lines[1].contains("given by hand"));
    assert!(accounts(&[]).starts_with("No account is linked yet."));
}

#[test]
fn one_account_names_its_promise_and_its_times_in_the_zone() {
    let text = account(&view(testing::account(1, "robin")), "Europe/Berlin");
    assert!(text.contains("Access until  2026-11-21 12:00 Europe/Berlin, renewed by itself"), "{text}");
    assert!(text.contains("Waiting       2 posts"), "{text}");
    assert!(!text.contains("Seen working"), "{text}");
}

#[test]
fn a_platform_shows_its_endpoints_and_permissions() {
    let text = platform(&view(testing::platform("x")));
    assert!(text.contains("api = https://api.x.example") && text.contains("write: publishes your posts"), "{text}");
    assert!(text.contains("Linked by    oauth\n             app-password\n"), "{text}");
    assert!(platforms(&[view(testing::platform("x"))]).contains("oauth, app-password"));
}

#[test]
fn posts_show_their_first_line_and_time() {
    let text = posts(&[view(testing::post(1, "scheduled", &[]))], "Europe/Berlin");
    assert!(text.contains("2026-11-24 09:30 Europe/Berlin") && text.ends_with("Hello…"), "{text}");
    let text = post(&view(testing::post(1, "scheduled", &[testing::publication(1, "scheduled")])), "UTC");
    assert!(text.contains("  Hello\n  world\n\nPUBLICATION"), "{text}");
    let mut planned = testing::post(1, "scheduled", &[]);
    planned["warnings"] = json!([{
        "finding": Finding::new(FindingCode::AccessEnds).as_risk(),
        "reason": "The access to ash ends 2 days before it is due.", "fix": "Link ash again.",
    }]);
    let text = post(&view(planned), "UTC");
    assert!(text.ends_with("The access to ash ends 2 days before it is due. Link ash again."), "{text}");
}

#[test]
fn a_publication_with_its_journal_tells_the_story() {
    let mut publication = testing::publication(1, "held");
    publication["held"] = "missed".into();
    publication["reason"] = "Its time passed.".into();
    let detail: PublicationDetail = view(json!({
        "publication": publication, "effects": [], "raw": "no",
        "journal": [{"at": "2026-11-21T10:00:00.000Z", "event": "retry_planned", "part": 0, "text": "Later."}]
    }));
    let text = publication_detail(&detail, "UTC");
    assert!(text.contains("held: missed") && text.contains("Its time passed."), "{text}");
    assert!(text.contains("The platform said: no") && text.ends_with("retry planned  1     Later."), "{text}");
}

#[test]
fn the_queue_says_when_nobody_publishes() {
    let mut status = QueueStatus { by_state: [("scheduled".to_owned(), 2)].into(), needs_you: 1, ..Default::default() };
    let text = queue(&status, "UTC");
    assert!(text.starts_with("No runner is at work") && text.contains("2 scheduled"), "{text}");
    assert!(text.contains("1 publication need"), "{text}");
    status.paused = true;
    assert!(queue(&status, "UTC").starts_with("Everything is paused."));
}

#[test]
fn a_review_counts_each_part() {
    let review: Review = view(json!({
        "accounts": [{
            "account": "acc_1", "counts": [{"used": 5, "max": 300}], "class": "a",
            "parts": [{"text": [{"text": "Hello", "kind": "plain", "href": ""}], "images": [], "card": null, "payload": {}}]
        }],
        "findings": []
    }));
    let text = super::review(&review);
    assert!(text.contains("5 of 300") && text.ends_with("It can go out as it is."), "{text}");
}

#[test]
fn media_and_practice_are_told() {
    assert!(media_list(&[view(testing::media(1))]).contains("640 x 480"));
    assert!(media(&view(testing::media(1))).contains("A red boat"));
    assert_eq!(practice(&ipc::wire::PracticeView::default()), "The practice network does not run.");
}

#[test]
fn a_forecast_says_how_many_go_out_and_why_one_does_not() {
    let mut made: ipc::wire::ForecastView = view(json!({
        "running": true, "zone": "Europe/Berlin", "from": "2026-11-20T23:00:00Z", "to": "2026-11-27T23:00:00Z",
        "will": 0, "at_risk": 0, "will_not": 0, "days": [], "publications": []
    }));
    assert_eq!(forecast(&made, "UTC"), "Nothing is planned for the next 7 days.");
    made.will = 13;
    assert!(forecast(&made, "UTC").starts_with("All of the next 7 days will go out: 13 publications."));
    made.will_not = 1;
    made.running = false;
    made.days = vec![view(json!({"date": "2026-11-21", "will": 13, "at_risk": 0, "will_not": 1}))];
    made.publications = vec![view(json!({
        "publication": "pub_1", "post": "post_1", "account": "acc_1", "platform": "mastodon", "handle": "ash",
        "title": "Hello", "schedule": {"at": "2026-11-21T12:00:00Z", "wall": "", "zone": "UTC"}, "state": "scheduled",
        "held": null, "outlook": "will_not", "findings": [], "reason": "Mastodon ended it.", "fix": "Link ash again."
    }))];
    let text = forecast(&made, "UTC");
    assert!(text.starts_with("Of 14 publications of the next 7 days 13 will go out, 0 may not, 1 will not."), "{text}");
    assert!(text.contains("No runner is at work"), "{text}");
    assert!(text.ends_with("Hello at mastodon, ash: Mastodon ended it. Link ash again."), "{text}");
}
