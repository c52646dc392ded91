use clap::Parser;
use serde_json::{Value, json};

use super::*;
use crate::{
    cli::{Cli, Verb},
    endpoints::Overrides,
    testing::{Fake, Screen, shell},
};

fn app(client_id: &str) -> Value {
    json!({
        "platform": "x", "secret": "optional", "redirects": ["http://127.0.0.1:28127/callback"],
        "client_id": client_id, "accounts": 2, "accounts_before": 0
    })
}

async fn said(fake: &Fake, line: &str) -> (Value, String) {
    let Verb::Apps(verb) = Cli::try_parse_from(["postroomctl"].into_iter().chain(line.split(' '))).unwrap().verb else {
        panic!("no verb of apps")
    };
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let answer = {
        let console = screen.console(true);
        let answer = run(verb, &shell(fake, &console, &overrides)).await.unwrap();
        console.answer(&answer).unwrap();
        answer
    };
    (serde_json::from_str(&screen.out()).unwrap(), answer.text)
}

#[tokio::test]
async fn an_app_is_kept_shown_and_forgotten_and_what_to_register_is_said_to_the_letter() {
    let fake = Fake::default()
        .on("apps_set", app("abc"))
        .on("apps_list", json!([app("abc"), app("")]))
        .on("apps_remove", app(""));
    let (json, text) = said(&fake, "apps set x --client-id abc").await;
    assert_eq!(
        (json, fake.asked("apps_set")),
        (app("abc"), vec![json!({"platform": "x", "client_id": "abc", "secret": null})])
    );
    assert!(text.contains("http://127.0.0.1:28127/callback") && text.contains("2 accounts"), "{text}");
    let (json, text) = said(&fake, "apps list").await;
    assert_eq!(json, json!([app("abc"), app("")]));
    assert!(text.contains("needs yours"), "{text}");
    let level = json!({"id": "free", "name": "Free", "means": "Of older apps only."});
    let mut unsaid = app("abc");
    unsaid["levels"] = json!([level]);
    let mut known = unsaid.clone();
    known["level"] = json!("free");
    let fake = fake.on("apps_level", unsaid).on("apps_level", known);
    let (_, text) = said(&fake, "apps level x unknown").await;
    assert!(text.contains("not known; say it with `apps level x free`"), "{text}");
    let (_, text) = said(&fake, "apps level x free").await;
    assert!(text.contains("Free. Of older apps only."), "{text}");
    let asked = ["", "free"].map(|level| json!({"platform": "x", "level": level}));
    assert_eq!(fake.asked("apps_level"), asked);
    said(&fake, "apps remove x").await;
    assert_eq!(fake.asked("apps_remove"), [json!({"id": "x"})]);
}

#[tokio::test]
async fn a_file_is_handed_on_and_what_became_of_it_is_said_without_a_value() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("env");
    std::fs::write(&file, "X_CLIENT_ID=abc\nX_CLIENT_SECRET=very-hidden\n").unwrap();
    let outcome = |name: &str, outcome: &str| json!({"name": name, "platform": "x", "outcome": outcome});
    let told = json!({
        "variables": [outcome("X_CLIENT_ID", "taken"), outcome("X_CLIENT_SECRET", "taken")], "others": 2, "unreadable": 1
    });
    let fake = Fake::default().on("apps_import", told.clone());
    let (json, text) = said(&fake, &format!("apps import-env {}", file.display())).await;
    assert_eq!(json, told);
    for part in ["X_CLIENT_SECRET", "kept", "2 variables left alone", "1 line could not be read"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("very-hidden"), "{text}");
    assert_eq!(fake.asked("apps_import")[0]["text"], "X_CLIENT_ID=abc\nX_CLIENT_SECRET=very-hidden");
}

#[tokio::test]
async fn an_import_that_takes_nothing_says_so() {
    let told = json!({
        "variables": [{"name": "X_CLIENT_SECRET", "platform": "x", "outcome": "no_client_id"}], "others": 0, "unreadable": 0
    });
    let fake = Fake::default().on("apps_import", told);
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let console = screen.console(false);
    let answer = run(AppsVerb::ImportEnv { file: None }, &shell(&fake, &console, &overrides)).await.unwrap();
    assert!(answer.but.is_some() && answer.text.contains("its client id is missing"), "{}", answer.text);
    assert_eq!(fake.asked("apps_import"), [json!({"text": null, "variables": {}})]);
}
