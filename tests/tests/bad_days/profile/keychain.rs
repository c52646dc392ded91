//! A keychain that is gone, locked, asking, or holds another key: nothing in plain text, nothing lost, and posts that wait
//! for it go on by themselves.

use anyhow::{Result, ensure};
use journeys::{
    Session, Tray,
    bad_days::{Day, states},
    ctl::Ctl,
    network::Network,
};
use serde_json::Value;

use super::{FAR, reaches, schedule, texts, times};

/// What shows the keyring's questions.
const PROMPTER: &str = "org.gnome.keyring.SystemPrompter";

struct Stage {
    session: Session,
    network: Network,
    ctl: Ctl,
    account: String,
}

/// A profile whose key is in the session's keyring, and an account in it.
async fn stage(name: &str) -> Result<Stage> {
    let session = Session::start_with(name, Tray::None).await?;
    let network = Network::start(&session.path("network-home"))?;
    let ctl = Ctl::in_session(&session, "keychain")?;
    std::fs::create_dir_all(session.profile())?;
    network.serve_profile(&session.profile())?;
    let account = ctl.link_practice("a", "Robin")?;
    Ok(Stage { session, network, ctl, account })
}

impl Stage {
    /// Two posts fall due without a key: both are held for it. What is shown of the first.
    async fn held(&self) -> Result<(Vec<String>, Value)> {
        let publications: Vec<_> = ["First", "Second"]
            .iter()
            .map(|words| {
                let post = self.ctl.json(&["posts", "create", "--to", &self.account, "--text", words, "--now"])?;
                journeys::ctl::text(&post, "/publications/0/id")
            })
            .collect::<Result<_>>()?;
        let mut first = Value::Null;
        for publication in publications.iter().rev() {
            first = reaches(&self.ctl, publication, "held").await?;
            ensure!(first["held"] == "vault_locked", "{first}");
        }
        ensure!(self.network.timeline()?.is_empty(), "nothing went out");
        Ok((publications, first))
    }

    /// With the key back one post is tried again; the other follows by itself.
    async fn released(&self, publications: &[String]) -> Result<()> {
        self.ctl.json(&["publications", "retry", &publications[0]])?;
        for publication in publications {
            reaches(&self.ctl, publication, "published").await?;
        }
        for words in ["First", "Second"] {
            ensure!(times(&self.network, words)? == 1, "{words} is published once");
        }
        Ok(())
    }
}

#[tokio::test]
async fn without_a_keychain_nothing_is_sealed_elsewhere_and_posts_wait() -> Result<()> {
    let mut stage = stage("bad-keychain-gone").await?;
    let mut day = Day::of("keychain_gone")?;
    stage.session.stop_keyring().await?;
    let error = day.ctl(&stage.ctl, &["practice", "link", "--kind", "b", "--name", "Sam"], "")?;
    day.failure(&error);
    ensure!(stage.ctl.json(&["accounts", "list"])?.as_array().map(Vec::len) == Some(1), "no account without a key");

    let _runner = stage.ctl.start_runner_for_good()?;
    let (publications, shown) = stage.held().await?;
    day.shown(&shown)?;
    day.publication(&shown);
    stage.session.start_keyring(true).await?;
    stage.released(&publications).await?;
    day.after(format!("held without it; with it again: {}", states(&stage.ctl)?));
    day.nothing_lost("both posts, each published once; no second account half made").done()
}

#[tokio::test]
async fn posts_wait_for_a_locked_keychain_and_go_on_when_it_opens() -> Result<()> {
    let mut stage = stage("bad-keychain-locked").await?;
    let mut day = Day::of("keychain_locked")?;
    stage.session.stop_keyring().await?;
    stage.session.start_keyring(false).await?;
    let error = day.ctl(&stage.ctl, &["accounts", "check", &stage.account], "")?;
    day.failure(&error);

    let _runner = stage.ctl.start_runner_for_good()?;
    let (publications, shown) = stage.held().await?;
    day.shown(&shown)?;
    day.publication(&shown);
    stage.session.stop_keyring().await?;
    stage.session.start_keyring(true).await?;
    stage.released(&publications).await?;
    day.after(format!("held while locked; unlocked: {}", states(&stage.ctl)?));
    day.nothing_lost("both posts, each published once").done()
}

#[tokio::test]
async fn a_keychain_that_asks_nobody_is_left_alone_after_its_limit() -> Result<()> {
    let mut stage = stage("bad-keychain-asking").await?;
    schedule(&stage.ctl, &stage.account, "Planned", FAR)?;
    let mut day = Day::of("keychain_asking")?;
    stage.session.stop_keyring().await?;
    stage.session.start_keyring(false).await?;
    // It is there and never answers, like a person who is away.
    let silent = zbus::connection::Builder::address(stage.session.variable("DBUS_SESSION_BUS_ADDRESS").unwrap_or(""))?;
    let silent = silent.build().await?;
    silent.request_name(PROMPTER).await?;
    let error = day.ctl(&stage.ctl, &["accounts", "check", &stage.account], "")?;
    day.failure(&error);
    ensure!(texts(&stage.ctl)? == ["Planned"], "everything else works");
    day.after(states(&stage.ctl)?);
    day.nothing_lost("the post's text; account and key untouched, and used again below");
    stage.session.stop_keyring().await?;
    stage.session.start_keyring(true).await?;
    let account = stage.ctl.json(&["accounts", "check", &stage.account])?;
    ensure!(account["state"] == "healthy", "{account}");
    day.done()
}

#[test]
fn another_key_opens_nothing_and_destroys_nothing() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pb").tempdir()?;
    let (network, ctl) = (Network::start(home.path())?, Ctl::new(home.path())?);
    network.serve_profile(ctl.profile())?;
    let account = ctl.link_practice("a", "Robin")?;
    schedule(&ctl, &account, "Planned", FAR)?;
    let mut day = Day::of("keychain_other_key")?;
    let error = day.ctl(&ctl.with_another_key(), &["accounts", "check", &account], "")?;
    day.failure(&error);
    ensure!(texts(&ctl.with_another_key())? == ["Planned"], "everything else works");
    ensure!(ctl.json(&["accounts", "check", &account])?["state"] == "healthy", "with the right key as before");
    day.after(states(&ctl)?);
    day.nothing_lost("the post's text; the sealed access, opened with the right key afterwards").done()
}
