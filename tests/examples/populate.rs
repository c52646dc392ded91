//! Fills a profile with the programs of today, for the tests of upgrades to come, and keeps what they said of it.
//!
//! `cargo run -p journeys --example populate -- tests/databases/NNNN`, where `NNNN` is the newest migration: once for
//! each, before the next one is written. It needs `postroomctl` built, takes half a minute, and leaves
//! `profile/` and `state/` as a clean end leaves them, `vault.key`, and `shown.json`.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use journeys::{
    Browser, consent,
    ctl::{Ctl, list, text},
    fediverse::Server,
    network::Network,
    pds::{PASSWORD, Pds},
    root, until,
};
use serde_json::{Value, json};

/// Nothing of this is due while there are tests.
const LATER: &[&str] = &["--at", "2051-03-01T09:30", "--zone", "Europe/Berlin"];
const NOW: &[&str] = &["--now"];

/// What everything is written with.
struct Hand<'a> {
    ctl: &'a Ctl,
    network: &'a Network,
}

impl Hand<'_> {
    fn post(&self, to: &[&str], words: &str, more: &[&str]) -> Result<Value> {
        self.ctl.json(&[&["posts", "create", "--text", words, "--to"], to, more].concat())
    }

    /// Arms a fault for one account.
    fn fault(&self, account: &str, kind: &str) -> Result<()> {
        let remote = text(&self.ctl.json(&["accounts", "show", account])?, "/remote_id")?;
        self.network.fault(&json!({"kind": kind, "account": remote}))
    }

    /// Links as a person with a browser would.
    fn link(&self) -> Result<String> {
        let line = ["accounts", "link", "practice", "--no-browser", "--timeout", "60"];
        let mut child = self.ctl.command(&line).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let first: Value = serde_json::from_str(&lines.next().context("nothing was printed")??)?;
        self.network.consent(&text(&first, "/authorize_url")?, "a", "Kim")?;
        let account: Value = serde_json::from_str(&lines.last().context("no account was printed")??)?;
        ensure!(child.wait()?.success(), "linking failed");
        text(&account, "/id")
    }

    /// Everything that has come to its end.
    fn published(&self, accounts: &[String]) -> Result<()> {
        let all: Vec<_> = accounts.iter().map(String::as_str).collect();
        let picture = |name: &str, alt: &str| format!("{}::{alt}", root().join("icons").join(name).display());
        let (one, two) = (picture("128x128.png", "The icon of Postroom"), picture("32x32.png", ""));
        let pictures = ["--media", one.as_str(), "--media", two.as_str()];
        self.post(&all, "Good morning from the studio", NOW)?;
        self.post(&all, "Two pictures of the same thing", &[&pictures, NOW].concat())?;
        let thread = ["--thread-part", "The second part", "--thread-part", "and the third"];
        self.post(&all, "A thread in three parts", &[&thread, NOW].concat())?;
        self.ctl.run_until_idle()
    }

    /// A refusal, a doubt nothing can settle, a doubt not settled yet, and one that is tried again later.
    fn troubled(&self, accounts: &[String]) -> Result<()> {
        let [a, b, c, d, ..] = accounts else { anyhow::bail!("too few accounts") };
        self.fault(b, "reject")?;
        self.post(&[b], "Refused by the network", NOW)?;
        self.fault(d, "lost_reply")?;
        self.post(&[d], "Nobody knows whether this is live", NOW)?;
        self.ctl.run_until_idle()?;
        self.fault(a, "rate_limit")?;
        self.post(&[a], "Told to wait", NOW)?;
        self.fault(c, "refuse_before")?;
        self.post(&[c], "Sent, and no reply came", NOW)?;
        self.ctl.json(&["queue", "run", "--for", "2"]).map(drop)
    }

    /// What waits, what is a draft, what was taken back, and what an unlinked account left.
    fn waiting(&self, accounts: &[String], unlinked: [&str; 2]) -> Result<()> {
        let all: Vec<_> = accounts.iter().map(String::as_str).collect();
        let comment = ["--first-comment", "And a word below it"];
        self.post(&all, "For a morning in March", &[&comment, LATER].concat())?;
        let icon = format!("{}::The icon of Postroom", root().join("icons/128x128.png").display());
        let pictured = ["--media", icon.as_str(), "--fallback", "text"];
        self.post(&all[..1], "With its picture, or without", &[&pictured, LATER].concat())?;
        self.post(&all, "A draft with everything still open", &["--draft"])?;
        let taken_back = text(&self.post(&all, "Better not", LATER)?, "/id")?;
        self.ctl.json(&["posts", "cancel", &taken_back])?;
        for (account, posts) in unlinked.into_iter().zip(["hold", "cancel"]) {
            self.post(&[account], "Written before the account was unlinked", LATER)?;
            self.ctl.json(&["accounts", "unlink", account, "--scheduled", posts])?;
        }
        self.ctl.json(&["media", "add", &root().join("icons/icon.png").display().to_string(), "--alt", "Large"])?;
        Ok(())
    }

    /// A post at a server, which then has other words, and one at three places, which is then gone from there.
    fn changes(&self, [practice, bluesky, server]: [&str; 3]) -> Result<[String; 2]> {
        let live = |words: &str, to: &[&str]| text(&self.post(to, words, NOW)?, "/id");
        let posts = [live("Worded in haste", &[server])?, live("Said and regretted", &[practice, bluesky, server])?];
        self.ctl.run_until_idle()?;
        Ok(posts)
    }

    /// Asks for both.
    fn change(&self, [edited, deleted]: &[String; 2]) -> Result<()> {
        self.ctl.json(&["posts", "edit", edited, "--text", "Worded with care"])?;
        self.ctl.json(&["posts", "delete", deleted, "--yes"]).map(drop)
    }

    /// A refused post of which a draft is to be made, and an action on several.
    fn mendable(&self, account: &str) -> Result<String> {
        self.fault(account, "reject")?;
        let refused = text(&self.post(&[account], "Refused, and being mended", NOW)?, "/publications/0/id")?;
        self.ctl.run_until_idle()?;
        let late = ["Cancelled with another", "Cancelled with the one before"]
            .map(|words| text(&self.post(&[account], words, LATER)?, "/publications/0/id"));
        let [one, two] = late;
        self.ctl.json(&["publications", "cancel", &one?, &two?])?;
        Ok(refused)
    }

    /// What only a running Postroom does: it changes settings, cancels one publication of a post, and begins a draft
    /// that mends a refused one.
    async fn running(&self, account: &str, refused: &str) -> Result<()> {
        let post = self.post(&[account], "Not there after all", LATER)?;
        let mut runner = self.ctl.command(&["queue", "run", "--for", "3"]).stdout(Stdio::null()).spawn()?;
        let folder = self.ctl.home().join("state/postroom/state/run");
        let socket = until("the runner's socket", async || {
            Ok(fs::read_dir(&folder).ok().and_then(|mut entries| entries.next()?.ok()).map(|entry| entry.path()))
        });
        let socket = socket.await?;
        // Without a spacing, what follows begins at once however slow the machine is.
        let change = json!({"theme": "dark", "zone": "Europe/Berlin", "notify_success": true, "grace_min": 30,
            "close_explained": true, "spacing_s": 0});
        ask(&socket, "settings_change", &change)?;
        ask(&socket, "publications_cancel", &json!({"id": text(&post, "/publications/0/id")?}))?;
        ask(&socket, "publications_mend", &json!({"id": refused}))?;
        ensure!(runner.wait()?.success(), "the runner failed");
        Ok(())
    }
}

