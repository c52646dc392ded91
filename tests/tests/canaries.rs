//! Secrets that pass through linking, publishing and renewing are nowhere to be found afterwards: not in the database
//! or its log, not in any file, not in what was printed, in no spelling.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use journeys::{
    canaries::{Canary, Hit, scan},
    controls,
    ctl::{Ctl, text},
    http,
    network::Network,
    pds::Pds,
    program,
    recorder::{self, Recorder},
};
use serde_json::{Value, json};

/// Fewest secrets looked for.
const CANARIES_MIN: usize = 50;

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Links through the real consent flow, browserless, after knocking at its listener; everything printed goes to files in
/// the home folder. Returns the account, and what was brought that is secret.
fn link(ctl: &Ctl, network: &Network, extra: &[&str]) -> Result<(Value, Vec<(String, String)>)> {
    let line = [&["accounts", "link", "practice", "--no-browser", "--timeout", "60"], extra].concat();
    let log = fs::File::options().create(true).append(true).open(ctl.home().join("link.err"))?;
    let mut child = ctl.command(&line).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let first = lines.next().context("nothing was printed")??;
    let shown: Value = serde_json::from_str(&first)?;
    let planted = knocked(&text(&shown, "/redirect_uri")?)?;
    network.consent(&text(&shown, "/authorize_url")?, "a", "Robin")?;
    let last = lines.last().context("no account was printed")??;
    ensure!(child.wait()?.success(), "linking failed: {last}");
    // The code is in the address the browser was sent to; what was printed is scanned like everything else.
    fs::write(ctl.home().join("link.out"), format!("{first}\n{last}\n"))?;
    Ok((serde_json::from_str(&last)?, planted))
}

/// Brings secrets to a listener that waits for somebody else's: codes with another state, and tokens in paths and queries.
fn knocked(redirect_uri: &str) -> Result<Vec<(String, String)>> {
    let mut planted = Vec::new();
    let mut secret = |name: &str| {
        let value = format!("{:032x}", rand::random::<u128>());
        planted.push((format!("{name} {}", planted.len()), value.clone()));
        value
    };
    for _ in 0..3 {
        let (code, state) = (secret("code of somebody"), secret("state of somebody"));
        http::get(&format!("{redirect_uri}?code={code}&state={state}"))?;
    }
    for _ in 0..12 {
        let (path, query) = (secret("token in a path"), secret("token in a query"));
        http::get(&format!("{redirect_uri}/{path}?access_token={query}"))?;
    }
    Ok(planted)
}

/// Keeps an app of the user's own wherever one may have a secret.
fn own_apps(ctl: &Ctl) -> Result<Vec<(String, String)>> {
    let mut planted = Vec::new();
    for app in ctl.json(&["apps", "list"])?.as_array().context("no list of apps")? {
        let platform = text(app, "/platform")?;
        if app["secret"] != "none" {
            let secret = format!("{:032x}", rand::random::<u128>());
            let line = ["apps", "set", &platform, "--client-id", "an-app-of-mine", "--client-secret-stdin"];
            kept(ctl, &format!("app-{platform}"), &line, &secret)?;
            planted.push((format!("client secret {platform}"), secret));
        }
    }
    Ok(planted)
}

fn endpoints(file: &Path, recorder: &Recorder, network: &Network) -> Result<()> {
    let (through, direct) = (&recorder.url, &network.url);
    let lines = [
        "[practice]".to_owned(),
        format!("authorize = \"{direct}/oauth/authorize\""),
        format!("token = \"{through}/oauth/token\""),
        format!("revoke = \"{through}/oauth/revoke\""),
        format!("api = \"{through}\""),
        format!("issuer = \"{direct}\""),
    ];
    Ok(fs::write(file, lines.join("\n"))?)
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

/// Runs a command line and keeps what it printed in the home folder, where it is scanned with everything else.
fn kept(ctl: &Ctl, name: &str, line: &[&str], input: &str) -> Result<Value> {
    let output = ctl.output(line, input)?;
    fs::write(ctl.home().join(format!("{name}.out")), &output.stdout)?;
    fs::write(ctl.home().join(format!("{name}.err")), &output.stderr)?;
    Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
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

/// With sealing taken away the same scan finds the tokens in the database.
#[test]
fn without_sealing_the_scan_finds_them() -> Result<()> {
    let program = controls::build("break_sealing")?;
    let home = tempfile::Builder::new().prefix("pc").tempdir()?;
    let ctl = Ctl::with_program(&program, &home.path().join("user"))?.verbose("-vvv");
    let (hits, ..) = leave_traces(&ctl, home.path())?;
    let found =
        |name: &str| hits.iter().any(|hit| hit.canary == name && hit.place.to_string_lossy().contains("postroom.db"));
    ensure!(found("access_token") && found("refresh_token"), "{hits:#?}");
    say(&format!("canaries: {} hits where sealing is taken away", hits.len()));
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
