//! The contract of the command line that needs no network: usage, exit codes, shapes.

use crate::bench::Bench;

#[test]
fn wrong_usage_is_exit_2_and_help_is_not() {
    let bench = Bench::new();
    for line in ["", "frobnicate", "posts create --text T", "posts list --state", "accounts list --vault plain"] {
        assert_eq!(bench.run(line).code, 2, "{line}");
    }
    assert_eq!(bench.run("--json posts create").error()["code"], "invalid_request");
    assert_eq!(bench.run("--help").code, 0);
    assert_eq!(bench.run("--version").out.trim(), format!("postroomctl {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn verbs_of_later_versions_say_so_and_touch_nothing() {
    let bench = Bench::new();
    for line in ["metrics show", "metrics collect", "data backup f", "audit list", "platforms verify x --live"] {
        let done = bench.run(line);
        assert_eq!((done.code, done.error()["code"].as_str()), (2, Some("not_available")), "{line}");
    }
    assert!(!bench.profile().exists());
}

#[test]
fn an_empty_profile_answers_every_list() {
    let bench = Bench::new();
    for line in ["accounts list", "media list", "posts list", "publications list"] {
        assert_eq!(bench.run(&format!("{line} --json")).json(), serde_json::json!([]), "{line}");
        assert_eq!(bench.run(line).code, 0, "{line}");
    }
    let status = bench.run("queue status --json").json();
    assert_eq!((&status["running"], &status["paused"]), (&false.into(), &false.into()));
    assert_eq!(bench.run("queue pause --json").json()["paused"], true);
    assert_eq!(bench.run("queue resume --json").json()["paused"], false);
}

#[test]
fn platforms_name_their_endpoints() {
    let bench = Bench::new();
    let all = bench.run("platforms list --json").json();
    for platform in all.as_array().unwrap() {
        let id = platform["id"].as_str().unwrap();
        let one = bench.run(&format!("platforms show {id} --json")).json();
        assert_eq!(&one, platform);
        assert!(one["endpoints"].is_object());
    }
    assert_eq!(bench.run("platforms show nowhere --json").error()["code"], "not_found");
}

#[test]
fn what_is_not_there_is_exit_1_with_a_code() {
    let bench = Bench::new();
    for line in ["posts show nonsense", "publications show nonsense", "accounts show acc_1", "posts cancel nonsense"] {
        let done = bench.run(&format!("{line} --json"));
        assert_eq!((done.code, done.out.as_str()), (1, ""), "{line}");
        assert!(done.error()["code"].is_string(), "{line}");
    }
}

#[test]
fn a_failed_pre_flight_is_exit_1_with_every_finding() {
    let bench = Bench::new();
    let account = format!("acc_{}", "0".repeat(32));
    assert_eq!(bench.run(&format!("posts create --to {account} --text T --now --json")).code, 1);
}

#[test]
fn endpoints_elsewhere_are_wrong_usage_before_anything_is_opened() {
    let bench = Bench::new();
    let file = bench.home().join("e.toml");
    std::fs::write(&file, "[bluesky]\npds = \"https://pds.example\"\n").unwrap();
    let done = bench.run_with("accounts link bluesky --no-browser --json --endpoints", &[file.to_str().unwrap()]);
    assert_eq!((done.code, done.error()["code"].as_str()), (2, Some("invalid_request")));
    assert!(!bench.profile().exists());
    std::fs::write(&file, "[bluesky]\nnowhere = \"http://127.0.0.1:1\"\n").unwrap();
    let line = "accounts link bluesky --method oauth --no-browser --json --endpoints";
    let done = bench.run_with(line, &[file.to_str().unwrap()]);
    assert_eq!(done.code, 2, "{done:?}");
}

#[test]
fn a_profile_held_by_somebody_without_a_socket_is_busy() {
    let bench = Bench::new();
    bench.run("accounts list --json").json();
    let lock = std::fs::File::options().write(true).open(bench.profile().join("profile.lock")).unwrap();
    lock.lock().unwrap();
    let (verb, runner) = std::thread::scope(|scope| {
        let verb = scope.spawn(|| bench.run("accounts list --json"));
        let runner = scope.spawn(|| bench.run("queue run --until-idle --json"));
        (verb.join().unwrap(), runner.join().unwrap())
    });
    assert_eq!((verb.code, verb.error()["code"].as_str()), (1, Some("profile_busy")));
    assert_eq!((runner.code, runner.error()["code"].as_str()), (4, Some("profile_busy")));
}

#[test]
fn verbs_started_at_the_same_time_wait_for_each_other() {
    let bench = Bench::new();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| bench.run("accounts list --json"))).collect();
        for done in all {
            assert_eq!(done.join().unwrap().json(), serde_json::json!([]));
        }
    });
}
