//! Time: asleep or switched off when a post is due, no network then, a clock that is wrong.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use journeys::{
    bad_days::{Day, states},
    clock::FakeClock,
    ctl::{Ctl, text},
    network::Network,
    sleep::{self, Ending, Outcome, POSTS, Trial, Way},
    until,
};
use serde_json::Value;

const HOUR: i64 = 3_600;
const COMPARED: &str = "20 texts with the network's journal: each there once, or held and not there";

async fn asleep(home: &Path, seconds: i64, way: Way) -> Result<Outcome> {
    let clock = FakeClock::new(home)?;
    // Everything at once is what the spacing prevents; here only its states are of interest.
    let outcome = sleep::run(Trial { name: "Post", seconds, way, spacing_s: 0 }, home, &clock).await?;
    ensure!(outcome.doubled + outcome.lost + outcome.not_asked == 0, "{outcome:?}");
    ensure!(outcome.published + outcome.held == POSTS, "{outcome:?}");
    ensure!(outcome.notices == usize::from(outcome.held > 0), "one notice for all: {outcome:?}");
    Ok(outcome)
}

fn one<'a>(outcome: &'a Outcome, state: &str) -> Result<&'a Value> {
    outcome.shown.iter().find(|view| view["state"] == state).with_context(|| format!("none is {state}"))
}

fn afterwards(outcome: &Outcome) -> String {
    let notices = if outcome.notices == 1 { "one notice" } else { "no notice" };
    format!("{} published, {} held; {notices}", outcome.published, outcome.held)
}

#[tokio::test]
async fn asleep_within_the_grace() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pt").tempdir()?;
    let outcome = asleep(home.path(), 5 * 60, Way::Lid).await?;
    let mut day = Day::of("slept_within_grace")?;
    day.shown(one(&outcome, "published")?)?;
    day.publication(one(&outcome, "published")?).after(afterwards(&outcome)).nothing_lost(COMPARED).done()
}

#[tokio::test]
async fn asleep_past_the_grace() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pt").tempdir()?;
    let outcome = asleep(home.path(), 8 * HOUR, Way::Lid).await?;
    let mut day = Day::of("slept_past_grace")?;
    day.shown(one(&outcome, "held")?)?;
    day.publication(one(&outcome, "held")?).after(afterwards(&outcome)).nothing_lost(COMPARED).done()
}

#[tokio::test]
async fn the_computer_restarts() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pt").tempdir()?;
    let outcome = asleep(home.path(), HOUR, Way::PowerLoss).await?;
    let mut day = Day::of("reboot")?;
    day.shown(one(&outcome, "published")?)?;
    day.shown(one(&outcome, "held")?)?;
    day.publication(one(&outcome, "held")?).after(afterwards(&outcome)).nothing_lost(COMPARED).done()
}

#[tokio::test]
async fn offline_when_due() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pt").tempdir()?;
    let (network, ctl) = (Network::start(home.path())?, Ctl::new(home.path())?);
    network.serve_profile(ctl.profile())?;
    let account = ctl.link_practice("a", "Robin")?;
    let runner = Ending(ctl.start_steady_runner()?);
    let post_now = |said: &str| {
        let post = ctl.json(&["posts", "create", "--to", &account, "--text", said, "--now"])?;
        text(&post, "/publications/0/id")
    };
    let seen = async |publication: &str, state: &str| {
        until(state, async || {
            let shown = ctl.publication(publication)?["publication"].take();
            Ok((shown["state"] == state).then_some(shown))
        })
        .await
    };
    // A runner that only begins would start a network itself.
    seen(&post_now("Online")?, "published").await?;
    drop(network);
    let publication = post_now("Offline")?;
    let mut day = Day::of("offline_at_due")?;
    let waits = seen(&publication, "retrying").await?;
    day.shown(&waits)?;
    day.publication(&waits);
    let network = Network::start(home.path())?;
    seen(&publication, "published").await?;
    let times = network.timeline()?.iter().filter(|post| post["text"] == "Offline").count();
    ensure!(times == 1, "{times} times on the timeline");
    day.after(format!("{}, the second by itself once the network was back", states(&ctl)?));
    drop(runner);
    day.nothing_lost("the text on the network's timeline, there once").done()
}

#[tokio::test]
async fn the_clock_is_wrong() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pt").tempdir()?;
    let (network, ctl) = (Network::start(home.path())?, Ctl::new(home.path())?);
    network.serve_profile(ctl.profile())?;
    let account = ctl.link_practice("a", "Robin")?;
    let post = ctl.json(&["posts", "create", "--to", &account, "--text", "In two hours", "--at", "+2h"])?;
    let publication = text(&post, "/publications/0/id")?;
    let before = ctl.publication(&publication)?["publication"].take();

    let clock = FakeClock::new(home.path())?;
    clock.ahead(3 * HOUR)?;
    ctl.clone().with_environment(clock.environment()).run_until_idle()?;
    let held = ctl.publication(&publication)?["publication"].take();
    let mut day = Day::of("clock_wrong")?;
    day.shown(&held)?;
    day.publication(&held);
    ensure!(network.timeline()?.is_empty(), "nothing went out");

    // Set right, it is as before.
    ctl.run_until_idle()?;
    let after = ctl.publication(&publication)?["publication"].take();
    ensure!(after["state"] == "scheduled" && after["schedule"] == before["schedule"], "{after}");
    day.after(format!("{} once the clock is right", states(&ctl)?)).nothing_lost("text and time of the post").done()
}