/// One call over the runner's socket.
fn ask(socket: &Path, method: &str, params: &Value) -> Result<()> {
    let mut stream = UnixStream::connect(socket)?;
    writeln!(stream, "{}", json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    ensure!(answer.contains("\"result\""), "{method}: {answer}");
    Ok(())
}

/// What the programs say of the profile.
fn shown(ctl: &Ctl) -> Result<Value> {
    let listed = ctl.json(&["publications", "list"])?;
    let mut shown = Vec::new();
    for publication in list(&listed, "")? {
        let mut publication = ctl.publication(&text(publication, "/id")?)?;
        // What would be sent is said as of now.
        let parts = publication["part_views"].as_array_mut().into_iter().flatten();
        for part in parts.filter(|part| part["sent"] == false).filter_map(Value::as_object_mut) {
            part.remove("payload");
        }
        shown.push(publication);
    }
    let mut accounts = ctl.json(&["accounts", "list"])?;
    // What can be chosen for a post is said by the programs, and each release may say it otherwise; what was used of a
    // limit is forgotten when its window ends; how access stands is judged by the clock.
    for account in accounts.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        account.remove("options");
        account.remove("budget");
        account.remove("access");
    }
    Ok(json!({
        "accounts": accounts,
        "posts": ctl.json(&["posts", "list"])?,
        "publications": shown,
        "media": ctl.json(&["media", "list"])?,
    }))
}

