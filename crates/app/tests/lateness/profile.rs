//! A profile with accounts, and with as many publications that wait for a later day as wanted. Accounts and one post are
//! made by the app itself; the many are copies of that one, row by row, made by SQL.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, ensure};
use app::{
    App, Options, PracticeProgram, VaultChoice,
    clockwork::system_timer,
    compose::{Draft, When},
    desktop::Headless,
    pictures::PictureProgram,
    system::{SystemClock, SystemRandom},
};
use domain::{
    AccountId, Secret, UtcMs,
    ports::{Clock, Notice, Notifier},
    post::{Content, Part},
};
use sqlx::{Connection, Row, SqliteConnection};

use crate::{Plan, measure::now};

/// The copies are due from a month ahead on, a second apart.
const LATER_MS: i64 = 30 * 86_400_000;
/// Accounts that the copies are spread over.
const OWNERS: i64 = 50;

struct Silent;

impl Notifier for Silent {
    fn notify(&self, _: &Notice) {}
}

pub fn options(folder: &Path) -> Options {
    Options {
        folder: folder.join("profile"),
        state_folder: folder.join("state"),
        vault: VaultChoice::Environment(Secret::from("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")),
        interactive: false,
        desktop: std::sync::Arc::new(Headless),
        notifier: std::sync::Arc::new(Silent),
        practice: PracticeProgram { program: PathBuf::from("/nonexistent"), args: Vec::new() },
        pictures: PictureProgram { program: PathBuf::from("/nonexistent") },
        clock: std::sync::Arc::new(SystemClock::default()),
        random: std::sync::Arc::new(SystemRandom),
        timer: system_timer(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "so `map_err` takes it by name")]
pub fn said(error: app::Error) -> anyhow::Error {
    anyhow!("{error} {}", error.details)
}

pub fn draft(text: &str, account: AccountId) -> Draft {
    let part = Part { text: text.to_owned(), ..Part::default() };
    let content = Content { parts: vec![part], language: "en".to_owned(), ..Content::default() };
    Draft { content, variants: Vec::new(), accounts: vec![account] }
}

pub async fn open(folder: &Path) -> Result<SqliteConnection> {
    let file = folder.join("profile/postroom.db");
    Ok(SqliteConnection::connect(&format!("sqlite://{}", file.display())).await?)
}

/// Returns when what was just written has been looked at ahead of its time, which is no part of publishing it; fails at
/// `end`.
pub async fn looked_ahead(folder: &Path, end: UtcMs) -> Result<()> {
    const EVERY: Duration = Duration::from_millis(50);
    let mut database = open(folder).await?;
    let look = "SELECT count(*) FROM job WHERE kind = 'look' AND (state = 'running'
                OR state IN ('scheduled', 'available', 'retryable') AND run_at <= ?1)";
    while sqlx::query_scalar::<_, i64>(look).bind(now().as_millis()).fetch_one(&mut database).await? > 0 {
        ensure!(now() < end, "looking ahead took too long");
        tokio::time::sleep(EVERY).await;
    }
    // The last of them is seen by others a moment before its sync is counted.
    tokio::time::sleep(EVERY).await;
    Ok(())
}

/// Makes it, where the folder does not hold one with as much in it. One that is kept serves for 30 days.
pub async fn ready(folder: &Path, plan: Plan) -> Result<()> {
    let made = folder.join("made.json");
    let wanted = format!("[{},{}]", plan.waiting, plan.together);
    if std::fs::read_to_string(&made).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder.join("profile/practice"))?;
    let mut config = practice::Config::new(folder.join("profile/practice"));
    config.limits.access_token_life_s = 30 * 86_400;
    config.limits.max_accounts = plan.together + 1;
    let network = practice::bind(config).await?.spawn();
    let app = App::open(options(folder)).await.map_err(said)?;
    let mut first = None;
    for number in 0..plan.together {
        let id = app.link_practice("a", Some(&format!("Account {number}"))).await.map_err(said)?;
        first.get_or_insert(id);
    }
    let later = SystemClock::default().now().plus_ms(LATER_MS);
    let one = draft(
        "A post that waits for a later day, as long as most are: two sentences, and a word more.",
        first.context("no account")?,
    );
    app.create_post(one, Some(When::Instant(later, "UTC".to_owned()))).await.map_err(said)?;
    app.change_settings(|settings| settings.spacing_s = 0).await.map_err(said)?;
    app.close().await;
    drop(app);
    network.stop().await?;
    copy(folder, plan.waiting).await?;
    std::fs::write(made, wanted)?;
    Ok(())
}

/// Makes the one publication many.
async fn copy(folder: &Path, count: usize) -> Result<()> {
    let mut conn = open(folder).await?;
    sqlx::query("PRAGMA synchronous = OFF").execute(&mut conn).await?;
    sqlx::query("CREATE TEMP TABLE owner AS SELECT row_number() OVER () - 1 AS place, id FROM account LIMIT ?1")
        .bind(OWNERS)
        .execute(&mut conn)
        .await?;
    sqlx::query(
        "CREATE TEMP TABLE copy AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         SELECT i, unhex(printf('01990000000070008%015x', i)) AS post, unhex(printf('019a0000000070008%015x', i)) AS pub,
             unhex(printf('019b0000000070008%015x', i)) AS job, (SELECT id FROM owner WHERE place = i % (SELECT count(*) FROM owner)) AS account
         FROM n",
    )
    .bind(i64::try_from(count)?)
    .execute(&mut conn)
    .await?;
    let (at, run_at) = ("t.at + copy.i * 1000", "t.run_at + copy.i * 1000");
    let publication =
        [("id", "copy.pub"), ("post", "copy.post"), ("account", "copy.account"), ("at", at), ("next_at", at)];
    let job = [("id", "copy.job"), ("key", "'pub_' || lower(hex(copy.pub))"), ("run_at", run_at)];
    for (table, own) in [
        ("post", &[("id", "copy.post"), ("at", at)][..]),
        ("publication", &publication[..]),
        ("part", &[("publication", "copy.pub")][..]),
        ("job", &job[..]),
    ] {
        let columns: Vec<String> = sqlx::query("SELECT name FROM pragma_table_info(?1)")
            .bind(table)
            .fetch_all(&mut conn)
            .await?
            .iter()
            .map(|row| row.get(0))
            .collect();
        let value = |column: &String| {
            let own = own.iter().find(|(name, _)| name == column);
            own.map_or_else(|| format!("t.{column}"), |(_, value)| (*value).to_owned())
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        let insert = format!(
            "INSERT INTO {table} ({}) SELECT {} FROM (SELECT * FROM {table} LIMIT 1) AS t, copy",
            columns.join(", "),
            values.join(", ")
        );
        sqlx::query(sqlx::AssertSqlSafe(insert)).execute(&mut conn).await.context(table)?;
    }
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}

/// Lets every account live on another server.
pub async fn point_at(folder: &Path, url: &str) -> Result<()> {
    let mut conn = open(folder).await?;
    let sql = "UPDATE account SET endpoints = json_set(endpoints, '$.urls.api', ?1)";
    sqlx::query(sql).bind(url).execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}
