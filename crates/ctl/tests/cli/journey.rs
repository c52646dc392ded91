//! From linking to a published post, with the real program on the practice network.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::{Value, json};

use crate::bench::{Bench, Running, http, write_picture};

/// A practice network and its address.
fn practice(bench: &Bench) -> (Running, String) {
    let mut network = bench.start("practice serve --json");
    let line = network.line();
    let url = line["url"].as_str().unwrap().to_owned();
    assert_eq!(line["timeline_url"], format!("{url}/timeline"));
    assert_eq!(line["folder"], bench.profile().join("practice").to_str().unwrap());
    (network, url)
}

/// Posts on the public timeline with this text.
fn timeline(url: &str, text: &str) -> Vec<Value> {
    let (status, body) = http("GET", &format!("{url}/timeline.json"), "", "");
    assert_eq!(status, 200);
    let all: Value = serde_json::from_str(&body).unwrap();
    all["posts"].as_array().unwrap().iter().filter(|post| post["text"] == text).cloned().collect()
}

fn link(bench: &Bench, kind: &str) -> String {
    let account = bench.run(&format!("practice link --kind {kind} --json")).json();
    assert_eq!(account["state"], "healthy");
    account["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_post_with_a_picture_goes_out_once_and_every_verb_sees_it() {
    let bench = Bench::new();
    let (_network, url) = practice(&bench);
    assert_eq!(bench.run("practice status --json").json()["url"], url);
    let account = link(&bench, "a");
    let picture = bench.home().join("red.png");
    write_picture(&picture);
    let media = format!("{}::A red square", picture.display());

    let words = ["--text", "Hello from the command line", "--media", &media];
    let post = bench.run_with(&format!("posts create --json --now --to {account}"), &words).json();
    let id = post["id"].as_str().unwrap();
    assert_eq!(post["publications"][0]["state"], "scheduled");

    let run = bench.run("queue run --until-idle --json");
    assert_eq!(run.code, 0, "{run:?}");
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events.first(), Some(&"claimed"), "{events:?}");
    assert_eq!(events.last(), Some(&"published"), "{events:?}");
    assert!(events.contains(&"publishing") && events.contains(&"step"), "{events:?}");

    let live = timeline(&url, "Hello from the command line");
    assert_eq!(live.len(), 1);
    assert_eq!(live[0]["media"][0]["alt"], "A red square");
    let listed = bench.run("publications list --state published --json").json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["url"]), (1, &live[0]["url"]));
    let shown = bench.run(&format!("publications show {} --json", listed[0]["id"].as_str().unwrap())).json();
    assert!(!shown["journal"].as_array().unwrap().is_empty());
    assert_eq!(bench.run(&format!("posts show {id} --json")).json()["state"], "published");
    for line in ["accounts list", "posts list", "publications list", "queue status", "media list"] {
        let told = bench.run(line);
        assert!(told.code == 0 && !told.out.contains('{'), "{told:?}");
    }
}

#[test]
fn linking_without_a_browser_prints_the_address_and_ends_with_the_account() {
    let bench = Bench::new();
    let (_network, url) = practice(&bench);
    let mut linking = bench.start("accounts link practice --no-browser --timeout 60 --json");
    let first = linking.line();
    let address = first["authorize_url"].as_str().unwrap();
    assert!(address.starts_with(&format!("{url}/oauth/authorize?")), "{address}");
    assert!(first["redirect_uri"].is_string() && first["expires_at"].is_string());

    let token = fs::read_to_string(bench.profile().join("practice/control.token")).unwrap();
    let headers = format!("X-Practice-Control: {token}\r\nContent-Type: application/json\r\n");
    let consent = json!({"authorize_url": address, "kind": "c", "name": "Robin"}).to_string();
    let (status, body) = http("POST", &format!("{url}/control/consent"), &headers, &consent);
    assert_eq!(status, 200, "{body}");
    let back: Value = serde_json::from_str(&body).unwrap();
    http("GET", back["redirect_to"].as_str().unwrap(), "", "");

    let account = linking.line();
    assert_eq!((&account["platform"], &account["state"]), (&json!("practice"), &json!("healthy")));
    assert_eq!(bench.run("accounts list --json").json(), json!([account]));
}

#[test]
fn ctrl_c_cancels_an_attempt_to_link() {
    let bench = Bench::new();
    let (_network, _) = practice(&bench);
    let mut linking = bench.start("accounts link practice --no-browser --json");
    linking.line();
    assert_eq!(linking.end("INT"), 1);
    assert_eq!(bench.run("accounts list --json").json(), json!([]));
}

