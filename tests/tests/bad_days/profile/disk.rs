//! A full disk: nothing is lost, everything can be read, and it goes on by itself when there is room again.

use anyhow::{Result, ensure};
use journeys::{
    Session, Tray, Window,
    bad_days::{Day, states},
    ctl::Ctl,
    disk::Disk,
    network::Network,
    until,
};

use super::{in_seconds, reaches, schedule, texts, times};

const DUE: &str = "Due while the disk is full";
const TYPED: &str = "Typed while the disk is full";

#[tokio::test]
async fn a_full_disk_loses_nothing_and_goes_on_when_there_is_room() -> Result<()> {
    let session = Session::start_with("bad-disk", Tray::None).await?;
    let disk = Disk::mount(&session.profile(), 24)?;
    let network = Network::start(&session.path("network-home"))?;
    network.serve_profile(&session.profile())?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    let ctl = Ctl::in_session(&session, "env")?;
    let account = ctl.link_practice("a", "Robin")?;
    let due = schedule(&ctl, &account, DUE, &in_seconds(5))?;
    window.tab_to("textbox", "Text").await?;
    disk.fill()?;

    let mut day = Day::of("disk_full")?;
    window.keys(TYPED).await?;
    day.seen(&window, &["Draft not saved"]).await?;
    let error = day.ctl(&ctl, &["posts", "create", "--to", &account, "--text", "One more", "--draft"], "")?;
    day.failure(&error);
    let told = session.notifications.find("the full disk", |one| one.title.contains("cannot write")).await?;
    day.read(&[&told.title, &told.body]);
    ensure!(texts(&ctl)? == [DUE], "what was written before can be read");
    ensure!(ctl.publication(&due)?["publication"]["state"] == "scheduled" && times(&network, DUE)? == 0);

    disk.free()?;
    reaches(&ctl, &due, "published").await?;
    ensure!(times(&network, DUE)? == 1, "published once");
    window.text("Draft saved").await?;
    let both = [DUE, TYPED].map(str::to_owned);
    until("the typed text to be saved", async || Ok((texts(&ctl)? == both).then_some(()))).await?;
    day.after(format!("room again: {}", states(&ctl)?));
    day.nothing_lost("the due post (published once), the text typed meanwhile (saved)").done()
}
