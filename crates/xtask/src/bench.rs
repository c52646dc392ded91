//! `cargo xtask bench lateness`: how late posts go out, in the optimised form, with a million publications waiting.
//!
//! Owns the section of `docs/performance.md` that is made of `docs/results/lateness.json`. Refuses to measure itself: that
//! is the test target `lateness`, which runs its short form as a layer of `cargo xtask test`. The profile is made once and
//! kept in the target folder; the machine should have nothing else to do, and the load is written beside the figures.
//!
//! ```text
//! cargo xtask bench lateness                    # builds, fills a profile (minutes, 2 GB), measures (about 10 minutes)
//! cargo xtask bench lateness --waiting 10000 --alone 40 --together 200
//! cargo xtask bench report                      # renews the section of docs/performance.md
//! ```

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::workspace::Workspace;

const RESULTS: &str = "docs/results/lateness.json";
const PAGE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- Made by `cargo xtask bench report` of results/lateness.json: not edited by hand. -->\n";
const END: &str = "<!-- The end of what is made. -->\n";
/// What the build and a run may take.
const LIMIT: Duration = Duration::from_hours(2);

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// Measures, and renews the page.
    Lateness,
    /// Renews the page.
    Report,
}

/// Options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub struct Options {
    what: What,
    /// Publications that wait for a later day.
    #[arg(long, default_value_t = 1_000_000)]
    waiting: u32,
    /// Posts that are due one after another.
    #[arg(long, default_value_t = 400)]
    alone: u32,
    /// Posts that are due in the same moment, each on an account of its own.
    #[arg(long, default_value_t = 2_000)]
    together: u32,
    /// Seconds of rest in which wake-ups are counted.
    #[arg(long, default_value_t = 120)]
    rest: u32,
    /// Measures the form that the tests build instead: a few minutes less, and figures that are not kept.
    #[arg(long)]
    unoptimised: bool,
}

/// Measures, or only renews the page; true when nothing was wrong.
pub fn run(options: &Options) -> Result<bool> {
    let workspace = Workspace::load()?;
    if options.what == What::Lateness && !measure(&workspace, options)? {
        return Ok(false);
    }
    let path = workspace.root.join(PAGE);
    fs::write(&path, fresh(&workspace)?).with_context(|| format!("write {}", path.display()))?;
    Ok(true)
}

fn measure(workspace: &Workspace, options: &Options) -> Result<bool> {
    let mut words = vec!["test", "--locked", "--workspace", "--test", "lateness"];
    let kept = if options.unoptimised {
        workspace.target.join("lateness/unoptimised.json")
    } else {
        words.push("--release");
        workspace.root.join(RESULTS)
    };
    let folder = workspace.target.join("lateness").join(format!("{}-{}", options.waiting, options.together));
    fs::create_dir_all(folder.parent().unwrap_or(&folder))?;
    let command = workspace.cargo(&words).env("POSTROOM_BENCH", kept).env("POSTROOM_BENCH_FOLDER", folder);
    let numbers = [
        ("POSTROOM_WAITING", options.waiting),
        ("POSTROOM_ALONE", options.alone),
        ("POSTROOM_TOGETHER", options.together),
        ("POSTROOM_REST_S", options.rest),
    ];
    let command = numbers.into_iter().fold(command, |command, (name, number)| command.env(name, number.to_string()));
    Ok(command.limit(LIMIT).echo(true).run()?.ok)
}

/// Says where the page does not agree with the file.
pub fn stale(workspace: &Workspace) -> Result<Option<String>> {
    let path = workspace.root.join(PAGE);
    let same = read(&path)? == fresh(workspace)?;
    Ok((!same).then(|| format!("{} does not agree with {RESULTS}: cargo xtask bench report", path.display())))
}

/// The page as it has to be.
fn fresh(workspace: &Workspace) -> Result<String> {
    let file: PathBuf = workspace.root.join(RESULTS);
    let results = match fs::read(&file) {
        Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("read {}", file.display()))?,
        Err(_) => Value::Null,
    };
    within(&read(&workspace.root.join(PAGE))?, &table(&results))
}

fn read(path: &Path) -> Result<String> {
    // A checkout on Windows may have other line ends.
    Ok(fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?.replace("\r\n", "\n"))
}

fn within(page: &str, section: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("the page has no place for the section")?;
    let (_, after) = rest.split_once(END).context("the section has no end")?;
    ensure!(!after.contains(BEGIN), "the page has two places for the section");
    Ok(format!("{before}{BEGIN}\n{section}\n{END}{after}"))
}

/// The last run as a table.
fn table(results: &Value) -> String {
    let Some(run) = results["runs"].as_array().and_then(|runs| runs.last()) else {
        return "Not measured yet.\n".to_owned();
    };
    let milliseconds = |pointer: &str| {
        let us = run.pointer(pointer).and_then(Value::as_f64).unwrap_or_default();
        format!("{:.2} ms", us / 1_000.0)
    };
    let mut text = "| late by | median | 99 of 100 | most |\n| --- | --- | --- | --- |\n".to_owned();
    for (name, place) in [("floor", "/alone/floor"), ("due alone", "/alone/late"), ("due together", "/together/late")] {
        let [p50, p99, most] = ["p50_us", "p99_us", "most_us"].map(|figure| milliseconds(&format!("{place}/{figure}")));
        let _ = writeln!(text, "| {name} | {p50} | {p99} | {most} |");
    }
    let word =
        |pointer: &str| run.pointer(pointer).map_or_else(String::new, |value| value.to_string().replace('"', ""));
    let _ = writeln!(
        text,
        "\n{} posts due alone, {} ms apart: **{} times the floor at the median, {} times at 99 of 100**, {} syncs each. {} posts \
         due in one moment on {} accounts: {} syncs each. At rest {} wake-ups an hour. {} publications were waiting. \
         Load before and after: {}; {}. Runs in the file: {}.",
        word("/alone/posts"),
        word("/alone/apart_ms"),
        word("/alone/ratio_p50"),
        word("/alone/ratio_p99"),
        word("/alone/syncs_per_publication"),
        word("/together/posts"),
        word("/together/accounts"),
        word("/together/syncs_per_publication"),
        word("/idle/wake_ups_per_hour"),
        word("/waiting"),
        word("/load_before"),
        word("/load_after"),
        results["runs"].as_array().map_or(0, Vec::len),
    );
    text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{BEGIN, END, table, within};

    #[test]
    fn the_table_tells_of_the_last_run() {
        let run = |p50: u32| json!({"waiting": 5, "alone": {"late": {"p50_us": p50}, "ratio_p50": 1.5}});
        let text = table(&json!({"runs": [run(9_000), run(1_250)]}));
        assert!(text.contains("| due alone | 1.25 ms |") && !text.contains("9.00"), "{text}");
        assert!(text.contains("1.5 times the floor") && text.contains("Runs in the file: 2"), "{text}");
        assert_eq!(table(&Value::Null), "Not measured yet.\n");
    }

    #[test]
    fn only_the_section_changes() {
        let page = format!("# A\n{BEGIN}old\n{END}\nafter\n");
        assert_eq!(within(&page, "new").unwrap(), format!("# A\n{BEGIN}\nnew\n{END}\nafter\n"));
        assert!(within("# A\n", "new").is_err());
    }
}
