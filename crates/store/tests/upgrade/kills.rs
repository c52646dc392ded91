//! An upgrade in a process of its own, ended on the spot: after every statement of every migration, and at steps of
//! SQLite's machine spread over all the rest, the copy and the commits among it.
//!
//! To end it after a statement, one without end is put there; SQLite reports each so many steps of a statement, and only
//! that one ever gets so far.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use sqlx::{Connection, migrate::Migrator};
use store::upgrade;

use crate::ground::{
    Columns, LATER, Outcome, Release, Rows, as_left, before, connect, copy_of, differences, newest, older_copy,
    releases, sound_rows, upgrade_with, with_later,
};

/// The word that makes this program the child.
pub const CHILD: &str = "upgrade-and-die";
/// Most kills in the copy, and most in the migrations, that are spread over steps, for the oldest and the newest release.
const SPREAD: (usize, usize) = (24, 48);
/// The same for those between them, which go through the very same migrations.
const BETWEEN: (usize, usize) = (8, 16);
/// Most kills after the copy where an older one was.
const AFTER: usize = 8;
/// A statement without end.
const ENDLESS: &str = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n;";
/// Steps that only a statement without end takes.
const MANY: usize = 200_000;

/// What an undisturbed upgrade passes through: all steps, and those up to the copy.
struct Length {
    steps: usize,
    copied: usize,
}

/// A moment to end the upgrade at.
struct Kill {
    what: String,
    migrations: PathBuf,
    /// Steps of one statement between two reports.
    each: usize,
    /// The report that is the last; none where it is 0.
    last: usize,
}

/// The child: upgrades `file` and ends itself at a report; where it is not to end, it tells of each.
pub fn child(args: &[String]) -> ExitCode {
    let [file, migrations, each, last] = args else { return ExitCode::from(2) };
    let file = Path::new(file);
    let run = async {
        let migrator = Migrator::new(Path::new(migrations)).await?;
        let mut conn = connect(file).await?;
        let (last, folder) = (last.parse::<usize>()?, file.parent().map(Path::to_owned).unwrap_or_default());
        let (mut now, mut copied) = (0, 0);
        let report = move || {
            now += 1;
            if now == last {
                std::process::abort();
            }
            if last == 0 {
                copied += usize::from(!has_copy(&folder));
                println!("{now} {copied}");
            }
            true
        };
        conn.lock_handle().await?.set_progress_handler(each.parse()?, report);
        upgrade::upgrade(&mut conn, file, &migrator).await?;
        conn.close().await?;
        Outcome::Ok(())
    };
    match crate::block_on(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn has_copy(folder: &Path) -> bool {
    let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().ends_with(".db") && entry.file_name() != "postroom.db")
}

fn start(file: &Path, kill: &Kill) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(CHILD).arg(file).arg(&kill.migrations).arg(kill.each.to_string()).arg(kill.last.to_string());
    command.stdin(Stdio::null());
    Ok(command)
}

fn measure(release: &Release, migrations: &Path) -> Outcome<Length> {
    let (_home, file) = copy_of(release)?;
    let all = Kill { what: String::new(), migrations: migrations.to_owned(), each: 1, last: 0 };
    let output = start(&file, &all)?.output()?;
    let printed = String::from_utf8(output.stdout)?;
    let last = printed.lines().last().and_then(|line| line.split_once(' '));
    let (steps, copied) = last.ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    Ok(Length { steps: steps.parse()?, copied: copied.parse()? })
}

/// At most `most` numbers from `from` to `to`, evenly spread, both ends among them.
fn spread(from: usize, to: usize, most: usize) -> Vec<usize> {
    let all = to.saturating_sub(from) + 1;
    if all <= most { (from..=to).collect() } else { (0..most).map(|n| from + n * (all - 1) / (most - 1)).collect() }
}

/// Before the first statement and after each one of every migration that the release has not had.
fn at_statements(release: &Release, migrations: &Path, home: &Path) -> Outcome<Vec<Kill>> {
    let mut kills = Vec::new();
    for entry in fs::read_dir(migrations)? {
        let file = entry?.path();
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let version: i64 = name.split('_').next().unwrap_or_default().parse()?;
        if version <= release.version {
            continue;
        }
        let text = fs::read_to_string(&file)?;
        let ends = text.match_indices(";\n").map(|(at, end)| at + end.len()).filter(|end| !in_trigger(&text, *end));
        for (number, end) in std::iter::once(0).chain(ends).enumerate() {
            let folder = home.join(format!("{:04}-{version}-{number}", release.version));
            fs::create_dir(&folder)?;
            for other in fs::read_dir(migrations)? {
                let other = other?.path();
                fs::copy(&other, folder.join(other.file_name().unwrap_or_default()))?;
            }
            let (head, tail) = text.split_at(end);
            fs::write(folder.join(&name), format!("{head}{ENDLESS}\n{tail}"))?;
            let what = format!("statement {number} of {name}");
            kills.push(Kill { what, migrations: folder, each: MANY, last: 1 });
        }
    }
    Ok(kills)
}

/// Whether a place lies between the `BEGIN` and the `END` of a trigger: what stands there is not run by the migration.
fn in_trigger(text: &str, place: usize) -> bool {
    let head = text.get(..place).unwrap_or_default();
    head.matches(" BEGIN\n").count() > head.matches("\nEND;\n").count()
}

