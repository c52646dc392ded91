//! One profile, opened more than once: one process writes it at any time.

use anyhow::{Result, ensure};
use journeys::{
    Session, Tray, Window,
    bad_days::{Day, states},
    ctl::{Ctl, text},
    network::Network,
    until,
};
use serde_json::json;

const WORDS: &str = "Written in the terminal while the window is open";

#[tokio::test]
async fn window_and_terminal_work_on_one_profile() -> Result<()> {
    let session = Session::start_with("bad-twice", Tray::None).await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    let ctl = Ctl::in_session(&session, "env")?;

    // A second start leads to the window there is.
    let mut twice = Day::of("started_twice")?;
    session.close("^Postroom$").await?;
    window.closed().await?;
    let again = tokio::process::Command::from(Window::start_again(&session)?).status().await?;
    ensure!(again.success(), "the second start ended with {again}");
    window.reopened().await?;
    window.by_role("heading", "Compose").await?;
    ensure!(window.driver.windows().await?.len() == 1, "one window");
    twice.ctl(&ctl, &["queue", "run"], "")?;
    twice.read(&["(its window, brought to the front)"]);
    twice
        .after("one process, one window")
        .nothing_lost("the second start ends with 0 and opens nothing of its own")
        .done()?;

    // What the terminal does is seen in the window at once: it goes through the same process.
    let mut both = Day::of("window_and_terminal")?;
    window.call("practice_start", json!({})).await?;
    let account = ctl.link_practice("a", "Robin")?;
    let when = ["--at", "2099-12-24T08:30:00Z"];
    let post = ctl.json(&[&["posts", "create", "--to", &account, "--text", WORDS], &when[..]].concat())?;
    window.press("link", "Queue").await?;
    window.text(WORDS).await?;
    let shown = ctl.publication(&text(&post, "/publications/0/id")?)?;
    both.shown(&shown["publication"])?;
    both.publication(&shown["publication"]);
    let same = window.call("posts_show", json!({"id": post["id"]})).await?;
    ensure!(text(&same, "/draft/content/parts/0/text")? == WORDS, "{same}");
    both.after(states(&ctl)?).nothing_lost("the text, read back through the window").done()
}

#[tokio::test]
async fn a_second_runner_is_refused() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pb").tempdir()?;
    let (network, ctl) = (Network::start(home.path())?, Ctl::new(home.path())?);
    network.serve_profile(ctl.profile())?;
    let account = ctl.link_practice("a", "Robin")?;
    ctl.json(&["posts", "create", "--to", &account, "--text", WORDS, "--at", "2099-12-24T08:30:00Z"])?;
    let before = ctl.json(&["posts", "list"])?;

    let mut command = ctl.command(&["queue", "run"]);
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
    let mut first = journeys::Running::start(command, &home.path().join("first.log"))?;
    until("the first runner", async || Ok((ctl.json(&["queue", "status"])?["running"] == true).then_some(()))).await?;
    let mut day = Day::of("two_runners")?;
    let error = day.ctl(&ctl, &["queue", "run"], "")?;
    day.failure(&error);
    ensure!(ctl.json(&["queue", "status"])?["running"] == true, "the first runs on");
    first.terminate()?;
    ensure!(first.ended().await? == 0, "the first ends in order");
    ensure!(ctl.json(&["posts", "list"])? == before, "the posts are as they were");
    day.after(states(&ctl)?).nothing_lost("every post, field by field").done()
}
