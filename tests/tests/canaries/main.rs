//! Secrets that pass through linking, publishing and renewing, that servers tell unasked and people write where none belong,
//! are nowhere to be found afterwards: not in the database or its log, not in any file, not in what was printed, in no
//! spelling.

mod told;

use std::{collections::BTreeSet, fs, io::Write, path::Path};

use anyhow::{Context, Result, ensure};
use journeys::{
    canaries::{Canary, Hit, scan},
    controls,
    ctl::{Ctl, text},
    network::Network,
    pds::Pds,
    planted::{endpoints, kept, link, own_apps},
    program,
    recorder::{self, Recorder},
};
use serde_json::json;

/// Fewest secrets looked for.
const CANARIES_MIN: usize = 50;

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Links, publishes, and looks for every secret that passed. Returns the hits, canaries and files.
fn leave_traces(ctl: &Ctl, home: &Path) -> Result<(Vec<Hit>, Vec<Canary>, usize)> {
    let servers = home.join("servers");
    fs::create_dir_all(&servers)?;
    let (network, pds) = (Network::start(&servers)?, Pds::start(&servers)?);
    let practice = Recorder::start(&network.url)?;
    let bluesky = Recorder::start(&pds.url)?;
    let file = ctl.home().join("endpoints.toml");
    endpoints(&file, &practice, &network)?;
    let (account, mut planted) = link(ctl, &network, &["--endpoints", file.to_str().context("a name")?])?;
    planted.extend(own_apps(ctl)?);

    let person = pds.person("robin.test")?;
    fs::write(&file, format!("[bluesky]\napi = \"{}\"\n", bluesky.url))?;
    let line =
        ["accounts", "link", "bluesky", "--method", "app-password", "--identifier", "robin.test", "--secret-stdin"];
    let line = [&line[..], &["--endpoints", file.to_str().context("a name")?]].concat();
    for nth in 0..8 {
        let wrong = format!("wrong-{:08x}-{}", rand::random::<u32>(), person.app_password);
        kept(ctl, &format!("refused-{nth}"), &line, &wrong)?;
        planted.push((format!("wrong app password {nth}"), wrong));
    }
    let linked = kept(ctl, "password", &line, &person.app_password)?;
    let (account, linked) = (text(&account, "/id")?, text(&linked, "/id")?);
    // An access that has run out is renewed: those tokens are canaries too. Errors are where secrets slip out.
    let expired = json!({"error": "ExpiredToken", "message": "Token has expired"});
    pds.faults(
        &json!([{"do": "status", "status": 400, "body": expired, "operation": "com.atproto.repo.createRecord"}]),
    )?;
    network.fault(&json!({"kind": "server_error"}))?;
    kept(ctl, "post", &["posts", "create", "--text", "Canaries sing", "--now", "--to", &account, &linked], "")?;
    ctl.run_until_idle()?;
    network.fault(&json!({"kind": "server_error", "operation": "me"}))?;
    kept(ctl, "check", &["accounts", "check", &account], "")?;
    ensure!(network.timeline()?.len() == 1 && pds.posts(&person)?.len() == 1, "published on both");

    let mut secrets = recorder::secrets(&practice);
    secrets.extend(recorder::secrets(&bluesky));
    let names: BTreeSet<_> = secrets.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["code", "code_verifier", "access_token", "refresh_token"] {
        ensure!(names.contains(name), "no {name} passed: {names:?}");
    }
    secrets.insert(("app password".to_owned(), person.app_password.clone()));
    planted.extend(told::told(ctl)?);
    told::exported(ctl)?;
    secrets.extend(planted);
    secrets.insert(("vault key".to_owned(), ctl.key().to_owned()));
    let canaries: Vec<_> = secrets.iter().map(|(name, value)| Canary::new(name, value)).collect();
    ensure!(canaries.len() >= CANARIES_MIN, "only {} secrets", canaries.len());
    // What somebody takes along who copies the profile: among what is scanned, like all else.
    copied(ctl.profile(), &ctl.home().join("copy"))?;
    let (hits, files) = scan(ctl.home(), &canaries)?;
    Ok((hits, canaries, files))
}

