//! Profiles that earlier releases left, opened by the `postroomctl` of today: everything it said of them it says again.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use journeys::{
    ctl::{Ctl, list, text},
    root,
};
use serde_json::{Value, json};

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The folders of `tests/databases`, made by `cargo run -p journeys --example populate`.
fn releases() -> Result<Vec<PathBuf>> {
    let mut found: Vec<_> =
        fs::read_dir(root().join("tests/databases"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    found.sort();
    ensure!(!found.is_empty(), "no profile of any release is kept");
    Ok(found)
}

/// A copy of a release's profile, and of what lies outside it.
fn copy(release: &Path, home: &Path) -> Result<Ctl> {
    for part in ["profile", "state"] {
        let copied = Command::new("cp").arg("-R").arg(release.join(part)).arg(home).status()?;
        ensure!(copied.success(), "{} could not be copied", release.display());
    }
    Ok(Ctl::new(home)?.with_key(&fs::read_to_string(release.join("vault.key"))?))
}

/// Where what is said now lacks something that was said then, or says it otherwise. More may be said.
fn changed(then: &Value, now: &Value, place: &str, found: &mut Vec<String>) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (name, value) in then {
                changed(value, now.get(name).unwrap_or(&Value::Null), &format!("{place}/{name}"), found);
            }
        }
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            for (number, (then, now)) in then.iter().zip(now).enumerate() {
                changed(then, now, &format!("{place}/{number}"), found);
            }
        }
        (then, now) if then == now => {}
        (then, now) => found.push(format!("{place}: {then}, now {now}")),
    }
}

fn count(shown: &Value, what: &str) -> Result<usize> {
    Ok(list(shown, &format!("/{what}"))?.len())
}

#[test]
fn every_release_is_shown_as_it_was() -> Result<()> {
    for release in releases()? {
        let home = tempfile::Builder::new().prefix("pu").tempdir()?;
        let ctl = copy(&release, home.path())?;
        let then: Value = serde_json::from_slice(&fs::read(release.join("shown.json"))?)?;
        let mut publications = Vec::new();
        for shown in list(&then, "/publications")? {
            publications.push(ctl.publication(&text(shown, "/publication/id")?)?);
        }
        let now = json!({
            "accounts": ctl.json(&["accounts", "list"])?,
            "posts": ctl.json(&["posts", "list"])?,
            "publications": publications,
            "media": ctl.json(&["media", "list"])?,
        });
        let mut found = Vec::new();
        changed(&then, &now, "", &mut found);
        ensure!(found.is_empty(), "{}: {found:#?}", release.display());

        // The control: one line of a journal less, and it is seen.
        let mut less = now;
        let journal = less.pointer_mut("/publications/0/journal").and_then(Value::as_array_mut).context("a journal")?;
        journal.pop().context("an empty journal")?;
        changed(&then, &less, "", &mut found);
        ensure!(found.len() == 1, "{found:#?}");

        // What it holds can still be worked with: the secrets open, the queue goes on.
        ensure!(!ctl.json(&["queue", "status"])?["paused"].as_bool().unwrap_or(true), "it is taken for a copy");
        say(&format!(
            "upgrade: release {}: {} accounts, {} posts, {} publications with journals, all as they were",
            release.file_name().and_then(|name| name.to_str()).unwrap_or_default(),
            count(&then, "accounts")?,
            count(&then, "posts")?,
            count(&then, "publications")?,
        ));
    }
    Ok(())
}
