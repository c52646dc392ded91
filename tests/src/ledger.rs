//! What a profile's database says, read past the app: its publications, their parts, what is in doubt.
//!
//! The database is copied first: looking must not be what settles a crash.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::Value;
use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use tokio::runtime::{Builder, Runtime};

/// A publication as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id, as the command line takes it.
    pub id: String,
    /// The account's id on the platform.
    pub account: String,
    /// The kind of account.
    pub kind: String,
    /// Its state.
    pub state: String,
    /// Why, in words.
    pub reason: String,
    /// Texts of its parts, in order.
    pub parts: Vec<String>,
    /// How many of them it knows to be live.
    pub parts_done: usize,
    /// Whether an intent is recorded and no outcome.
    pub open: bool,
}

/// Reads databases one after another.
pub struct Reader {
    runtime: Runtime,
    copy: PathBuf,
}

impl Reader {
    /// A reader that makes its copies in a folder of its own.
    pub fn new(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { runtime: Builder::new_current_thread().enable_all().build()?, copy: folder.join("look.db") })
    }

    /// Every publication of a profile.
    pub fn read(&self, profile: &Path) -> Result<Vec<Entry>> {
        for end in ["", "-wal"] {
            let (from, to) = (profile.join(format!("postroom.db{end}")), self.copy.with_extension(format!("db{end}")));
            // A log left by the copy before would be taken for this one's.
            let _ = fs::remove_file(&to);
            if from.exists() {
                fs::copy(&from, &to)?;
            }
        }
        let _ = fs::remove_file(self.copy.with_extension("db-shm"));
        self.runtime.block_on(async {
            let mut conn =
                SqliteConnectOptions::new().filename(&self.copy).disable_statement_logging().connect().await?;
            let entries = entries(&mut conn).await;
            conn.close().await?;
            entries
        })
    }

    /// Sets what the owner can set, in a profile that nobody holds.
    pub fn set(&self, profile: &Path, settings: &[(&str, &str)]) -> Result<()> {
        self.runtime.block_on(async {
            let mut conn = SqliteConnectOptions::new().filename(profile.join("postroom.db")).connect().await?;
            for (name, value) in settings {
                let set = sqlx::query("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)");
                set.bind(*name).bind(*value).execute(&mut conn).await?;
            }
            Ok(conn.close().await?)
        })
    }
}

async fn entries(conn: &mut SqliteConnection) -> Result<Vec<Entry>> {
    let mut parts: BTreeMap<Vec<u8>, Vec<(String, bool)>> = BTreeMap::new();
    for row in sqlx::query("SELECT publication, content, remote FROM part ORDER BY publication, ordinal")
        .fetch_all(&mut *conn)
        .await?
    {
        let content: Value = serde_json::from_str(&row.try_get::<String, _>("content")?)?;
        let text = content["text"].as_str().context("a part without a text")?.to_owned();
        let live = !row.try_get::<String, _>("remote")?.is_empty();
        parts.entry(row.try_get("publication")?).or_default().push((text, live));
    }
    let rows = sqlx::query(
        "SELECT p.id, p.state, p.reason, a.remote_id, a.kind,
                EXISTS (SELECT 1 FROM effect e WHERE e.publication = p.id AND e.kind = 'publish' AND e.state = 'open') AS open
         FROM publication p JOIN account a ON a.id = p.account ORDER BY p.id",
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| entry(row, &mut parts)).collect()
}

fn entry(row: &SqliteRow, parts: &mut BTreeMap<Vec<u8>, Vec<(String, bool)>>) -> Result<Entry> {
    let id: Vec<u8> = row.try_get("id")?;
    let parts = parts.remove(&id).context("a publication without parts")?;
    Ok(Entry {
        id: format!("pub_{}", hex::encode(id)),
        account: row.try_get("remote_id")?,
        kind: row.try_get("kind")?,
        state: row.try_get("state")?,
        reason: row.try_get("reason")?,
        parts_done: parts.iter().filter(|(_, live)| *live).count(),
        parts: parts.into_iter().map(|(text, _)| text).collect(),
        open: row.try_get::<i64, _>("open")? == 1,
    })
}
