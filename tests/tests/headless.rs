//! The main job without a window, told by a witness outside the program.

use std::{io::Write, path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};
use journeys::{
    ctl::{Ctl, list, text},
    http,
    network::Network,
    program, root,
};
use serde_json::{Value, json};

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Ends a process by its number when the test is over.
struct Ending(u32);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.to_string()).status();
    }
}

/// What follows `label` in what was printed, up to `end`.
fn after<'a>(printed: &'a str, label: &str, end: char) -> Result<&'a str> {
    let found = printed.split_once(label).with_context(|| format!("no {label:?} in {printed}"))?;
    Ok(found.1.split([end, '\n']).next().unwrap_or_default())
}

/// The one command, without a display; afterwards a script that shares no code with it looks.
#[test]
fn one_command_without_a_display_does_the_main_job() -> Result<()> {
    let xtask = program("XTASK_BIN", "xtask")?;
    let output = Command::new(xtask)
        .args(["run", "--yes"])
        .current_dir(root())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()?;
    let printed = String::from_utf8(output.stdout)?;
    ensure!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    let started = after(&printed, "to stop it: kill ", '\n').ok().and_then(|pid| pid.trim().parse().ok());
    let _ending = started.map(Ending);
    ensure!(printed.contains("Running without a window:"), "it says why there is no window");
    let url = after(&printed, "Published. See it at ", '\n')?.trim();
    let publication = after(&printed, "scheduled pub_", ' ')?;
    let key = std::fs::read_to_string(after(&printed, "Its key:  ", ' ')?)?;
    let profile = PathBuf::from(after(&printed, "Profile: ", '\n')?);

    let ctl = program("POSTROOMCTL_BIN", "postroomctl")?;
    let mut show = Command::new(ctl);
    show.args(["--json", "--vault", "env", "--data"]).arg(&profile).env("POSTROOM_VAULT_KEY", key.trim());
    let shown = show.args(["publications", "show", &format!("pub_{publication}")]).output()?;
    let shown: Value = serde_json::from_slice(&shown.stdout).context("publications show")?;
    ensure!(shown["publication"]["state"] == "published" && shown["publication"]["url"] == url, "{shown}");

    // The timeline lists the newest hundred; the post's own address tells its id.
    let (base, id) = url.split_once("/p/").context("the address of a post")?;
    let timeline = http::get(&format!("{base}/timeline.json"))?.done()?.json()?;
    let posts = list(&timeline, "/posts")?;
    let same = posts.iter().filter(|post| post["id"] == id).count();
    ensure!(same == 1, "{same} times on the timeline");
    ensure!(http::get(url)?.status == 200, "its page can be seen");
    say(&format!("headless: published once by the one command, seen by plain HTTP among {} posts", posts.len()));
    Ok(())
}

#[test]
fn a_refused_post_says_why_and_a_retry_publishes_it_once() -> Result<()> {
    let home = tempfile::Builder::new().prefix("ph").tempdir()?;
    let (network, ctl) = (Network::start(home.path())?, Ctl::new(home.path())?);
    network.serve_profile(ctl.profile())?;
    let mut published = 0;
    for kind in ["a", "b", "c", "d"] {
        let account = ctl.link_practice(kind, "Robin")?;
        network.fault(&json!({"kind": "reject"}))?;
        let words = format!("Refused at first, kind {kind}");
        let post = ctl.json(&["posts", "create", "--to", &account, "--text", &words, "--now"])?;
        let publication = text(&post, "/publications/0/id")?;
        ctl.run_until_idle()?;
        let shown = ctl.publication(&publication)?;
        ensure!(shown["publication"]["state"] == "failed", "{shown}");
        ensure!(shown["publication"]["cause"] == "content_rejected", "{shown}");
        ensure!(text(&shown, "/publication/reason")?.contains("not live"), "it says whether it is live: {shown}");
        ensure!(!text(&shown, "/raw")?.is_empty(), "the network's own words are kept: {shown}");
        ensure!(on_timeline(&network, &words)? == 0, "a refused post is not live");
        ctl.json(&["publications", "retry", &publication])?;
        ctl.run_until_idle()?;
        ensure!(ctl.publication(&publication)?["publication"]["state"] == "published");
        ensure!(on_timeline(&network, &words)? == 1, "published once");
        published += 1;
    }
    say(&format!("headless: {published} refusals, each published once by a retry"));
    Ok(())
}

fn on_timeline(network: &Network, words: &str) -> Result<usize> {
    Ok(network.timeline()?.iter().filter(|post| post["text"] == words).count())
}

/// Every way a call can go wrong, on every kind of account: published once, or put before its owner.
#[test]
fn whatever_goes_wrong_on_the_way_is_settled_by_itself() -> Result<()> {
    let home = tempfile::Builder::new().prefix("ph").tempdir()?;
    let (network, ctl) = (Network::start(home.path())?, Ctl::new(home.path())?);
    network.serve_profile(ctl.profile())?;
    let mut targets = Vec::new();
    for kind in ["a", "b", "c", "d"] {
        for fault in ["rate_limit", "server_error", "refuse_before", "lost_reply", "accept_late"] {
            // An account for each, so that all of them are settled in the same run.
            let words = format!("{fault} on kind {kind}");
            let account = ctl.link_practice(kind, &words)?;
            let remote = text(&ctl.json(&["accounts", "show", &account])?, "/remote_id")?;
            network.fault(&json!({"kind": fault, "account": remote}))?;
            let post = ctl.json(&["posts", "create", "--to", &account, "--text", &words, "--now"])?;
            targets.push((kind, fault, words, text(&post, "/publications/0/id")?));
        }
    }
    ctl.run_until_idle()?;
    for (kind, fault, words, publication) in &targets {
        let shown = ctl.publication(publication)?;
        let silent = matches!(*fault, "refuse_before" | "lost_reply" | "accept_late");
        let (state, times) = match (*kind, silent) {
            ("d", true) => ("needs_decision", usize::from(*fault != "refuse_before")),
            _ => ("published", 1),
        };
        ensure!(shown["publication"]["state"] == state, "{words}: {shown}");
        ensure!(
            on_timeline(&network, words)? == times,
            "{words} is on the timeline {} times",
            on_timeline(&network, words)?
        );
    }
    say(&format!("headless: {} faults settled", targets.len()));
    Ok(())
}
