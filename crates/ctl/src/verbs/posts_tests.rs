use clap::Parser;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    cli::Cli,
    endpoints::Overrides,
    testing::{self, Fake, Screen, post, post_id, publication, shell},
    trouble::{Exit, Trouble},
    verbs,
};

async fn run_as(json: bool, fake: &Fake, line: &str) -> Result<Answer, Trouble> {
    let words = std::iter::once("postroomctl").chain(line.split_whitespace());
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let console = screen.console(json);
    verbs::run(Cli::try_parse_from(words).unwrap().verb, &shell(fake, &console, &overrides)).await
}

async fn run(fake: &Fake, line: &str) -> Result<Answer, Trouble> {
    run_as(true, fake, line).await
}

fn created() -> Fake {
    Fake::default()
        .on("settings_show", settings(""))
        .on("posts_create", post(1, "scheduled", &[publication(1, "scheduled")]))
        .on("posts_schedule", post(1, "scheduled", &[]))
}

fn settings(zone: &str) -> Value {
    json!({
        "theme": "system", "language": "system", "week_start": "system", "zone": zone, "notify_success": false,
        "names_only": false, "grace_min": 60, "missed": "hold", "spacing_s": 30, "close_explained": false, "checklist_dismissed": false,
        "autostart_asked": false
    })
}

#[tokio::test]
async fn a_post_is_created_with_its_time() {
    let account = testing::account_id(1);
    for (words, when) in [
        ("--now", json!({"kind": "now"})),
        ("--draft", Value::Null),
        ("", Value::Null),
        ("--at +5s", json!({"kind": "instant", "at": "2026-11-21T10:00:05.000Z", "zone": "Europe/Berlin"})),
        ("--at 2026-11-24T09:30", json!({"kind": "wall", "wall": "2026-11-24T09:30", "zone": "Europe/Berlin"})),
        ("--at 2026-11-24T09:30 --zone UTC", json!({"kind": "wall", "wall": "2026-11-24T09:30", "zone": "UTC"})),
    ] {
        let fake = created();
        let answer = run(&fake, &format!("posts create --to {account} --text Hello {words}")).await.unwrap();
        assert_eq!(answer.json["publications"][0]["state"], "scheduled");
        let asked = &fake.asked("posts_create")[0];
        assert_eq!(asked["when"], when, "{words}");
        assert_eq!(asked["draft"]["content"]["parts"][0]["text"], "Hello");
        assert_eq!(asked["draft"]["accounts"], json!([account]));
    }
}

#[tokio::test]
async fn the_zone_in_the_settings_is_the_default() {
    let fake =
        Fake::default().on("settings_show", settings("Asia/Tokyo")).on("posts_schedule", post(1, "scheduled", &[]));
    run(&fake, "posts reschedule post_1 --at 2026-11-24T09:30").await.unwrap();
    assert_eq!(fake.asked("posts_schedule")[0]["when"]["zone"], "Asia/Tokyo");
}

#[tokio::test]
async fn a_wrong_time_is_found_before_pictures_are_added() {
    let fake = created();
    let trouble = run(&fake, "posts create --to acc_1 --media none.png --at soon").await.unwrap_err();
    assert_eq!(trouble.exit as u8, 2);
    assert_eq!(run(&fake, "posts reschedule post_1").await.unwrap_err().exit as u8, 2);
}

#[tokio::test]
async fn people_are_told_when_nobody_would_publish() {
    let idle = serde_json::to_value(ipc::wire::QueueStatus::default()).unwrap();
    let fake = created().on("queue_status", idle);
    let answer = run_as(false, &fake, "posts create --to acc_1 --text T --now").await.unwrap();
    assert!(answer.hint.starts_with("No runner is at work"), "{}", answer.hint);
    let draft = run_as(false, &fake, "posts create --to acc_1 --text T").await.unwrap();
    assert!(draft.hint.starts_with("It is a draft."), "{}", draft.hint);
}

#[tokio::test]
async fn a_list_is_asked_for_with_instants() {
    let fake = Fake::default().on("posts_list", json!([]));
    run(&fake, "posts list --state scheduled --from 2026-11-24T09:30 --to +1d").await.unwrap();
    let expected = json!({
        "state": "scheduled", "from": "2026-11-24T08:30:00.000Z", "to": "2026-11-22T10:00:00.000Z", "limit": 1_000
    });
    assert_eq!(fake.asked("posts_list"), [expected]);
}