/// Copies a folder and all below it.
fn copied(from: &Path, to: &Path) -> Result<()> {
    let done = std::process::Command::new("cp").arg("-a").args([from, to]).status()?;
    ensure!(done.success(), "the profile could not be copied");
    Ok(())
}

#[test]
fn no_secret_is_left_anywhere() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pc").tempdir()?;
    let ctl = Ctl::new(&home.path().join("user"))?.verbose("-vvv");
    let (hits, canaries, files) = leave_traces(&ctl, home.path())?;
    let log = fs::read_to_string(ctl.home().join("runner.err"))?;
    ensure!(log.contains("TRACE") || log.contains("DEBUG"), "nothing was logged: {log:?}");
    ensure!(hits.is_empty(), "{hits:#?}");
    ensure!(ctl.profile().join("postroom.db").is_file(), "the database was among the files");
    say(&format!("canaries: {} secrets, {files} files, 0 hits", canaries.len()));
    Ok(())
}

/// With sealing taken away the same scan finds the tokens in the database, and with redaction taken away webhooks and tokens
/// of addresses in what was printed.
#[test]
fn without_sealing_or_redaction_the_scan_finds_them() -> Result<()> {
    let program = controls::build("break_sealing+break_linking")?;
    let home = tempfile::Builder::new().prefix("pc").tempdir()?;
    let unredacted = vec![("POSTROOM_WITHOUT".to_owned(), "redaction".to_owned())];
    let ctl = Ctl::with_program(&program, &home.path().join("user"))?.verbose("-vvv").with_environment(unredacted);
    let (hits, ..) = leave_traces(&ctl, home.path())?;
    let found = |name: &str, place: &str| {
        hits.iter().any(|hit| hit.canary.starts_with(name) && hit.place.to_string_lossy().contains(place))
    };
    for name in ["access_token", "refresh_token"] {
        ensure!(found(name, "postroom.db"), "no {name} in the database: {hits:#?}");
    }
    for name in ["webhook of Slack", "webhook of Discord", "token in a path", "token in a query"] {
        ensure!(found(name, ".out") || found(name, ".err"), "no {name} in what was printed: {hits:#?}");
    }
    say(&format!("canaries: {} hits where sealing and redaction are taken away", hits.len()));
    Ok(())
}

/// Endpoints belong to the linking: given later, they lead nothing there.
#[test]
fn endpoints_given_later_see_nothing_of_an_account() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pc").tempdir()?;
    let (network, ctl) = (Network::start(home.path())?, Ctl::new(home.path())?);
    ensure!(program("POSTROOMCTL_BIN", "postroomctl")?.is_file());
    network.serve_profile(ctl.profile())?;
    let (account, _) = link(&ctl, &network, &[])?;
    let account = text(&account, "/id")?;
    let recorder = Recorder::start(&network.url)?;
    let file = home.path().join("endpoints.toml");
    endpoints(&file, &recorder, &network)?;
    let given = ["--endpoints", file.to_str().context("a name")?];
    let with = |line: &[&str]| ctl.json(&[&given[..], line].concat());
    with(&["accounts", "check", &account])?;
    with(&["posts", "create", "--to", &account, "--text", "Straight there", "--now"])?;
    with(&["queue", "run", "--until-idle"])?;
    let shown = with(&["accounts", "show", &account])?;
    ensure!(network.timeline()?.len() == 1, "published");
    ensure!(recorder.calls().is_empty(), "{:?}", recorder.calls());
    ensure!(!shown.to_string().contains(&recorder.url), "{shown}");
    with(&["accounts", "unlink", &account])?;
    ensure!(recorder.calls().is_empty(), "{:?}", recorder.calls());
    say("canaries: 0 requests reached endpoints given after linking");
    Ok(())
}
