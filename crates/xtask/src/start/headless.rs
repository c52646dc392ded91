//! The main job without a window, driven through `postroomctl` exactly as a person would type it.
//!
//! Owns a demo profile below the target folder and the practice network it starts, which is left running. Refuses to
//! touch the person's own profile.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{cmd::Cmd, workspace::Workspace};

/// How long the practice network may take to answer.
const START_LIMIT: Duration = Duration::from_secs(30);

/// The picture that is posted, and what it shows.
const PICTURE: &str = "icons/128x128.png";
const ALT: &str = "The Postroom icon";

/// Runs one verb of `postroomctl` and returns its standard output.
type Call<'a> = &'a dyn Fn(&[&str]) -> Result<String>;

/// Does the job; true when the post can be seen.
pub fn run(workspace: &Workspace) -> Result<bool> {
    let demo = workspace.target.join("demo");
    let profile = demo.join("profile");
    make_private(&demo)?;
    let key_file = demo.join("vault-key");
    let key = vault_key(&key_file)?;
    println!("Profile: {}\nIts key:  {} (readable by you alone)\n", profile.display(), key_file.display());

    let ctl = Cmd::new(workspace.program("postroomctl"), &workspace.root)
        .args(["--data".as_ref(), profile.as_os_str(), "--vault".as_ref(), "env".as_ref(), "--json".as_ref()])
        .env("POSTROOM_VAULT_KEY", &key);
    let call = |args: &[&str]| -> Result<String> {
        println!("$ postroomctl {}", args.join(" "));
        ctl.clone().args(args).read()
    };
    let pid = practice(&ctl, &call, &demo)?;
    let picture = workspace.root.join(PICTURE);
    let published = publish(&call, &picture.to_string_lossy())?;
    print_end(&published, pid, &ctl, &key_file);
    Ok(true)
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
struct Published {
    publication: String,
    url: String,
}

/// Link, compose with a picture, schedule, publish, look.
fn publish(call: Call, picture: &str) -> Result<Published> {
    let account = text(&last(&call(&["practice", "link", "--kind", "a"])?)?, "/id")?;
    println!("  linked {account}");
    let media = text(&last(&call(&["media", "add", picture, "--alt", ALT])?)?, "/id")?;
    println!("  added {media}");
    let file = format!("{picture}::{ALT}");
    let words = "Hello from Postroom: written, scheduled and published without a window.";
    let post = ["posts", "create", "--to", &account, "--text", words, "--media", &file, "--at", "+5s"];
    let publication = text(&last(&call(&post)?)?, "/publications/0/id")?;
    println!("  scheduled {publication} in five seconds");
    for event in call(&["queue", "run", "--until-idle"])?.lines() {
        println!("  {event}");
    }
    let detail = last(&call(&["publications", "show", &publication])?)?;
    for entry in detail["journal"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let word = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        println!("  {}  {:<16} {}", word("at"), word("event"), word("text"));
    }
    let state = text(&detail, "/publication/state")?;
    ensure!(state == "published", "the post is {state}: {}", text(&detail, "/publication/reason").unwrap_or_default());
    Ok(Published { publication, url: text(&detail, "/publication/url")? })
}

fn print_end(published: &Published, pid: Option<u32>, ctl: &Cmd, key_file: &Path) {
    let Published { publication, url } = published;
    println!("\nPublished. See it at {url}");
    println!(
        "The practice network goes on running{}.",
        pid.map(|pid| format!("; to stop it: kill {pid}")).unwrap_or_default()
    );
    println!(
        "To look again: POSTROOM_VAULT_KEY=$(cat '{}') {} publications show {publication}",
        key_file.display(),
        ctl.line()
    );
}

/// Makes sure that the practice network answers; the process id when it was started here.
fn practice(ctl: &Cmd, call: Call, demo: &Path) -> Result<Option<u32>> {
    if let Some(url) = running(call)? {
        println!("  running already at {url}");
        return Ok(None);
    }
    let log = demo.join("practice.log");
    let out = File::create(&log)?;
    let serve = ctl.clone().args(["practice", "serve"]);
    println!("$ postroomctl practice serve &");
    let mut command = serve.command();
    command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out);
    // Its own group: an interrupt typed here does not reach it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().with_context(|| format!("start `{}`", serve.line()))?;
    let deadline = Instant::now() + START_LIMIT;
    let quiet = |args: &[&str]| ctl.clone().args(args).read();
    loop {
        if let Some(url) = running(&quiet)? {
            println!("  answers at {url}, log in {}", log.display());
            return Ok(Some(child.id()));
        }
        if let Some(status) = child.try_wait()? {
            bail!("the practice network ended with {status}:\n{}", fs::read_to_string(&log).unwrap_or_default());
        }
        if Instant::now() > deadline {
            child.kill().ok();
            bail!("the practice network did not answer within {} s", START_LIMIT.as_secs());
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn running(call: Call) -> Result<Option<String>> {
    let status = last(&call(&["practice", "status"])?)?;
    (status["running"] == true).then(|| text(&status, "/url")).transpose()
}

/// The last JSON value printed: streams print one a line, everything else prints one.
fn last(printed: &str) -> Result<Value> {
    serde_json::from_str(printed).or_else(|_| {
        let line = printed.lines().rfind(|line| !line.trim().is_empty()).context("nothing was printed")?;
        serde_json::from_str(line).with_context(|| format!("not JSON: {line}"))
    })
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    Ok(found.with_context(|| format!("no {pointer} in {value}"))?.to_owned())
}

/// The demo profile's key in base64, made at the first run.
fn vault_key(file: &Path) -> Result<String> {
    if let Ok(key) = fs::read_to_string(file) {
        return Ok(key);
    }
    let mut bytes = [0; 32];
    File::open("/dev/urandom").context("no source of randomness")?.read_exact(&mut bytes)?;
    let key = STANDARD.encode(bytes);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(key.as_bytes())?;
    Ok(key)
}

fn make_private(dir: &PathBuf) -> Result<()> {
    fs::create_dir_all(dir)?;
    #[cfg(unix)]
    fs::set_permissions(dir, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

#[cfg(test)]
#[path = "headless_tests.rs"]
mod tests;
