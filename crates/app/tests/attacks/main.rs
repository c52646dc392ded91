//! Attacks on what the app makes of linking: somebody else's access in the place of an account's, one attempt's answer
//! brought to another, addresses that are no pages. Each must fail. Then this program is built once more so that it can
//! lack guards, and each is tried without those that stop it: there it must succeed.
//!
//! `cargo xtask test --only attacks`, with those on the engine below it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

#[expect(dead_code, reason = "shared with the tests of publishing, which use the rest")]
#[path = "../bench/mod.rs"]
mod bench;
#[expect(dead_code, reason = "shared with the tests of linking, which use the rest")]
#[path = "../linking/only.rs"]
mod only;

use std::{path::PathBuf, process::Command, sync::Arc};

use app::{App, Error, secrets::KeptSecret};
use domain::{AccountId, ErrorCode};
use net::guards::stands;
use store::account::Account;

use crate::{
    bench::Bench,
    only::{CLIENT, Only, SECRET},
};

/// Every attack, and the guards that stop it.
const ATTACKS: [(&str, &str); 4] = [
    ("somebody_nobody_knows_is_signed_in_when_linking_again", "relinked"),
    ("another_of_ones_own_accounts_is_signed_in_when_linking_again", "relinked"),
    ("the_answer_of_one_attempt_is_brought_to_another", "state,relinked"),
    ("addresses_that_are_no_pages_are_opened", "opened"),
];

/// What a hostile server could name where the address of a page is expected.
const NO_PAGES: [&str; 14] = [
    "file:///etc/passwd",
    "file://evil.example/share/run.exe",
    "\\\\evil.example\\share\\run.exe",
    "//evil.example/share",
    "javascript:alert(document.domain)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox",
    "smb://evil.example/share",
    "ms-msdt:/id PCWDiagnostic",
    "search-ms:query=run&crumb=location:\\\\evil.example",
    "mailto:a@evil.example?attach=/etc/passwd",
    "http://evil.example/",
    "https://user:secret@evil.example/",
    "--profile=/tmp/evil",
];

/// An attack came to this end: refused where its guards stand, and successful where they do not.
fn judged(name: &str, succeeded: bool) {
    let (_, guards) = ATTACKS.into_iter().find(|(known, _)| *known == name).unwrap();
    let guarded = guards.split(',').any(stands);
    assert_eq!(succeeded, !guarded, "{name}: guarded {guarded}, succeeded {succeeded}");
}

async fn linkedin() -> Only {
    let only = Only::start("linkedin").await;
    only.register(CLIENT, Some(SECRET)).await;
    only.enter(CLIENT, Some(SECRET)).await.unwrap();
    only
}

async fn linked_as(only: &Only, handle: &str, again: Option<AccountId>) -> Result<AccountId, Error> {
    let attempt = only.ask(again).await.unwrap();
    only.decide(&attempt, &[("decision", "allow"), ("account", handle)]).await;
    only.end(&attempt).await
}

/// Everything that is kept of accounts, and the sealed access of each.
async fn kept(app: &Arc<App>) -> Vec<(Account, String)> {
    let secrets = app.secrets().await.unwrap();
    let accounts = app.accounts().await.unwrap().into_iter();
    accounts
        .map(|account| {
            let of = |secret: &&KeptSecret| secret.account.as_ref().is_some_and(|of| of.id == account.id);
            let access: Vec<_> = secrets.iter().filter(of).map(|secret| (secret.kind, secret.kept_at)).collect();
            let access = format!("{access:?}");
            (account, access)
        })
        .collect()
}

/// Links an account again while somebody else signs in; whether that changed anything.
async fn relinked_as(only: &Only, account: AccountId, handle: &str) -> bool {
    let before = kept(only.app()).await;
    let came = linked_as(only, handle, Some(account)).await;
    if let Err(error) = &came {
        assert_eq!(error.code, ErrorCode::LinkMismatch, "{error:?}");
    }
    let changed = kept(only.app()).await != before;
    assert_eq!(came.is_ok(), changed, "what is refused changes nothing, and what is taken changes something");
    changed
}

