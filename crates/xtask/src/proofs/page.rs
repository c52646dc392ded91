//! The section of `docs/reliability.md` that is made of the results files.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{PROOFS, Proof};
use crate::{journeys::JOURNEYS, workspace::Workspace};

const PAGE: &str = "docs/reliability.md";
const BEGIN: &str = "<!-- Made by `cargo xtask torture report` of the files in results/: not edited by hand. -->\n";
const END: &str = "<!-- The end of what is made. -->\n";

/// Writes the section anew.
pub fn renew(workspace: &Workspace) -> Result<()> {
    let path = workspace.root.join(PAGE);
    fs::write(&path, fresh(workspace)?).with_context(|| format!("write {}", path.display()))
}

/// Says where the page does not agree with the files.
pub fn stale(workspace: &Workspace) -> Result<Option<String>> {
    let path = workspace.root.join(PAGE);
    let same = read(&path)? == fresh(workspace)?;
    Ok((!same).then(|| format!("{} does not agree with docs/results: cargo xtask torture report", path.display())))
}

/// The page as it has to be.
fn fresh(workspace: &Workspace) -> Result<String> {
    let page = read(&workspace.root.join(PAGE))?;
    let mut parts = Vec::new();
    for proof in PROOFS {
        let file = results(workspace, proof);
        let results = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("read {}", file.display()))?,
            Err(_) => Value::Null,
        };
        parts.push(part(proof, results));
    }
    within(&page, &parts.join("\n"))
}

/// The same with names in the order of the alphabet, whichever order this build of the JSON library keeps them in.
fn in_order(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.into_iter().map(|(name, value)| (name, in_order(value))).collect();
            Value::Object(members.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(in_order).collect()),
        other => other,
    }
}

fn results(workspace: &Workspace, proof: &Proof) -> PathBuf {
    workspace.root.join("docs/results").join(format!("{}.json", proof.name))
}

fn read(path: &Path) -> Result<String> {
    // A checkout on Windows may have other line ends.
    Ok(fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?.replace("\r\n", "\n"))
}

/// The page with another section between the marks.
fn within(page: &str, section: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("the page has no place for the section")?;
    let (_, after) = rest.split_once(END).context("the section has no end")?;
    ensure!(!after.contains(BEGIN), "the page has two places for the section");
    Ok(format!("{before}{BEGIN}\n{section}\n{END}{after}"))
}

/// What one proof has shown.
fn part(proof: &Proof, results: Value) -> String {
    let results = &in_order(results);
    let Proof { name, title, shows, target, .. } = proof;
    let layer = JOURNEYS.iter().find(|journey| journey.target == *target).map_or(*target, |journey| journey.layer);
    let mut text = format!("### {title}\n\n{shows}\n\n");
    let _ = writeln!(text, "`cargo xtask torture {name}`; the short form is the layer `{layer}`.");
    if results.is_null() {
        text.push_str("\nNot run yet.\n");
        return text;
    }
    let sum = &results["sum"];
    let _ = writeln!(
        text,
        "Results: [results/{name}.json](results/{name}.json).\n\n**{} trials, {} complaints.**\n",
        count(&sum["trials"]),
        count(&sum["complaints"])
    );
    table(&mut text, "figure", &flat("", &sum["figures"]));
    let controls: Vec<_> = results["controls"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, shown)| {
            let figures = flat("", &shown["figures"]);
            let words: Vec<_> = figures.iter().map(|(name, figure)| format!("{name} {figure}")).collect();
            (name.clone(), words.join(", "))
        })
        .collect();
    table(&mut text, "control that must be caught", &controls);
    let commits: Vec<_> = results["by_commit"].as_array().into_iter().flatten().map(commit).collect();
    table(&mut text, "core at commit", &commits);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn commit(run: &Value) -> (String, String) {
    let core = run["core"].as_str().unwrap_or_default();
    let name = core.strip_suffix('+').map_or_else(|| core.to_owned(), |core| format!("{core} and changes"));
    let ranges = run["seeds"].as_array().into_iter().flatten();
    let ranges: Vec<_> = ranges.map(|range| format!("{} to {}", range[0], range[1])).collect();
    let (trials, complaints) = (count(&run["trials"]), count(&run["complaints"]));
    let seeds = if ranges.is_empty() { String::new() } else { format!(" (seeds {})", ranges.join(", ")) };
    let mut said = format!("{trials} trials{seeds}, {complaints} complaints");
    for complaint in run["complained"].as_array().into_iter().flatten() {
        let what = complaint["what"].as_str().unwrap_or_default().replace('|', "\\|").replace('\n', " ");
        let _ = write!(said, "<br>seed {}: {what}", complaint["seed"]);
    }
    (name, said)
}

/// A table of two columns; nothing where it would be empty.
fn table(text: &mut String, heading: &str, rows: &[(String, String)]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "| {heading} | |\n|---|---|");
    for (name, value) in rows {
        let _ = writeln!(text, "| {name} | {value} |");
    }
    text.push('\n');
}

/// Every number, with the names that lead to it.
fn flat(before: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(members) => {
            let named = |name: &str| if before.is_empty() { name.to_owned() } else { format!("{before}, {name}") };
            members.iter().flat_map(|(name, value)| flat(&named(&name.replace('_', " ")), value)).collect()
        }
        Value::Null => Vec::new(),
        Value::Number(_) => vec![(before.to_owned(), count(value))],
        other => vec![(before.to_owned(), other.as_str().map_or_else(|| other.to_string(), str::to_owned))],
    }
}

/// A number as people read it: 12,345 or 0.25.
fn count(value: &Value) -> String {
    let Some(number) = value.as_u64() else { return value.as_f64().map_or_else(|| "0".to_owned(), |n| n.to_string()) };
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{BEGIN, END, count, part, within};
    use crate::proofs::PROOFS;

    #[test]
    fn only_what_is_between_the_marks_is_renewed() {
        let page = format!("# Page\n\n{BEGIN}\nold\n\n{END}\nrest\n");
        assert_eq!(within(&page, "new\n").unwrap(), format!("# Page\n\n{BEGIN}\nnew\n\n{END}\nrest\n"));
        assert!(within("# Page\n", "new").is_err());
    }

    #[test]
    fn a_proof_tells_its_sum_its_controls_and_its_complaints() {
        assert!(part(&PROOFS[0], Value::Null).contains("Not run yet."));
        let text = part(
            &PROOFS[0],
            json!({
                "sum": {"trials": 12_345, "complaints": 1, "figures": {"kills": 7, "by_kind": {"a": {"lost": 0}}}},
                "controls": {"break_intent": {"core": "abc", "figures": {"kills": 4, "doubled": 3}}},
                "by_commit": [{"core": "abc+", "seeds": [[1, 4]], "trials": 4, "complaints": 1,
                               "complained": [{"seed": 2, "what": "lost: a|b"}]}],
            }),
        );
        for words in [
            "**12,345 trials, 1 complaints.**",
            "| by kind, a, lost | 0 |",
            "| break_intent | doubled 3, kills 4 |",
            "| abc and changes | 4 trials (seeds 1 to 4), 1 complaints<br>seed 2: lost: a\\|b |",
        ] {
            assert!(text.contains(words), "{words:?} in\n{text}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([json!(7), json!(1_000), json!(1_234_567)].map(|n| count(&n)), ["7", "1,000", "1,234,567"]);
        assert_eq!(count(&json!(0.25)), "0.25");
    }
}
