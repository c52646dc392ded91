//! The window's process dies: the core is another one.

use anyhow::{Result, ensure};
use journeys::{
    Session, Tray, Window,
    bad_days::{Day, states},
    ctl::Ctl,
    network::Network,
    process, until,
};

use super::{in_seconds, reaches, schedule, texts, times};

const DUE: &str = "Due while the window is gone";
const TYPED: &str = "Half a thought about the lighthouse";
const SAID: &str = "The window had to start again. What you wrote is kept, and posts went on going out.";

#[tokio::test]
async fn the_window_comes_back_with_what_was_typed_and_posts_go_out_meanwhile() -> Result<()> {
    let session = Session::start_with("bad-web-process", Tray::None).await?;
    let network = Network::start(&session.path("network-home"))?;
    std::fs::create_dir_all(session.profile())?;
    network.serve_profile(&session.profile())?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    let ctl = Ctl::in_session(&session, "env")?;
    let account = ctl.link_practice("a", "Robin")?;
    window.tab_to("textbox", "Text").await?;
    window.keys(TYPED).await?;
    window.text("Draft saved").await?;
    let due = schedule(&ctl, &account, DUE, &in_seconds(2))?;

    let mut day = Day::of("window_killed")?;
    let page = || process::named(window.pid, "WebKitWebProcess");
    let old = page()?;
    ensure!(old.len() == 1, "one process shows the window: {old:?}");
    process::kill(old[0].pid)?;
    let shown = reaches(&ctl, &due, "published").await?;
    ensure!(times(&network, DUE)? == 1 && process::alive(window.pid), "the core goes on");
    until("a new process for the window", async || {
        Ok(page()?.iter().any(|process| process.pid != old[0].pid).then_some(()))
    })
    .await?;
    window.reopened().await?;
    window.by_role("textbox", "Text").await?;
    day.seen(&window, &[SAID]).await?;
    let value = "return [...document.querySelectorAll('textarea')].map((e) => e.value).join()";
    until("the words to be there again", async || {
        Ok((window.driver.execute(value, vec![]).await?.json() == TYPED).then_some(()))
    })
    .await?;
    ensure!(texts(&ctl)?.contains(&TYPED.to_owned()), "the draft is in the profile");
    day.shown(&shown)?;
    day.after(format!("the page loaded again; {}", states(&ctl)?));
    day.nothing_lost("the typed text, in the window and in the profile; the due post, published once").done()
}
