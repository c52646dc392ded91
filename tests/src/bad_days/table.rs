//! The rows as a document, and the document as it is committed.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::PoisonError,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{CASES, Day, ROWS, Said};
use crate::command::{environment, root};

const HEAD: &str = "# Bad days\n\n\
    Written by the layer `bad-days` from what its tests saw; renew it with\n\
    `POSTROOM_RENEW=1 cargo xtask test --only bad-days`. The command line's column is exit code and code, or the state\n\
    that a later look shows. The window's words are read off the window, or made by its own tables of what Rust sent it.\n\n\
    | case | the window says | command line | afterwards | nothing lost: compared |\n\
    |---|---|---|---|---|\n";

/// Compares the rows of this run with the committed document; writes it instead where `POSTROOM_RENEW` is set.
/// Fails for every case without a row.
pub fn compare() -> Result<()> {
    let rows = ROWS.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let missing: Vec<_> = CASES.iter().map(|case| case.id).filter(|id| !rows.contains_key(id)).collect();
    let days: Vec<&Day> = CASES.iter().filter_map(|case| rows.get(case.id)).collect();
    let fresh = render(&days, &words(&days)?);
    let renew = environment("POSTROOM_RENEW").is_some();
    if renew {
        fs::write(path(), &fresh)?;
    }
    ensure!(missing.is_empty(), "cases that no test met: {}", missing.join(", "));
    let kept = fs::read_to_string(path()).unwrap_or_default();
    let differing: Vec<_> = fresh.lines().filter(|line| !kept.lines().any(|known| known == *line)).collect();
    ensure!(
        kept == fresh,
        "docs/bad-days.md is not what was seen (POSTROOM_RENEW=1 writes it); new lines:\n{}",
        differing.join("\n")
    );
    Ok(())
}

fn path() -> PathBuf {
    root().join("docs/bad-days.md")
}

/// What the window says on each day, in order.
fn words(days: &[&Day]) -> Result<Vec<Vec<Vec<String>>>> {
    let asked: Vec<Value> = (days.iter().flat_map(|day| &day.window))
        .filter_map(|said| match said {
            Said::Seen(_) => None,
            Said::Value(kind, value) => Some(json!({"kind": kind, "value": value})),
        })
        .collect();
    let mut answered = ask_the_window(&asked)?.into_iter();
    let mut of = |said: &Said| match said {
        Said::Seen(sentences) => Some(sentences.clone()),
        Said::Value(..) => answered.next(),
    };
    days.iter()
        .map(|day| day.window.iter().map(&mut of).collect::<Option<_>>().context("the tables said too little"))
        .collect()
}

/// The sentences that the window's own tables make of what Rust sent.
fn ask_the_window(asked: &[Value]) -> Result<Vec<Vec<String>>> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let mut node = Command::new("node");
    node.arg("tests/said.mjs").current_dir(root()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut node = node.spawn().context("start node")?;
    node.stdin.take().context("no input")?.write_all(&serde_json::to_vec(asked)?)?;
    let output = node.wait_with_output()?;
    ensure!(output.status.success(), "the window's tables could not be asked: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn render(days: &[&Day], words: &[Vec<Vec<String>>]) -> String {
    let rows = days.iter().zip(words).map(|(day, words)| {
        let mut window: Vec<String> = Vec::new();
        for said in words.iter().map(|sentences| spoken(sentences)) {
            // What is said again of another server is no news.
            if !window.contains(&said) {
                window.push(said);
            }
        }
        let cells = [day.case.title, &window.join("<br>"), &day.ctl.join("<br>"), &day.after, &day.nothing_lost];
        format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|").replace('\n', " ")).join(" | "))
    });
    HEAD.chars().chain(rows.collect::<String>().chars()).collect()
}

/// The first sentence is a title.
fn spoken(sentences: &[String]) -> String {
    match sentences.split_first() {
        Some((title, rest)) if !rest.is_empty() => format!("**{title}** {}", rest.join(" ")),
        _ => sentences.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::{render, spoken};
    use crate::bad_days::Day;

    #[test]
    fn a_row_is_one_line_whatever_is_in_it() {
        let mut day = Day::of("disk_full").unwrap();
        day.after("a | b\nc").nothing_lost("all");
        let text = render(&[&day], &[vec![vec!["Title".to_owned(), "Body.".to_owned()], vec!["Seen.".to_owned()]]]);
        let row = text.lines().last().unwrap();
        assert_eq!(row, "| The disk is full | **Title** Body.<br>Seen. |  | a \\| b c | all |");
    }

    #[test]
    fn one_sentence_is_no_title() {
        assert_eq!(spoken(&["Seen.".to_owned()]), "Seen.");
    }
}
