//! A database that is damaged or from a newer version: read, never changed, never published from.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use journeys::{
    Session, Tray, Window,
    bad_days::{Day, states},
    ctl::Ctl,
    network::Network,
    until,
};
use sha2::{Digest, Sha256};

use super::{FAR, schedule, texts, times};

const NOW: &str = "Due when the database broke";
const LATER: &str = "Planned for later";
const DATABASE: &str = "postroom.db";
const PAGE_BYTES: usize = 4096;

/// The digest of every file SQLite keeps for the profile; the log's index is no data.
fn digests(profile: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for name in [DATABASE, "postroom.db-wal"] {
        if let Ok(bytes) = fs::read(profile.join(name)) {
            found.push((name.to_owned(), hex::encode(Sha256::digest(bytes))));
        }
    }
    ensure!(!found.is_empty(), "there is no database");
    Ok(found)
}

/// A profile with a post that is due and one for later, and no runner.
fn filled(ctl: &Ctl, network: &Network) -> Result<()> {
    network.serve_profile(ctl.profile())?;
    let account = ctl.link_practice("a", "Robin")?;
    ctl.json(&["posts", "create", "--to", &account, "--text", NOW, "--now"])?;
    schedule(ctl, &account, LATER, FAR)?;
    Ok(())
}

/// Overwrites one page so that the posts can still be listed: from the end, the first page that does that.
fn damage(ctl: &Ctl) -> Result<()> {
    let path = ctl.profile().join(DATABASE);
    let good = fs::read(&path)?;
    for page in (1..good.len() / PAGE_BYTES).rev() {
        let mut bytes = good.clone();
        bytes[page * PAGE_BYTES..(page + 1) * PAGE_BYTES].fill(0x5a);
        fs::write(&path, &bytes)?;
        let refused = !ctl.output(&["queue", "run", "--until-idle"], "")?.status.success();
        if refused && texts(ctl).is_ok() && states(ctl).is_ok() {
            return Ok(());
        }
        ensure!(refused, "page {page} was overwritten and nobody noticed");
    }
    anyhow::bail!("no page could be damaged without losing the posts")
}

#[tokio::test]
async fn a_damaged_database_is_read_never_written_and_exchanged_by_choice() -> Result<()> {
    let session = Session::start_with("bad-database", Tray::None).await?;
    let network = Network::start(&session.path("network-home"))?;
    let ctl = Ctl::in_session(&session, "env")?;
    fs::create_dir_all(session.profile())?;
    filled(&ctl, &network)?;
    let whole = fs::read(session.profile().join(DATABASE))?;
    fs::write(session.profile().join("postroom.before-1.db"), &whole)?;
    damage(&ctl)?;
    let before = digests(&session.profile())?;

    let mut day = Day::of("database_damaged")?;
    day.ctl(&ctl, &["queue", "run", "--until-idle"], "")?;
    let error = day.ctl(&ctl, &["queue", "pause"], "")?;
    day.failure(&error);
    ensure!(texts(&ctl)? == [NOW, LATER], "the posts can be read");
    ensure!(times(&network, NOW)? == 0, "nothing goes out");

    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("region", "Only for reading").await?;
    day.seen(&window, &["The data cannot be opened", "Start with the copy of"]).await?;
    window.press("link", "Queue").await?;
    window.text(LATER).await?;
    window.screenshot("damaged").await?;
    ensure!(times(&network, NOW)? == 0 && digests(&session.profile())? == before, "changed, or something went out");

    let pid = window.pid;
    window.press("button", "Start with the copy of").await?;
    window.press("button", "Start with the copy").await?;
    until("the program to end", async || Ok((!journeys::process::alive(pid)).then_some(()))).await?;
    session.focus("Postroom").await?;
    until("the program to run again, paused", async || {
        let status = ctl.json(&["queue", "status"])?;
        Ok((status["paused"] == true && status["running"] == true).then_some(()))
    })
    .await?;
    let aside = fs::read_dir(session.profile())?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let aside = aside.filter(|name| name.strip_suffix(".db").is_some_and(|name| name.starts_with("postroom.damaged-")));
    let aside: Vec<_> = aside.collect();
    let kept = fs::read(session.profile().join(aside.first().context("the damaged file is gone")?))?;
    ensure!(hex::encode(Sha256::digest(kept)) == before[0].1, "the damaged file is kept as it was");
    ensure!(texts(&ctl)? == [NOW, LATER] && times(&network, NOW)? == 0, "asked first: nothing went out by itself");
    day.after(format!("damaged: not a byte changed; with the copy, by choice: paused, {}", states(&ctl)?));
    day.nothing_lost("every post's text; the damaged file, kept aside, by SHA-256").done()
}

#[tokio::test]
async fn a_newer_database_is_read_and_not_a_byte_of_it_changes() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pb").tempdir()?;
    let (network, ctl) = (Network::start(home.path())?, Ctl::new(home.path())?);
    filled(&ctl, &network)?;
    let later = "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\n\
                 db.execute(\"INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'later', 1, x'00', 0)\")\ndb.execute('ALTER TABLE post ADD COLUMN later TEXT')\n\
                 db.commit()\n";
    let done = Command::new("python3").args(["-c", later]).arg(ctl.profile().join(DATABASE)).status()?;
    ensure!(done.success(), "the database could not be made newer");
    let before = digests(ctl.profile())?;

    let mut day = Day::of("database_newer")?;
    let error = day.ctl(&ctl, &["queue", "run", "--until-idle"], "")?;
    day.failure(&error);
    day.ctl(&ctl, &["queue", "pause"], "")?;
    ensure!(texts(&ctl)? == [NOW, LATER], "the posts can be read");
    let states = states(&ctl)?;
    ensure!(times(&network, NOW)? == 0, "nothing goes out");
    ensure!(digests(ctl.profile())? == before, "the database was changed");
    day.after(format!("only read: {states}; nothing went out"));
    day.nothing_lost("every byte of the database and its log, by SHA-256").done()
}