/// Copies a folder as it is; links and locks stay behind.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (kind, from) = entry.map(|entry| (entry.file_type(), entry.path()))?;
        let to = to.join(from.file_name().context("no name")?);
        match kind? {
            kind if kind.is_dir() => copy(&from, &to)?,
            kind if kind.is_file() && from.extension().is_none_or(|ending| ending != "lock") => {
                fs::copy(&from, &to)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Links an account whose tokens are bound to a key.
async fn by_consent(ctl: &Ctl, pds: &Pds) -> Result<String> {
    let (person, browser) = (pds.person("sparrow.test")?, Browser::headless(ctl.home()).await?);
    let endpoints = format!("--endpoints={}", pds.endpoints(ctl.home())?.display());
    let line = ["accounts", "link", "bluesky", "--method", "oauth", "--identifier", &person.handle, &endpoints];
    let account = consent::linked(ctl, &line, &browser, &person.handle, PASSWORD).await?;
    browser.quit().await?;
    text(&account, "/id")
}

#[tokio::main]
async fn main() -> Result<()> {
    let target: PathBuf = std::env::args_os().nth(1).context("name the folder to write")?.into();
    ensure!(!target.exists(), "{} is there already", target.display());
    let home = tempfile::Builder::new().prefix("pp").tempdir()?;
    let ctl = Ctl::new(home.path())?;
    let (network, pds) = (Network::start(home.path())?, Pds::start(home.path())?);
    let server = Server::start("mastodon_honoured", home.path())?;
    network.serve_profile(ctl.profile())?;
    let hand = Hand { ctl: &ctl, network: &network };

    let mut accounts = vec![hand.link()?];
    for kind in ["b", "c", "d"] {
        accounts.push(ctl.link_practice(kind, &format!("Robin {kind}"))?);
    }
    let bluesky = pds.link(&ctl, &pds.person("robin.test")?)?;
    let mastodon = text(&server.link(&ctl)?.account, "/id")?;
    let consented = by_consent(&ctl, &pds).await?;
    accounts.extend([bluesky.clone(), mastodon.clone(), consented]);
    let (held, cancelled) = (ctl.link_practice("a", "Sam")?, ctl.link_practice("b", "Alex")?);
    hand.published(&accounts)?;
    hand.waiting(&accounts, [&held, &cancelled])?;
    let first = accounts.first().context("no account")?;
    hand.running(first, &hand.mendable(first)?).await?;
    // Changes that are made, and the same once more, which wait.
    let places = [first.as_str(), bluesky.as_str(), mastodon.as_str()];
    let (made, waiting) = (hand.changes(places)?, hand.changes(places)?);
    hand.change(&made)?;
    ctl.run_until_idle()?;
    hand.troubled(&accounts)?;
    hand.change(&waiting)?;
    ctl.json(&["vault", "recovery-key"])?;

    let shown = shown(&ctl)?;
    ensure!(!ctl.profile().join("postroom.db-wal").exists(), "the last command closed the database");
    copy(ctl.profile(), &target.join("profile"))?;
    copy(&home.path().join("state"), &target.join("state"))?;
    fs::write(target.join("vault.key"), ctl.key())?;
    fs::write(target.join("shown.json"), format!("{shown:#}\n"))?;
    Ok(())
}
