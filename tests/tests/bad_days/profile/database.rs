//! A database from a newer version: read, never changed, never published from.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, ensure};
use journeys::{
    bad_days::{Day, states},
    ctl::Ctl,
    network::Network,
};
use sha2::{Digest, Sha256};

use super::{FAR, schedule, texts, times};

const NOW: &str = "Due when the database broke";
const LATER: &str = "Planned for later";
const DATABASE: &str = "postroom.db";

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