#[tokio::test]
async fn an_edit_saves_the_changed_draft_whole() {
    let fake = Fake::default().on("posts_show", post(1, "draft", &[])).on("posts_save", post(1, "draft", &[]));
    run(&fake, &format!("posts edit {} --text New", post_id(1))).await.unwrap();
    let saved = &fake.asked("posts_save")[0];
    assert_eq!((&saved["id"], &saved["draft"]["content"]["parts"][0]["text"]), (&json!(post_id(1)), &json!("New")));
    assert_eq!(saved["draft"]["accounts"], json!([testing::account_id(1)]));
}

#[tokio::test]
async fn a_check_that_blocks_prints_the_review_and_fails_with_every_finding() {
    let finding = |code: &str, severity: &str| {
        json!({
            "code": code, "severity": severity, "account": null, "part": 0, "media": null, "actual": 512, "limit": 500
        })
    };
    let review = |findings: Value| json!({"accounts": [], "findings": findings});
    let blocked = review(json!([finding("text_too_long", "block"), finding("alt_missing", "hint")]));
    let fake = Fake::default().on("posts_show", post(1, "draft", &[])).on("posts_review", blocked);
    let answer = run(&fake, "posts check post_1").await.unwrap();
    let trouble = answer.but.unwrap();
    assert_eq!((trouble.exit as u8, trouble.failure.findings.len()), (1, 2));
    assert!(trouble.to_json().contains(r#""code":"preflight_failed""#));
    assert_eq!(answer.json["findings"][0]["code"], "text_too_long");

    let hint = review(json!([finding("alt_missing", "hint")]));
    let fake = Fake::default().on("posts_show", post(1, "draft", &[])).on("posts_review", hint);
    assert_eq!(run(&fake, "posts check post_1").await.unwrap().but, None);
}

#[tokio::test]
async fn what_is_deleted_is_named() {
    let fake = Fake::default().on("posts_show", post(1, "draft", &[])).on("posts_delete", json!({}));
    let answer = run(&fake, "posts delete post_1").await.unwrap();
    assert_eq!(answer.json, json!({"id": "post_1", "deleted": true}));
}

#[tokio::test]
async fn a_thread_that_went_out_in_part_is_not_forgotten_unasked() {
    let partly = || {
        let mut publication = testing::publication(1, "failed");
        publication["parts_done"] = 1.into();
        publication["parts"] = 3.into();
        post(1, "failed", &[publication])
    };
    let fake = Fake::default().on("posts_show", partly()).on("posts_delete", json!({}));
    let trouble = run(&fake, "posts delete post_1").await.unwrap_err();
    assert!(trouble.failure.message.contains("robin (practice)"), "{}", trouble.failure.message);
    assert_eq!((trouble.exit, fake.asked("posts_delete").len()), (Exit::Person, 0));
    assert_eq!(run(&fake, "posts delete post_1 --keep-live").await.unwrap().json["deleted"], true);
}

#[tokio::test]
async fn what_is_live_is_deleted_there_only_when_its_owner_says_so() {
    let live = || post(1, "published", &[publication(1, "published")]);
    let fake = Fake::default().on("posts_show", live());
    let trouble = run(&fake, "posts delete post_1").await.unwrap_err();
    assert_eq!((trouble.exit as u8, trouble.failure.code), (3, domain::ErrorCode::WrongState));
    assert!(trouble.failure.action.contains("--yes"));

    let deleting = publication(1, "published");
    let fake = Fake::default().on("posts_show", live()).on("publications_delete_live", deleting);
    let answer = run(&fake, "posts delete post_1 --yes").await.unwrap();
    assert_eq!(fake.asked("publications_delete_live"), [json!({"id": testing::publication_id(1)})]);
    assert_eq!(answer.json["publications"][0]["id"], json!(testing::publication_id(1)));

    let fake = Fake::default().on("posts_show", live()).on("posts_delete", json!({}));
    assert_eq!(run(&fake, "posts delete post_1 --keep-live").await.unwrap().json["deleted"], true);

    let mut blind = publication(1, "published");
    blind["can_delete"] = false.into();
    let fake = Fake::default().on("posts_show", post(1, "published", &[blind]));
    let trouble = run(&fake, "posts delete post_1 --yes").await.unwrap_err();
    assert_eq!((trouble.exit as u8, trouble.failure.code), (1, domain::ErrorCode::Unsupported));
}

#[tokio::test]
async fn an_edit_of_what_is_live_changes_its_words_there() {
    let view = publication(1, "published");
    let detail = json!({
        "publication": view, "effects": [], "journal": [], "raw": "",
        "parts": [{"text": "Old", "alts": ["A boat"]}, {"text": "Second", "alts": []}],
        "language": "en", "options": {}, "edit_options": ["content_warning"]
    });
    let live = || post(1, "published", &[publication(1, "published")]);
    let fake = Fake::default()
        .on("posts_show", live())
        .on("publications_show", detail)
        .on("publications_edit_live", publication(1, "published"));
    let account = testing::account_id(1);
    run(&fake, &format!("posts edit post_1 --text New --option {account}.content_warning=Boats")).await.unwrap();
    let asked = &fake.asked("publications_edit_live")[0];
    let parts = json!([{"text": "New", "alts": ["A boat"]}, {"text": "Second", "alts": []}]);
    assert_eq!((&asked["parts"], &asked["options"]), (&parts, &json!({"content_warning": "Boats"})));
    assert!(fake.asked("posts_save").is_empty());

    let usage = run(&Fake::default().on("posts_show", live()), "posts edit post_1 --media boat.png").await.unwrap_err();
    assert_eq!(usage.exit as u8, 2);
    let mut fixed = publication(1, "published");
    fixed["can_edit"] = false.into();
    let fake = Fake::default().on("posts_show", post(1, "published", &[fixed]));
    let trouble = run(&fake, "posts edit post_1 --text New").await.unwrap_err();
    assert_eq!((trouble.exit as u8, trouble.failure.code), (1, domain::ErrorCode::Unsupported));
}

#[tokio::test]
async fn verbs_of_later_versions_say_so() {
    for line in ["audit list", "metrics show", "data erase", "audit verify", "platforms verify x --live"] {
        let trouble = run(&Fake::default(), line).await.unwrap_err();
        assert_eq!((trouble.exit as u8, trouble.failure.code), (2, domain::ErrorCode::NotAvailable), "{line}");
    }
}

#[tokio::test]
async fn a_retry_that_needs_a_person_has_its_own_exit_code() {
    for (state, exit) in [("needs_decision", 3), ("unconfirmed", 3), ("published", 1)] {
        let detail = json!({"publication": publication(1, state), "effects": [], "journal": [], "raw": ""});
        let fake = Fake::default()
            .failing("publications_retry", domain::ErrorCode::WrongState)
            .on("publications_show", detail);
        let trouble = run(&fake, "publications retry pub_1").await.unwrap_err();
        assert_eq!((trouble.exit as u8, trouble.failure.code), (exit, domain::ErrorCode::WrongState), "{state}");
    }
}

#[tokio::test]
async fn publications_are_listed_and_decided() {
    let fake = Fake::default()
        .on("publications_list", json!([publication(1, "needs_decision")]))
        .on("publications_decide", publication(1, "published"));
    run(&fake, "publications list --state needs_decision").await.unwrap();
    assert_eq!(fake.asked("publications_list")[0]["state"], "needs_decision");
    assert_eq!(run(&fake, "publications list --state done").await.unwrap_err().exit as u8, 2);
    run(&fake, "publications decide pub_1 --live --remote-id r1").await.unwrap();
    run(&fake, "publications decide pub_1 --not-live").await.unwrap();
    assert_eq!(
        fake.asked("publications_decide"),
        [
            json!({"id": "pub_1", "live": true, "remote_id": "r1"}),
            json!({"id": "pub_1", "live": false, "remote_id": null})
        ]
    );
}

#[tokio::test]
async fn accounts_media_queue_and_practice_pass_their_words_on() {
    let status = serde_json::to_value(ipc::wire::QueueStatus::default()).unwrap();
    let fake = Fake::default()
        .on("accounts_unlink", testing::account(1, "robin"))
        .on("accounts_check", testing::account(1, "robin"))
        .on("media_list", json!([testing::media(1)]))
        .on("queue_pause", status.clone())
        .on("queue_resume", status)
        .on("practice_fault", json!({}))
        .on("practice_link", testing::account(1, "robin"))
        .on("practice_status", serde_json::to_value(ipc::wire::PracticeView::default()).unwrap());
    run(&fake, "accounts unlink acc_1 --scheduled cancel").await.unwrap();
    assert_eq!(fake.asked("accounts_unlink"), [json!({"id": "acc_1", "scheduled": "cancel"})]);
    run(&fake, "accounts check acc_1").await.unwrap();
    run(&fake, "media list").await.unwrap();
    run(&fake, "queue pause").await.unwrap();
    run(&fake, "queue resume").await.unwrap();
    run(&fake, "practice status").await.unwrap();
    let fault = run(&fake, "practice fault lost_reply --times 3").await.unwrap();
    assert_eq!(fault.json, json!({"kind": "lost_reply", "times": 3}));
    run(&fake, "practice link --kind d --name Robin").await.unwrap();
    assert_eq!(fake.asked("practice_link"), [json!({"kind": "d", "name": "Robin"})]);
}
