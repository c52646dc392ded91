//! `cargo xtask gen`: the committed files that code generates.
//!
//! `.sqlx` holds what the compile-checked queries learnt from a database built of `migrations/`; `generated.ts` the
//! wire types as TypeScript; `licences.json` the licences of what is in the program; the pages of `docs/guides` on platforms
//! that accounts are only linked with are made of their folders. All are compared with a fresh generation by the layer
//! `generated`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result, ensure};

use crate::{guides, licences, workspace::Workspace};

/// Where the queries' descriptions are committed.
pub const QUERIES: &str = ".sqlx";
/// Where the wire types are committed.
pub const TYPESCRIPT: &str = "ui/src/ipc/generated.ts";
/// The crates whose queries are checked while compiling.
const CHECKED: [&str; 2] = ["store", "queue"];

/// Renews all of them in the tree.
pub fn run() -> Result<bool> {
    let workspace = Workspace::load()?;
    let queries = workspace.root.join(QUERIES);
    if queries.exists() {
        fs::remove_dir_all(&queries)?;
    }
    self::queries(&workspace, &queries)?;
    typescript(&workspace, &workspace.root.join(TYPESCRIPT))?;
    guides::write(&workspace, &workspace.root.join(guides::FOLDER))?;
    licences()
}

/// Renews the list of licences.
pub fn licences() -> Result<bool> {
    let workspace = Workspace::load()?;
    licences::write(&workspace, &workspace.root.join(licences::FILE))?;
    Ok(true)
}

/// Writes one file per query into `into`, which must not hold older ones.
pub fn queries(workspace: &Workspace, into: &Path) -> Result<()> {
    fs::create_dir_all(into)?;
    let database = workspace.target.join("xtask/prepare.db");
    build_database(workspace, &database)?;
    let sources: Vec<PathBuf> = CHECKED
        .iter()
        .filter_map(|name| workspace.package(name))
        .map(|package| package.dir.join("src/lib.rs"))
        .collect();
    // The macros write only while they are expanded, so the crates must look changed to cargo; afterwards they must
    // not, or the tests would build them once more.
    let before: Vec<_> = sources.iter().map(|path| touch(path)).collect::<Result<_>>()?;
    let mut command = workspace.cargo(&["check", "--all-targets"]);
    for name in CHECKED {
        command = command.args(["-p", name]);
    }
    let outcome = command
        .env("DATABASE_URL", format!("sqlite://{}", database.display()))
        .env("SQLX_OFFLINE_DIR", into)
        .env("SQLX_OFFLINE", "false")
        .run();
    for (path, time) in sources.iter().zip(before) {
        File::options().write(true).open(path)?.set_modified(time)?;
    }
    let outcome = outcome?;
    ensure!(outcome.ok, "checking the queries failed:\n{}", outcome.text);
    Ok(())
}

fn touch(path: &Path) -> Result<SystemTime> {
    let file = File::options().write(true).open(path).with_context(|| format!("open {}", path.display()))?;
    let before = file.metadata()?.modified()?;
    #[expect(clippy::disallowed_methods, reason = "a file's time on disk is the system's")]
    file.set_modified(SystemTime::now())?;
    Ok(before)
}

/// A database with every migration applied, in a process of its own that has the SQL code in it.
fn build_database(workspace: &Workspace, database: &Path) -> Result<()> {
    let build = workspace.cargo(&["build", "--quiet", "--workspace", "--bin", "xtask", "--features", "xtask/gen"]);
    let outcome = build.run()?;
    ensure!(outcome.ok, "building what makes a database from the migrations failed:\n{}", outcome.text);
    let outcome =
        workspace.cmd(&workspace.program("xtask").to_string_lossy()).args(["build-database"]).args([database]).run()?;
    ensure!(outcome.ok, "building a database from the migrations failed:\n{}", outcome.text);
    Ok(())
}

/// Writes the wire types to `into`.
pub fn typescript(workspace: &Workspace, into: &Path) -> Result<()> {
    let outcome = workspace.cargo(&["build", "--quiet", "--locked", "--workspace", "--example", "export"]).run()?;
    ensure!(outcome.ok, "building the export of the wire types failed:\n{}", outcome.text);
    let outcome = workspace.cmd(&workspace.program("examples/export").to_string_lossy()).args([into]).run()?;
    ensure!(outcome.ok, "exporting the wire types failed:\n{}", outcome.text);
    ensure!(into.is_file(), "the export ended well but wrote no {}", into.display());
    Ok(())
}

/// The hidden task `build-database`, compiled only with the feature `gen`.
#[cfg(feature = "gen")]
pub fn migrate(database: &Path) -> Result<bool> {
    use sqlx::{Connection, SqliteConnection, migrate::Migrator, sqlite::SqliteConnectOptions};
    let workspace = Workspace::load()?;
    for ending in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{ending}", database.display()));
        if file.exists() {
            fs::remove_file(file)?;
        }
    }
    if let Some(dir) = database.parent() {
        fs::create_dir_all(dir)?;
    }
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let options = SqliteConnectOptions::new().filename(database).create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        Migrator::new(workspace.root.join("migrations")).await?.run(&mut connection).await?;
        connection.close().await?;
        Ok(true)
    })
}

/// Without the feature there is no SQL code here.
#[cfg(not(feature = "gen"))]
pub fn migrate(_: &Path) -> Result<bool> {
    anyhow::bail!("this task needs `--features gen`; `cargo xtask gen` does it by itself")
}
