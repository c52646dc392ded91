//! A machine that sleeps, or loses its power, while posts come due; and what the policy says of each post.

use std::{
    fs,
    path::Path,
    process::Child,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    clock::FakeClock,
    ctl::{Ctl, list, text},
    logind::Logind,
    network::Network,
    socket,
    wait::until,
    witness::Tail,
};

/// Posts of a trial.
pub const POSTS: usize = 20;
/// Seconds a post may be late and still go out by itself: the app's default.
const GRACE_S: i64 = 15 * 60;
/// Kinds of accounts posted to, in turn.
const KINDS: [&str; 2] = ["a", "b"];

/// How the posts come to be late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The lid is closed and opened.
    Lid,
    /// The power fails, and the machine starts again.
    PowerLoss,
}

/// One sleep.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// Its name in the results.
    pub name: &'static str,
    /// How long it lasts, in seconds.
    pub seconds: i64,
    /// How it comes about.
    pub way: Way,
    /// Seconds between late posts of an account.
    pub spacing_s: u32,
}

/// What was seen outside the app, beside what its policy says.
#[derive(Debug)]
pub struct Outcome {
    /// Posts within the grace that went out once.
    pub published: usize,
    /// Posts past it that are held and were not sent.
    pub held: usize,
    /// Posts the network took more than once.
    pub doubled: usize,
    /// Posts that should have gone out and did not, or are shown nowhere.
    pub lost: usize,
    /// Posts that went out although they should have been asked about.
    pub not_asked: usize,
    /// Notices about missed posts.
    pub notices: usize,
    /// From waking to the first acceptance by the network.
    pub first_after_waking: Duration,
    /// Shortest time between two late posts of one account, by the network's clock.
    pub closest_ms: i64,
    /// Every publication as the app shows it at the end.
    pub shown: Vec<Value>,
}

impl Outcome {
    /// For the record.
    pub fn figures(&self) -> Value {
        json!({
            "published": self.published, "held_and_asked": self.held, "doubled": self.doubled, "lost": self.lost,
            "sent_unasked": self.not_asked, "notices": self.notices, "closest_ms": self.closest_ms,
            "first_accepted_after_waking_ms": self.first_after_waking.as_millis(),
        })
    }
}

/// Seconds after the beginning at which each post is due: all during the sleep, none near the edge of the grace. Those
/// of one account are 3 s apart at least: what is planned closer than the spacing keeps its own distance.
fn offsets(seconds: i64) -> Vec<i64> {
    let count = i64::try_from(POSTS).unwrap_or_default();
    if seconds <= GRACE_S {
        return (0..count).map(|n| seconds - 30 + 3 * (n / 2)).collect();
    }
    let (long_ago, lately) = (12, count - 12);
    let early = (0..long_ago).map(|n| 60 + n * (seconds - 2 * GRACE_S) / long_ago);
    early.chain((0..lately).map(|n| seconds - 600 + 70 * n)).collect()
}

/// One post of a trial.
struct Planned {
    kind: &'static str,
    text: String,
    at: DateTime<Utc>,
}