#[tokio::test]
async fn somebody_nobody_knows_is_signed_in_when_linking_again() {
    let only = linkedin().await;
    let alice = linked_as(&only, "alice", None).await.unwrap();
    judged(ATTACKS[0].0, relinked_as(&only, alice, "bob").await);
    assert_eq!(linked_as(&only, "alice", Some(alice)).await.unwrap(), alice, "its owner links it again");
}

#[tokio::test]
async fn another_of_ones_own_accounts_is_signed_in_when_linking_again() {
    let only = linkedin().await;
    let alice = linked_as(&only, "alice", None).await.unwrap();
    linked_as(&only, "bob", None).await.unwrap();
    judged(ATTACKS[1].0, relinked_as(&only, alice, "bob").await);
    assert_eq!(linked_as(&only, "alice", Some(alice)).await.unwrap(), alice, "its owner links it again");
}

/// The attacker has an attempt and a consent of their own, and brings its answer to where the owner's is awaited.
#[tokio::test]
async fn the_answer_of_one_attempt_is_brought_to_another() {
    let only = linkedin().await;
    let bob = linked_as(&only, "bob", None).await.unwrap();
    let before = kept(only.app()).await;
    let (theirs, owners) = (only.ask(None).await.unwrap(), only.ask(Some(bob)).await.unwrap());
    let mut asked = url::Url::parse(&theirs.authorize_url).unwrap();
    let pairs: Vec<_> = asked.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let door = |(name, value): (String, String)| {
        let value = if name == "redirect_uri" { owners.redirect_uri.clone() } else { value };
        (name, value)
    };
    asked.query_pairs_mut().clear().extend_pairs(pairs.into_iter().map(door));
    let brought = only.answer_of(asked.as_str(), &[("decision", "allow"), ("account", "alice")]).await;
    assert!(brought.starts_with(&owners.redirect_uri), "{brought}");
    let taken = only.bring(&brought).await.status == 303;
    if taken {
        let _ = only.end(&owners).await;
    }
    judged(ATTACKS[2].0, taken && kept(only.app()).await != before);
    if !taken {
        only.decide(&owners, &[("decision", "allow"), ("account", "bob")]).await;
        assert_eq!(only.end(&owners).await.unwrap(), bob, "the owner's own answer is still taken");
    }
    only.app().cancel_link(&theirs.id).unwrap();
}

#[tokio::test]
async fn addresses_that_are_no_pages_are_opened() {
    let bench = Bench::start().await;
    let opened = |address: &str| bench.desktop.opened.lock().unwrap().drain(..).any(|opened| opened == address);
    let mut came = Vec::new();
    for address in NO_PAGES {
        let _ = bench.app.open_in_browser(address);
        came.push(opened(address));
    }
    assert!(came.iter().all(|one| *one == came[0]), "{came:?}");
    let _ = bench.app.open_in_browser("https://social.example/@robin/1");
    assert!(opened("https://social.example/@robin/1"), "a page is opened");
    judged(ATTACKS[3].0, came[0]);
}

/// Builds this program with guards that can be taken away, over the whole workspace like all other tests.
fn built_to_lack_guards() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let target = here.ancestors().nth(3).unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let mut cargo = Command::new(option_env!("CARGO").unwrap_or("cargo"));
    cargo.current_dir(root).args(["test", "--no-run", "--quiet", "--locked", "--workspace", "--test", "attacks"]);
    cargo.args(["--features", "app/break_linking", "--message-format=json", "--target-dir"]).arg(target);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = said.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let ours = |said: &serde_json::Value| {
        let manifest = said["manifest_path"].as_str().unwrap_or_default();
        said["target"]["name"] == "attacks" && manifest.ends_with("app/Cargo.toml")
    };
    let mut programs = messages.filter(ours).filter_map(|said| said["executable"].as_str().map(PathBuf::from));
    programs.next().unwrap()
}

/// The control.
#[test]
fn without_its_guards_each_succeeds() {
    if cfg!(feature = "break_linking") {
        return;
    }
    let program = built_to_lack_guards();
    for (name, guards) in ATTACKS {
        let output = Command::new(&program).args(["--exact", name]).env("POSTROOM_WITHOUT", guards).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{name}: {said}");
    }
}
