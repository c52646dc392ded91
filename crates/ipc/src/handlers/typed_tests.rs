use std::path::PathBuf;

use app::{
    Options, PracticeProgram, VaultChoice, clockwork,
    desktop::{Desktop, Offer, WebAddress},
    pictures::PictureProgram,
    system::{SystemClock, SystemRandom},
};
use async_trait::async_trait;
use domain::{ErrorCode, ports::Notifier};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{dispatch, wire::Failure};

const COPIED: &str = "an .env secret";

/// A desktop with a text on its clipboard, and none that is marked.
struct Desk(PathBuf);

#[async_trait]
impl Desktop for Desk {
    fn offer(&self) -> Offer {
        Offer::default()
    }

    fn open_url(&self, _: &WebAddress) -> bool {
        false
    }

    async fn pick_images(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    async fn clipboard_text(&self, of: Clipboard) -> Option<Secret<String>> {
        (of == Clipboard::Copied).then(|| Secret::new(format!("{COPIED}\r\n")))
    }

    async fn pick_env_file(&self) -> Option<PathBuf> {
        self.0.exists().then(|| self.0.clone())
    }
}

struct Silent;

impl Notifier for Silent {
    fn notify(&self, _: &domain::ports::Notice) {}
}

struct Bench {
    app: Arc<App>,
    env: PathBuf,
    _dir: TempDir,
}

impl Bench {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let env = dir.path().join("apps.env");
        let options = Options {
            folder: dir.path().join("profile"),
            state_folder: dir.path().join("state"),
            vault: VaultChoice::Environment(Secret::from("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")),
            interactive: false,
            desktop: Arc::new(Desk(env.clone())),
            notifier: Arc::new(Silent),
            practice: PracticeProgram { program: PathBuf::from("/nonexistent"), args: Vec::new() },
            pictures: PictureProgram { program: PathBuf::from("/nonexistent") },
            clock: Arc::new(SystemClock::default()),
            random: Arc::new(SystemRandom),
            timer: clockwork::system_timer(),
        };
        Self { app: App::open(options).await.unwrap(), env, _dir: dir }
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value, Failure> {
        dispatch(&self.app, method, params).await
    }

    async fn field(&self, text: &str) -> String {
        let id = self.call("typed_open", Value::Null).await.unwrap()["id"].as_str().unwrap().to_owned();
        for (at, letter) in text.chars().enumerate() {
            let change = json!({ "id": id, "start": at, "end": at, "text": letter });
            assert_eq!(self.call("typed_change", change).await.unwrap()["length"], at + 1);
        }
        id
    }

    async fn code(&self, method: &str, params: Value) -> ErrorCode {
        self.call(method, params).await.unwrap_err().code
    }
}

fn app_of(client_id: &str, secret: &Value) -> Value {
    json!({ "platform": "linkedin", "client_id": client_id, "secret": secret })
}

#[tokio::test]
async fn a_field_stays_for_a_command_that_refuses_and_ends_with_one_that_takes_it() {
    let bench = Bench::open().await;
    let id = bench.field("a secret of two words").await;
    let typed = json!({ "typed": id });
    // No secret has spaces in it.
    assert_eq!(bench.code("apps_set", app_of("86abc", &typed)).await, ErrorCode::InvalidRequest);
    let change = json!({ "id": id, "start": 0, "end": 20, "text": "s3cret" });
    assert_eq!(bench.call("typed_change", change).await.unwrap()["length"], 7);
    let kept = bench.call("apps_set", app_of("86abc", &typed)).await.unwrap();
    assert_eq!(kept["client_id"], "86abc");
    assert_eq!(bench.code("apps_set", app_of("86abc", &typed)).await, ErrorCode::WrongState);
    // As a command line hands it in.
    bench.call("apps_set", app_of("86abc", &json!("in-plain"))).await.unwrap();
}

#[tokio::test]
async fn a_field_answers_with_its_length_and_serves_where_a_secret_is_taken_and_nowhere_else() {
    let bench = Bench::open().await;
    let id = bench.field("hunter2").await;
    let typed = json!({ "typed": id });
    let foreign = json!({ "typed": "00".repeat(16) });
    assert_eq!(bench.code("apps_set", app_of("86abc", &foreign)).await, ErrorCode::WrongState);
    for (method, params) in [
        ("apps_set", json!({ "platform": "linkedin", "client_id": typed })),
        ("settings_change", json!({ "zone": typed })),
        ("accounts_show", json!({ "id": typed })),
        ("posts_create", json!({ "draft": { "content": { "parts": [{ "text": typed }] }, "accounts": [] } })),
    ] {
        assert_eq!(bench.code(method, params).await, ErrorCode::InvalidRequest, "{method}");
    }
    let answer = bench.call("typed_change", json!({ "id": id, "start": 7, "end": 7, "text": "!" })).await.unwrap();
    assert_eq!(answer, json!({ "id": id, "length": 8 }));
    bench.call("typed_close", json!({ "id": id })).await.unwrap();
    assert_eq!(
        bench.code("typed_change", json!({ "id": id, "start": 0, "end": 0, "text": "x" })).await,
        ErrorCode::WrongState
    );
}

#[tokio::test]
async fn the_core_pastes_and_compares() {
    let bench = Bench::open().await;
    let (one, other) = (bench.field("ab").await, bench.field(&format!("a{COPIED}b")).await);
    let same = json!({ "one": one, "other": other });
    assert_eq!(bench.call("typed_same", same.clone()).await.unwrap()["same"], false);
    let paste = |from: &str| json!({ "id": one, "start": 1, "end": 1, "from": from });
    assert_eq!(bench.call("typed_paste", paste("marked")).await.unwrap()["length"], 2);
    assert_eq!(bench.call("typed_paste", paste("copied")).await.unwrap()["length"], 2 + COPIED.len());
    assert_eq!(bench.call("typed_same", same).await.unwrap()["same"], true);
    bench.app.forget_typed();
    assert_eq!(bench.code("typed_paste", paste("copied")).await, ErrorCode::WrongState);
}

#[tokio::test]
async fn apps_are_taken_over_from_a_file_or_the_clipboard_that_the_core_reads() {
    let bench = Bench::open().await;
    let from = async |from: &str| bench.call("apps_import_from", json!({ "from": from })).await;
    assert_eq!(from("file").await.unwrap()["imported"], Value::Null, "none was chosen");
    std::fs::write(&bench.env, "LINKEDIN_CLIENT_ID=86abc\nLINKEDIN_CLIENT_SECRET=s3cret\n").unwrap();
    let told = from("file").await.unwrap();
    let outcomes: Vec<_> =
        told["imported"]["variables"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(outcomes, ["taken", "taken"]);
    assert!(!told.to_string().contains("s3cret"));
    std::fs::write(&bench.env, "x".repeat(70_000)).unwrap();
    assert_eq!(from("file").await.unwrap_err().code, ErrorCode::InvalidRequest);
    std::fs::write(&bench.env, [0xff, 0xfe]).unwrap();
    assert_eq!(from("file").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(from("clipboard").await.unwrap()["imported"]["unreadable"], 1);
}
