use clap::Parser;
use serde_json::json;

use super::*;
use crate::{
    cli::{Cli, PostsVerb, Verb},
    endpoints::Overrides,
    testing::{self, Fake, Screen, shell},
};

async fn applied(fake: &Fake, draft: &mut Draft, words: &[&str]) -> Result<(), Trouble> {
    let all = ["postroomctl", "posts", "edit", "post_1"].iter().chain(words);
    let Verb::Posts(PostsVerb::Edit(args)) = Cli::try_parse_from(all).unwrap().verb else { panic!("no edit") };
    let (screen, overrides) = (Screen::default(), Overrides::default());
    let console = screen.console(true);
    apply(&shell(fake, &console, &overrides), draft, &args.to, &args.writing).await
}

fn texts(draft: &Draft) -> Vec<&str> {
    draft.content.parts.iter().map(|part| part.text.as_str()).collect()
}

fn people() -> Fake {
    Fake::default()
        .on("accounts_list", json!([testing::account(1, "robin"), testing::account(2, "alice.example")]))
        .on("media_add", testing::media(1))
        .on("media_add", testing::media(2))
}

#[tokio::test]
async fn text_and_thread_parts_become_parts_in_order() {
    let mut draft = Draft::default();
    applied(&people(), &mut draft, &["--text", "1", "--thread-part", "2", "--thread-part", "3"]).await.unwrap();
    assert_eq!(texts(&draft), ["1", "2", "3"]);
    applied(&people(), &mut draft, &["--text", "one"]).await.unwrap();
    assert_eq!(texts(&draft), ["one", "2", "3"]);
    applied(&people(), &mut draft, &["--thread-part", "two"]).await.unwrap();
    assert_eq!(texts(&draft), ["one", "two"]);
    let mut only = Draft::default();
    applied(&people(), &mut only, &["--thread-part", "a", "--thread-part", "b"]).await.unwrap();
    assert_eq!(texts(&only), ["a", "b"]);
}

#[tokio::test]
async fn nothing_typed_is_one_empty_part() {
    let mut draft = Draft::default();
    applied(&people(), &mut draft, &[]).await.unwrap();
    assert_eq!(texts(&draft), [""]);
}

#[tokio::test]
async fn accounts_are_found_by_what_people_call_them() {
    let (one, two) = (testing::account_id(1).to_string(), testing::account_id(2).to_string());
    for typed in ["alice.example", "@alice.example", "practice:alice.example", &two] {
        let mut draft = Draft { accounts: vec![one.clone()], ..Draft::default() };
        applied(&people(), &mut draft, &["--to", typed]).await.unwrap();
        assert_eq!(draft.accounts, std::slice::from_ref(&two), "{typed}");
    }
    let unknown = applied(&people(), &mut Draft::default(), &["--to", "nobody"]).await.unwrap_err();
    assert_eq!((unknown.exit as u8, unknown.failure.code), (1, domain::ErrorCode::NotFound));
    let both = applied(&people(), &mut Draft::default(), &["--to", "Robin Doe"]).await.unwrap_err();
    assert_eq!(both.exit as u8, 2);
}

#[tokio::test]
async fn pictures_are_added_with_their_alt_texts_and_stored_ones_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let (boat, odd) = (dir.path().join("boat.png"), dir.path().join("a::b.png"));
    std::fs::write(&boat, "x").unwrap();
    std::fs::write(&odd, "x").unwrap();
    let (fake, mut draft) = (people(), Draft::default());
    let (typed, stored) =
        (format!("{}::A boat: red::blue", boat.display()), format!("{}::Again", testing::media_id(9)));
    let words = ["--media", &typed, "--media", odd.to_str().unwrap(), "--media", &stored];
    applied(&fake, &mut draft, &words).await.unwrap();
    let pictures: Vec<_> = draft.content.parts[0].media.iter().map(|media| (media.id, media.alt.as_str())).collect();
    let id = testing::media_id;
    assert_eq!(pictures, [(id(1), "A boat: red::blue"), (id(2), ""), (id(9), "Again")]);
    assert_eq!(fake.asked("media_add")[1]["path"], odd.to_str().unwrap());
    let missing = applied(&fake, &mut draft, &["--media", "none.png::x"]).await.unwrap_err();
    assert_eq!((missing.exit as u8, missing.failure.code), (1, domain::ErrorCode::FileMissing));
}

#[tokio::test]
async fn options_belong_to_one_account_whose_handle_may_have_dots() {
    let mut draft = Draft::default();
    let words = ["--option", "alice.example.visibility=a=b", "--option", "alice.example.sensitive=true"];
    applied(&people(), &mut draft, &words).await.unwrap();
    assert_eq!(draft.variants.len(), 1);
    assert_eq!(draft.variants[0].account, testing::account_id(2));
    assert_eq!(draft.variants[0].options["visibility"], "a=b");
    assert_eq!(draft.variants[0].options["sensitive"], "true");
    for wrong in ["visibility=a", "=a", "robin.visibility"] {
        let trouble = applied(&people(), &mut Draft::default(), &["--option", wrong]).await.unwrap_err();
        assert_eq!(trouble.exit as u8, 2, "{wrong}");
    }
}

async fn variant(json: &str) -> Result<Draft, Trouble> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("boat.png"), "x").unwrap();
    let file = dir.path().join("v.json");
    std::fs::write(&file, json).unwrap();
    let mut draft = Draft::default();
    let typed = format!("robin={}", file.display());
    let stored = format!("{}::Common", testing::media_id(9));
    applied(&people(), &mut draft, &["--text", "common", "--media", &stored, "--variant", &typed]).await?;
    Ok(draft)
}

#[tokio::test]
async fn a_variant_replaces_the_text_and_keeps_the_pictures_unless_it_has_its_own() {
    let draft = variant(r#"{"text": "mine", "options": {"sensitive": true, "n": 3}}"#).await.unwrap();
    let parts = draft.variants[0].parts.as_ref().unwrap();
    assert_eq!((parts[0].text.as_str(), parts[0].media[0].alt.as_str()), ("mine", "Common"));
    assert_eq!(
        (draft.variants[0].options["sensitive"].as_str(), draft.variants[0].options["n"].as_str()),
        ("true", "3")
    );
    assert_eq!(texts(&draft), ["common"]);

    let draft = variant(r#"{"media": [{"file": "boat.png", "alt": "A boat"}]}"#).await.unwrap();
    let parts = draft.variants[0].parts.as_ref().unwrap();
    assert_eq!((parts[0].text.as_str(), parts[0].media[0].alt.as_str()), ("common", "A boat"));

    let draft = variant(r#"{"parts": [{"text": "1", "media": ["boat.png::B"]}, {"text": "2"}]}"#).await.unwrap();
    assert_eq!(draft.variants[0].parts.as_ref().unwrap().len(), 2);
    assert_eq!(variant(r#"{"options": {"a": "b"}}"#).await.unwrap().variants[0].parts, None);
}

#[tokio::test]
async fn what_is_no_variant_is_wrong_usage() {
    for json in ["", "[]", r#"{"txt": "a"}"#, r#"{"text": "a", "parts": []}"#, r#"{"options": {"a": []}}"#] {
        assert_eq!(variant(json).await.unwrap_err().exit as u8, 2, "{json}");
    }
}
