//! The window's process dies: the core is another one. Read as a screen reader reads it, since WebDriver dies with
//! the page.

use anyhow::{Result, bail, ensure};
use journeys::{
    Session, Tray,
    bad_days::{Day, states},
    ctl::Ctl,
    network::Network,
    process,
    spoken::{Reader, Spoken},
    until,
};

use super::{in_seconds, reaches, schedule, texts, times};

const DUE: &str = "Due while the window is gone";
const TYPED: &str = "Half a thought about the lighthouse";
const SAID: &str = "The window had to start again. What you wrote is kept, and posts went on going out.";

/// Presses Tab until the field called Text has the keys.
async fn to_the_text(session: &Session, reader: &Reader<'_>, pid: u32) -> Result<()> {
    reader.find(pid, "the text field", |thing| thing.name == "Text").await?;
    session.focus("Postroom").await?;
    for _ in 0..40 {
        if reader.read(pid)?.iter().any(|thing| thing.focused && thing.name == "Text") {
            return Ok(());
        }
        session.press("Tab")?;
    }
    bail!("the text field cannot be reached with Tab")
}

#[tokio::test]
async fn the_window_comes_back_with_what_was_typed_and_posts_go_out_meanwhile() -> Result<()> {
    let mut session = Session::start_with("bad-web-process", Tray::None).await?;
    let network = Network::start(&session.path("network-home"))?;
    std::fs::create_dir_all(session.profile())?;
    network.serve_profile(&session.profile())?;
    session.start_reading().await?;
    let reader = Reader::of(&session);
    let app = session.start_app(&[])?;
    to_the_text(&session, &reader, app.pid()).await?;
    session.type_text(TYPED)?;
    let ctl = Ctl::in_session(&session, "env")?;
    until("the draft to be saved", async || Ok(texts(&ctl)?.contains(&TYPED.to_owned()).then_some(()))).await?;
    let account = ctl.link_practice("a", "Robin")?;
    let due = schedule(&ctl, &account, DUE, &in_seconds(2))?;

    let mut day = Day::of("window_killed")?;
    let old = process::named(app.pid(), "WebKitWebProcess")?;
    ensure!(old.len() == 1, "one process shows the window: {old:?}");
    process::kill(old[0].pid)?;
    let shown = reaches(&ctl, &due, "published").await?;
    ensure!(times(&network, DUE)? == 1 && process::alive(app.pid()), "the core goes on");
    let said = |thing: &Spoken| thing.name == SAID || thing.text == SAID;
    let all = until("the window to say so", async || {
        let all: Vec<_> = reader.read(app.pid())?.into_iter().filter(said).collect();
        Ok((!all.is_empty()).then_some(all))
    })
    .await?;
    ensure!(all.len() == 1, "it is said {} times: {all:?}", all.len());
    day.read(&[SAID]);
    reader.find(app.pid(), "the words to be there again", |thing| thing.text == TYPED).await?;
    session.screenshot("again")?;
    let new = process::named(app.pid(), "WebKitWebProcess")?;
    ensure!(new.iter().all(|process| process.pid != old[0].pid), "another process shows the window: {new:?}");
    ensure!(texts(&ctl)?.contains(&TYPED.to_owned()), "the draft is in the profile");
    day.shown(&shown)?;
    day.after(format!("the page loaded again; {}", states(&ctl)?));
    day.nothing_lost("the typed text, in the window and in the profile; the due post, published once").done()
}