fn at_steps(length: &Length, (copy, after): (usize, usize), migrations: &Path) -> Vec<Kill> {
    let steps = [spread(1, length.copied, copy), spread(length.copied + 1, length.steps, after)].concat();
    let kill = |step| Kill { what: format!("step {step}"), migrations: migrations.to_owned(), each: 1, last: step };
    steps.into_iter().map(kill).collect()
}

/// Kills an upgrade of every release's database at each of these moments: what is then there opens, nothing is lost, and
/// the next start finishes the work.
pub async fn campaign() -> Outcome {
    let home = tempfile::tempdir()?;
    let migrations = with_later(home.path(), LATER).await?;
    let releases = releases()?;
    for (age, release) in releases.iter().enumerate() {
        let length = measure(release, &migrations)?;
        let mut kills = at_statements(release, &migrations, home.path())?;
        let statements = kills.len();
        let between = age > 0 && age + 1 < releases.len();
        kills.extend(at_steps(&length, if between { BETWEEN } else { SPREAD }, &migrations));
        let (mut copied, mut old) = (0, 0);
        let (columns, left) = as_left(release).await?;
        for kill in &kills {
            let (_home, file) = copy_of(release)?;
            let found = one(kill, &file, release, (&columns, &left), &migrations).await;
            let found = found.map_err(|error| format!("{:04}, {}: {error}", release.version, kill.what))?;
            copied += usize::from(found.copied);
            old += usize::from(found.version == release.version);
        }
        let all = kills.len();
        eprintln!(
            "upgrade: {:04} to {:04} and one more: {all} kills ({statements} at statements), {copied} after the copy, \
             {old} before anything was committed, {} of {} steps in the copy",
            release.version,
            newest(),
            length.copied,
            length.steps
        );
        if copied == 0 || copied == all || old == 0 || old == all {
            return Err("the kills fell on one side only".into());
        }
    }
    Ok(())
}

/// Kills upgrades where a copy of long ago lies: what bears the name is that one or the new one, whole, and after the next
/// start the new one.
pub async fn over_an_older_copy() -> Outcome {
    let home = tempfile::tempdir()?;
    let migrations = with_later(home.path(), LATER).await?;
    for release in releases()? {
        let length = measure(&release, &migrations)?;
        let (columns, left) = as_left(&release).await?;
        let steps = [spread(1, length.copied, BETWEEN.0), spread(length.copied + 1, length.steps, AFTER)].concat();
        let (mut older, all) = (0, steps.len());
        for step in steps {
            let kill = Kill { what: format!("step {step}"), migrations: migrations.clone(), each: 1, last: step };
            let (_home, file) = copy_of(&release)?;
            older_copy(&file, &release).await?;
            let copy = before(&file, &release);
            ended(&kill, &file)?;
            older += usize::from(is_older(&left, &copy, &columns).await?);
            same(&left, &file, &columns).await?;
            upgrade_with(&file, &Migrator::new(migrations.as_path()).await?).await?;
            if is_older(&left, &copy, &columns).await? || copy.with_extension("partial").exists() {
                return Err(format!("{:04}, {}: not the new copy", release.version, kill.what).into());
            }
        }
        eprintln!("upgrade: {:04}: {all} kills over an older copy, which {older} left", release.version);
        if older == 0 || older == all {
            return Err("the kills fell on one side only".into());
        }
    }
    Ok(())
}

/// Whether a copy is the one of long ago; it is an error if it is neither that one nor the new one.
async fn is_older(left: &Rows, copy: &Path, columns: &Columns) -> Outcome<bool> {
    let found = sound_rows(copy, columns).await?;
    let differences = differences(left, &found);
    let more = found.get("setting").is_some_and(|rows| rows.iter().any(|row| row.contains("of_long_ago")));
    match differences.as_slice() {
        [] => Ok(false),
        [one] if more && one.starts_with("setting") => Ok(true),
        _ => Err(format!("neither the older copy nor the new one: {differences:?}").into()),
    }
}

/// What a kill left.
struct Left {
    copied: bool,
    version: i64,
}

/// Upgrades in a child until it is killed.
fn ended(kill: &Kill, file: &Path) -> Outcome {
    let ended = start(file, kill)?.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if ended.code().is_some() { Err(format!("the child ended by itself: {ended}").into()) } else { Ok(()) }
}

async fn one(
    kill: &Kill,
    file: &Path,
    release: &Release,
    (columns, left): (&Columns, &Rows),
    migrations: &Path,
) -> Outcome<Left> {
    let copy = before(file, release);
    ended(kill, file)?;
    let found = Left { copied: copy.exists(), version: version(file).await? };
    // A copy that bears its name is whole, whenever the kill came.
    for place in [Some(file), found.copied.then_some(copy.as_path())].into_iter().flatten() {
        same(left, place, columns).await?;
    }
    upgrade_with(file, &Migrator::new(migrations).await?).await?;
    same(left, file, columns).await?;
    same(left, &copy, columns).await?;
    match (version(file).await?, copy.with_extension("partial").exists()) {
        (9001, false) => Ok(found),
        (version, partial) => Err(format!("the next start ended at {version}, partial {partial}").into()),
    }
}

async fn same(left: &Rows, file: &Path, columns: &Columns) -> Outcome {
    let lost = differences(left, &sound_rows(file, columns).await?);
    if lost.is_empty() { Ok(()) } else { Err(format!("{}: {lost:?}", file.display()).into()) }
}

async fn version(file: &Path) -> Outcome<i64> {
    let mut conn = connect(file).await?;
    let version = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut conn).await?;
    conn.close().await?;
    Ok(version)
}
