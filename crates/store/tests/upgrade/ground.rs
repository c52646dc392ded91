//! The populated databases of each release, copies of them to work on, and what is in their rows.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sqlx::{AssertSqlSafe, Connection, SqliteConnection, migrate::Migrator};
use store::{pool, upgrade};
use tempfile::TempDir;

/// What a test of this program says when it stops.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A migration of no release: it adds, widens, moves a table's rows to another form, and fills in.
pub const LATER: &str = "
CREATE TABLE shelf (id BLOB PRIMARY KEY, name TEXT NOT NULL DEFAULT '') STRICT;
ALTER TABLE post ADD COLUMN shelf BLOB REFERENCES shelf (id);
CREATE TABLE notice_next (
    id BLOB PRIMARY KEY, code TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, publication BLOB, account BLOB,
    at INTEGER NOT NULL, read INTEGER NOT NULL DEFAULT 0 CHECK (read IN (0, 1, 2)), answer TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO notice_next (id, code, title, body, publication, account, at, read)
    SELECT id, code, title, body, publication, account, at, read FROM notice;
DROP TABLE notice;
ALTER TABLE notice_next RENAME TO notice;
CREATE INDEX notice_at ON notice (at);
INSERT INTO shelf (id, name) SELECT id, handle FROM account;
UPDATE post SET shelf = (SELECT id FROM shelf LIMIT 1);
";

/// The columns of every table, by table.
pub type Columns = BTreeMap<String, Vec<String>>;
/// Every row of every table as text, sorted.
pub type Rows = BTreeMap<String, Vec<String>>;

/// A release's populated database: its newest migration, and the file.
pub struct Release {
    pub version: i64,
    pub file: PathBuf,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All that are kept, the oldest first.
pub fn releases() -> Outcome<Vec<Release>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(repository().join("tests/databases"))? {
        let folder = entry?.path();
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        found.push(Release { version: name.parse()?, file: folder.join("profile/postroom.db") });
    }
    found.sort_by_key(|release| release.version);
    if found.is_empty() { Err("no database of any release is kept".into()) } else { Ok(found) }
}

/// The numbers of the migrations in a folder of which no database is kept.
pub async fn unkept(migrations: &Path) -> Outcome<Vec<i64>> {
    let kept: Vec<i64> = releases()?.iter().map(|release| release.version).collect();
    let all = Migrator::new(migrations).await?;
    Ok(all.iter().map(|migration| migration.version).filter(|version| !kept.contains(version)).collect())
}

/// The migrations as they are.
pub fn migrations() -> PathBuf {
    repository().join("migrations")
}

/// The newest migration of the programs as they are.
pub fn newest() -> i64 {
    upgrade::MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The migrations as they are, and one more of this text, in a folder below `home`.
pub async fn with_later(home: &Path, sql: &str) -> Outcome<PathBuf> {
    let folder = home.join("migrations");
    fs::create_dir(&folder)?;
    for entry in fs::read_dir(migrations())? {
        let file = entry?.path();
        fs::copy(&file, folder.join(file.file_name().unwrap_or_default()))?;
    }
    fs::write(folder.join("9001_later.sql"), sql)?;
    Migrator::new(folder.as_path()).await?;
    Ok(folder)
}

/// A folder with a copy of a release's database.
pub fn copy_of(release: &Release) -> Outcome<(TempDir, PathBuf)> {
    let home = tempfile::tempdir()?;
    let file = home.path().join("postroom.db");
    fs::copy(&release.file, &file)?;
    Ok((home, file))
}

/// The copy made before the upgrade of a release's database.
pub fn before(file: &Path, release: &Release) -> PathBuf {
    file.with_extension(format!("before-{}.db", release.version))
}

/// Puts a copy of long ago, which has one setting more, where the next upgrade puts its own.
pub async fn older_copy(file: &Path, release: &Release) -> Outcome {
    let copy = before(file, release);
    fs::copy(&release.file, &copy)?;
    let mut conn = connect(&copy).await?;
    sqlx::query("INSERT INTO setting (name, value) VALUES ('of_long_ago', 'true')").execute(&mut conn).await?;
    Ok(conn.close().await?)
}

/// Opens a file as the programs do.
pub async fn connect(file: &Path) -> Outcome<SqliteConnection> {
    Ok(SqliteConnection::connect_with(&pool::options(file)).await?)
}

/// Opens, brings up to date and closes.
pub async fn upgrade_with(file: &Path, migrations: &Migrator) -> Outcome {
    let mut conn = connect(file).await?;
    let done = upgrade::upgrade(&mut conn, file, migrations).await;
    conn.close().await?;
    Ok(done?)
}

/// The tables of a database and their columns; sqlx's own table is not ours to keep.
pub async fn columns(conn: &mut SqliteConnection) -> Outcome<Columns> {
    let pairs: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_sqlx_migrations'",
    )
    .fetch_all(conn)
    .await?;
    let mut found = Columns::new();
    for (table, column) in pairs {
        found.entry(table).or_default().push(column);
    }
    Ok(found)
}

/// Every row, as far as these columns go.
pub async fn rows(conn: &mut SqliteConnection, columns: &Columns) -> Outcome<Rows> {
    let mut found = Rows::new();
    for (table, columns) in columns {
        let line = columns.iter().map(|column| format!("quote({column})")).collect::<Vec<_>>().join(" || '|' || ");
        let sql = format!("SELECT {line} AS line FROM {table} ORDER BY line");
        let lines = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *conn).await?;
        found.insert(table.clone(), lines);
    }
    Ok(found)
}

/// What a database holds, as far as these columns go; its pages are sound.
pub async fn sound_rows(file: &Path, columns: &Columns) -> Outcome<Rows> {
    let mut conn = connect(file).await?;
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut conn).await?;
    let strays: Vec<(String,)> =
        sqlx::query_as("SELECT \"table\" FROM pragma_foreign_key_check").fetch_all(&mut conn).await?;
    if verdict != "ok" || !strays.is_empty() {
        return Err(format!("{}: {verdict} {strays:?}", file.display()).into());
    }
    let found = rows(&mut conn, columns).await?;
    conn.close().await?;
    Ok(found)
}

/// The columns and rows of a release's database as it was left.
pub async fn as_left(release: &Release) -> Outcome<(Columns, Rows)> {
    let (_home, file) = copy_of(release)?;
    let mut conn = connect(&file).await?;
    let columns = columns(&mut conn).await?;
    let rows = rows(&mut conn, &columns).await?;
    conn.close().await?;
    Ok((columns, rows))
}

/// Names the tables whose rows differ; none is what every test hopes for.
pub fn differences(left: &Rows, right: &Rows) -> Vec<String> {
    let count = |rows: &Rows, table: &str| rows.get(table).map_or(0, Vec::len);
    let differs = |table: &&String| left.get(*table) != right.get(*table);
    let tables = left.keys().filter(differs);
    tables.map(|table| format!("{table}: {} rows, then {}", count(left, table), count(right, table))).collect()
}