#[test]
fn a_runner_takes_verbs_over_its_socket_and_keeps_others_out() {
    let bench = Bench::new();
    let (_network, url) = practice(&bench);
    let account = link(&bench, "b");
    let mut runner = bench.start("queue run --json");
    // The socket is there once a verb was answered by the runner.
    while bench.run("queue status --json").json()["running"] != true {}
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let socket = find_socket(bench.home()).expect("a socket");
    assert_eq!((mode(&socket), mode(socket.parent().unwrap())), (0o600, 0o700));

    let second = bench.run("queue run --until-idle --json");
    assert_eq!((second.code, second.error()["code"].as_str()), (4, Some("profile_busy")));

    let words = ["--text", "Through the socket"];
    let post = bench.run_with(&format!("posts create --json --now --to {account}"), &words).json();
    let seen = runner.lines_until("published");
    assert!(seen.iter().all(|line| line["publication"] == post["publications"][0]["id"]), "{seen:?}");
    assert_eq!(timeline(&url, "Through the socket").len(), 1);
    assert_eq!(runner.end("TERM"), 0);
    assert!(!socket.exists());
    assert_eq!(bench.run("queue status --json").json()["running"], false);
}

fn find_socket(folder: &Path) -> Option<std::path::PathBuf> {
    fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
        let path = entry.path();
        if path.is_dir() { find_socket(&path) } else { (path.extension()? == "sock").then_some(path) }
    })
}

#[test]
fn a_rejection_fails_and_a_retry_publishes_once() {
    let bench = Bench::new();
    let (_network, url) = practice(&bench);
    let account = link(&bench, "c");
    bench.run("practice fault reject --json").json();
    let post = bench.run_with(&format!("posts create --json --now --to {account}"), &["--text", "Twice asked"]).json();
    let id = post["publications"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.run("queue run --until-idle --json").code, 0);
    let failed = bench.run(&format!("publications show {id} --json")).json();
    assert_eq!(failed["publication"]["state"], "failed");
    assert_eq!(timeline(&url, "Twice asked").len(), 0);
    bench.run(&format!("publications retry {id} --json")).json();
    assert_eq!(bench.run("queue run --until-idle --json").code, 0);
    assert_eq!(timeline(&url, "Twice asked").len(), 1);
}

#[test]
fn a_blind_account_asks_after_a_lost_reply_and_the_answer_settles_it() {
    let bench = Bench::new();
    let (_network, url) = practice(&bench);
    let account = link(&bench, "d");
    bench.run("practice fault lost_reply --json").json();
    let post = bench.run_with(&format!("posts create --json --now --to {account}"), &["--text", "Blind"]).json();
    let id = post["publications"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.run("queue run --until-idle --json").code, 0);
    assert_eq!(bench.run("publications list --state needs_decision --json").json()[0]["id"], id.as_str());
    let refused = bench.run(&format!("publications retry {id} --json"));
    assert_eq!(refused.code, 3, "{refused:?}");
    bench.run(&format!("publications decide {id} --live --json")).json();
    assert_eq!(bench.run("queue run --until-idle --json").code, 0);
    let settled = bench.run(&format!("publications show {id} --json")).json();
    assert_eq!(settled["publication"]["state"], "published");
    assert_eq!(timeline(&url, "Blind").len(), 1);
}

#[test]
fn a_draft_is_edited_checked_scheduled_moved_cancelled_and_deleted() {
    let bench = Bench::new();
    let (_network, _) = practice(&bench);
    let account = link(&bench, "a");
    let draft = bench.run_with(&format!("posts create --json --draft --to {account}"), &["--text", "First"]).json();
    let id = draft["id"].as_str().unwrap();
    assert_eq!((&draft["state"], &draft["publications"]), (&json!("draft"), &json!([])));

    let long = "x".repeat(501);
    bench.run_with(&format!("posts edit {id} --json"), &["--text", &long]).json();
    let blocked = bench.run(&format!("posts check {id} --json"));
    assert_eq!((blocked.code, &blocked.error()["findings"][0]["code"]), (1, &json!("text_too_long")));
    let refused = bench.run(&format!("posts reschedule {id} --now --json"));
    assert_eq!((refused.code, &refused.error()["code"]), (1, &json!("preflight_failed")));
    assert_eq!(refused.error()["findings"][0]["actual"], 501);

    bench.run_with(&format!("posts edit {id} --json"), &["--text", "Second", "--thread-part", "Third"]).json();
    assert_eq!(bench.run(&format!("posts check {id}")).code, 0);
    let scheduled = bench.run(&format!("posts reschedule {id} --at +1d --json")).json();
    assert_eq!((&scheduled["state"], &scheduled["publications"][0]["parts"]), (&json!("scheduled"), &json!(2)));
    assert_eq!(scheduled["schedule"]["zone"], "Europe/Berlin");
    let line = format!("posts reschedule {id} --at 2030-01-01T09:30 --zone Asia/Tokyo --json");
    assert_eq!(bench.run(&line).json()["schedule"]["at"], "2030-01-01T00:30:00.000Z");
    assert_eq!(bench.run(&format!("posts cancel {id} --json")).json()["state"], "draft");
    assert_eq!(bench.run(&format!("posts delete {id} --json")).json()["deleted"], true);
    assert_eq!(bench.run("posts list --json").json(), json!([]));
    bench.run(&format!("accounts unlink {account} --json")).json();
}