#[expect(clippy::disallowed_methods, reason = "the test is outside the app and its clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Runs a trial below `home`.
pub async fn run(trial: Trial, home: &Path, clock: &FakeClock) -> Result<Outcome> {
    let logind = Logind::start(home).await?;
    let runtime = home.join("runtime");
    fs::create_dir_all(&runtime)?;
    let mut environment = clock.environment();
    environment.push(logind.environment());
    environment.push(("XDG_RUNTIME_DIR".to_owned(), runtime.display().to_string()));
    let network = Network::start_with(home, clock.environment())?;
    let ctl = Ctl::new(home)?.with_environment(environment);
    network.serve_profile(ctl.profile())?;
    let accounts = KINDS.map(|kind| ctl.link_practice(kind, "Robin"));
    let mut runner = Ending(ctl.start_steady_runner()?);
    let place = until("the runner's socket", async || Ok(socket::find(&runtime))).await?;
    socket::call(&place, "settings_change", &json!({"spacing_s": trial.spacing_s}))?;
    let began = now();
    let mut planned = Vec::new();
    for (n, offset) in offsets(trial.seconds).into_iter().enumerate() {
        let account = accounts[n % KINDS.len()].as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))?;
        let (at, text) = (began + TimeDelta::seconds(offset), format!("{} {n}", trial.name));
        let draft = json!({"content": {"parts": [{"text": text}]}, "accounts": [account]});
        let when = json!({"kind": "instant", "at": at.to_rfc3339_opts(SecondsFormat::Millis, true), "zone": "UTC"});
        socket::call(&place, "posts_create", &json!({"draft": draft, "when": when}))?;
        planned.push(Planned { kind: KINDS[n % KINDS.len()], text, at });
    }
    until("somebody who listens to logind", async || Ok(logind.is_heard().await?.then_some(()))).await?;
    let mut tail = Tail::open(&network.journal())?;
    ensure!(tail.seen()?.is_empty(), "nothing is due yet");

    logind.prepare_for_sleep(true).await?;
    if trial.way == Way::PowerLoss {
        runner.0.kill()?;
        runner.0.wait()?;
    }
    clock.ahead(trial.seconds)?;
    let woke = (Instant::now(), now() + TimeDelta::seconds(trial.seconds));
    match trial.way {
        Way::Lid => logind.prepare_for_sleep(false).await?,
        Way::PowerLoss => runner = Ending(ctl.start_steady_runner()?),
    }
    let in_time = |post: &&Planned| (woke.1 - post.at).num_seconds() <= GRACE_S;
    let first = planned.iter().find(in_time).context("no post within the grace")?;
    let came = tail.wait(first.kind, &first.text, Duration::from_secs(30), || false)?;
    ensure!(came, "{}: nothing went out within 30 s of waking", trial.name);
    let first_after_waking = woke.0.elapsed();
    let place = until("the runner's socket", async || Ok(socket::find(&runtime))).await?;
    // The last of them waits for its turn.
    until("the first half to be settled", async || Ok(settled(&place)?.filter(|(done, _)| 2 * done >= POSTS))).await?;
    let all = async || Ok(settled(&place)?.filter(|(done, _)| *done == POSTS));
    let (_, shown) = until("every post to be settled", all).await?;
    let notices = socket::call(&place, "notices_list", &json!({}))?;
    let notices = list(&notices, "")?.iter().filter(|notice| notice["code"] == "missed").count();
    drop(runner);
    let mut outcome = Outcome {
        published: 0,
        held: 0,
        doubled: 0,
        lost: 0,
        not_asked: 0,
        notices,
        first_after_waking,
        closest_ms: closest_ms(&network.journal())?,
        shown,
    };
    for post in &planned {
        let times = tail.count(post.kind, &post.text)?;
        let shown = &outcome.shown;
        let view = shown.iter().find(|view| view["title"] == post.text.as_str()).context("a post is gone")?;
        let held = view["state"] == "held" && view["held"] == "missed";
        match (in_time(&post), times) {
            (_, 2..) => outcome.doubled += 1,
            (true, 1) if view["state"] == "published" => outcome.published += 1,
            (false, 0) if held => outcome.held += 1,
            (false, 1) => outcome.not_asked += 1,
            _ => outcome.lost += 1,
        }
    }
    Ok(outcome)
}

/// How many publications are live or held, and all of them.
fn settled(place: &Path) -> Result<Option<(usize, Vec<Value>)>> {
    let shown = socket::call(place, "publications_list", &json!({"limit": 100}))?;
    let shown = list(&shown, "")?;
    let done = shown.iter().filter(|view| view["state"] == "published" || view["state"] == "held").count();
    Ok(Some((done, shown.to_vec())))
}

/// Shortest time between two acceptances of one account in the network's journal.
fn closest_ms(journal: &Path) -> Result<i64> {
    let mut closest = i64::MAX;
    for kind in KINDS {
        let mut before = None;
        for line in fs::read_to_string(journal)?.lines() {
            let entry: Value = serde_json::from_str(line)?;
            if entry["event"] != "post_accepted" || entry["kind"] != kind {
                continue;
            }
            let at = DateTime::parse_from_rfc3339(&text(&entry, "/at")?)?;
            if let Some(before) = before.replace(at) {
                closest = closest.min((at - before).num_milliseconds());
            }
        }
    }
    Ok(closest)
}

/// Ends a runner with the test.
#[derive(Debug)]
pub struct Ending(pub Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::{GRACE_S, POSTS, offsets};

    #[test]
    fn posts_come_due_during_the_sleep_and_not_near_the_edge_of_the_grace() {
        for seconds in [60, 3_600, 8 * 3_600, 3 * 86_400] {
            let offsets = offsets(seconds);
            assert_eq!(offsets.len(), POSTS);
            assert!(offsets.iter().all(|at| (30..seconds).contains(at)), "{seconds}: {offsets:?}");
            assert!(offsets.iter().all(|at| (seconds - at - GRACE_S).abs() > 120), "{seconds}: {offsets:?}");
        }
    }
}
