//! What a proof has shown so far: `docs/results/NAME.json`, by commit of the core crates.
//!
//! Owns the seeds that were run, the summed figures, and every complaint with its seed. A file is written whole and put
//! in its place in one step, so a run that is interrupted keeps what is done. Refuses to know what a figure means: numbers
//! are added, except where a name ends in `_max` or `_min`. Stands alone, so that a test of another crate can take it in
//! by its path.
//!
//! ```no_run
//! # use serde_json::json;
//! # fn example() -> anyhow::Result<()> {
//! let mut results = journeys::results::Results::open("kills")?;
//! let seed = results.next_seed();
//! results.add(seed, &json!({"kills": 3}), &[]);
//! results.save()
//! # }
//! ```

use std::{
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

/// What the figures depend on: a change elsewhere leaves them valid.
pub const CORE: [&str; 9] = [
    "crates/domain",
    "crates/net",
    "crates/store",
    "crates/queue",
    "crates/providers",
    "crates/app",
    "crates/vault",
    "crates/oauth",
    "migrations",
];

/// Complaints kept of one commit; more are only counted.
const COMPLAINTS_MAX: usize = 40;

/// The results of one proof.
#[derive(Debug)]
pub struct Results {
    path: PathBuf,
    core: String,
    all: Value,
}

impl Results {
    /// The results of a proof in the committed folder, to go on with at the present state of the core crates.
    pub fn open(proof: &str) -> Result<Self> {
        let root = root();
        Self::at(root.join("docs/results").join(format!("{proof}.json")), proof, core(&root)?)
    }

    fn at(path: PathBuf, proof: &str, core: String) -> Result<Self> {
        let all = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("read {}", path.display()))?,
            Err(_) => json!({"proof": proof, "sum": {}, "controls": {}, "by_commit": []}),
        };
        ensure!(all["by_commit"].is_array(), "{} is no file of results by commit", path.display());
        Ok(Self { path, core, all })
    }

    /// The first seed that no run has used, at this commit or another.
    pub fn next_seed(&self) -> u64 {
        self.runs().iter().flat_map(|run| ranges(&run["seeds"])).map(|range| range.end() + 1).max().unwrap_or(1)
    }

    /// Whether a seed was run at this commit.
    pub fn has(&self, seed: u64) -> bool {
        self.runs()
            .iter()
            .filter(|run| run["core"] == *self.core)
            .any(|run| ranges(&run["seeds"]).iter().any(|range| range.contains(&seed)))
    }

    /// Takes one trial in: its figures, and what was wrong. Written by [`Results::save`].
    pub fn add(&mut self, seed: u64, figures: &Value, wrong: &[String]) {
        add_up(&mut self.all["sum"], &json!({"trials": 1, "complaints": wrong.len(), "figures": figures}));
        let run = self.run();
        add_up(run, &json!({"trials": 1, "complaints": wrong.len(), "figures": figures}));
        run["seeds"] = with(ranges(&run["seeds"]), seed);
        let Some(said) = run["complained"].as_array_mut() else { return };
        let room = COMPLAINTS_MAX.saturating_sub(said.len());
        said.extend(wrong.iter().take(room).map(|what| json!({"seed": seed, "what": what})));
    }

    /// Seconds that went into it, beside the trials.
    pub fn add_seconds(&mut self, seconds: u64) {
        add_up(&mut self.all["sum"], &json!({"seconds": seconds}));
        add_up(self.run(), &json!({"seconds": seconds}));
    }

    /// Keeps what a control showed, in place of what it showed before.
    pub fn control(&mut self, name: &str, figures: &Value) {
        let core = self.core.clone();
        self.all["controls"][name] = json!({"core": core, "figures": figures});
    }

    /// Whether a control was shown at this commit.
    pub fn has_control(&self, name: &str) -> bool {
        self.all["controls"][name]["core"] == *self.core
    }

    /// Writes the file.
    pub fn save(&self) -> Result<()> {
        let next = self.path.with_extension("next");
        fs::write(&next, format!("{:#}\n", self.all))?;
        fs::rename(&next, &self.path).with_context(|| format!("write {}", self.path.display()))
    }

    /// The figures of all commits together.
    pub fn sum(&self) -> &Value {
        &self.all["sum"]
    }

    fn runs(&self) -> &[Value] {
        self.all["by_commit"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// The run of this commit, a new one where there is none.
    fn run(&mut self) -> &mut Value {
        let found = self.runs().iter().position(|run| run["core"] == *self.core);
        let place = found.unwrap_or_else(|| {
            let run = json!({"core": self.core, "seeds": [], "trials": 0, "complaints": 0, "complained": []});
            let runs = self.all["by_commit"].as_array_mut().map(|runs| runs.push(run));
            runs.map_or(0, |()| self.runs().len() - 1)
        });
        &mut self.all["by_commit"][place]
    }
}

/// The commit that last changed the core crates; `+` where the tree has changes to them that no commit holds.
pub fn core(root: &Path) -> Result<String> {
    let git = |words: &[&str]| -> Result<String> {
        let output = Command::new("git").current_dir(root).args(words).arg("--").args(CORE).output()?;
        ensure!(output.status.success(), "git {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let commit = git(&["log", "-1", "--format=%h", "--abbrev=10"])?;
    let changed = !git(&["status", "--porcelain"])?.is_empty();
    Ok(if changed { format!("{commit}+") } else { commit })
}

/// The workspace: the folder above that holds `docs/results`.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("docs/results").is_dir()).unwrap_or(here).to_owned()
}

/// Adds figures to a sum, name by name.
pub fn add_up(sum: &mut Value, more: &Value) {
    let Value::Object(members) = more else { return };
    if !sum.is_object() {
        *sum = Value::Object(Map::new());
    }
    for (name, more) in members {
        match (more, &mut sum[name]) {
            (Value::Object(_), known) => add_up(known, more),
            (Value::Number(_), known) => *known = number(name, known, more),
            (other, known) => known.clone_from(other),
        }
    }
}

fn number(name: &str, known: &Value, more: &Value) -> Value {
    if known.is_null() {
        return more.clone();
    }
    let of = |value: &Value| value.as_f64().unwrap_or_default();
    let keep = if name.ends_with("_max") {
        of(known) >= of(more)
    } else if name.ends_with("_min") {
        of(known) <= of(more)
    } else {
        return match (known.as_u64(), more.as_u64()) {
            (Some(known), Some(more)) => json!(known + more),
            _ => json!(of(known) + of(more)),
        };
    };
    if keep { known.clone() } else { more.clone() }
}

fn ranges(seeds: &Value) -> Vec<RangeInclusive<u64>> {
    let range = |pair: &Value| Some(pair.get(0)?.as_u64()?..=pair.get(1)?.as_u64()?);
    seeds.as_array().map(|pairs| pairs.iter().filter_map(range).collect()).unwrap_or_default()
}

/// The ranges with one more seed, neighbours joined.
fn with(mut all: Vec<RangeInclusive<u64>>, seed: u64) -> Value {
    if !all.iter().any(|range| range.contains(&seed)) {
        all.push(seed..=seed);
    }
    all.sort_by_key(|range| *range.start());
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for range in all {
        match joined.last_mut() {
            Some((_, end)) if *range.start() == *end + 1 => *end = *range.end(),
            _ => joined.push((*range.start(), *range.end())),
        }
    }
    json!(joined)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Results, add_up};

    fn results(folder: &std::path::Path, core: &str) -> Results {
        Results::at(folder.join("kills.json"), "kills", core.to_owned()).unwrap()
    }

    #[test]
    fn figures_are_added_by_name_and_extremes_kept() {
        let mut sum = Value::Null;
        add_up(&mut sum, &json!({"kills": 3, "late_ms_max": 7, "by_kind": {"a": {"published": 2}}}));
        add_up(
            &mut sum,
            &json!({"kills": 4, "late_ms_max": 5, "by_kind": {"a": {"published": 1}, "b": {"published": 5}}}),
        );
        let both = json!({"kills": 7, "late_ms_max": 7, "by_kind": {"a": {"published": 3}, "b": {"published": 5}}});
        assert_eq!(sum, both);
    }

    #[test]
    fn a_later_run_goes_on_with_the_next_seed_and_keeps_commits_apart() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = results(dir.path(), "aaa");
        assert_eq!(first.next_seed(), 1);
        for seed in [2, 1, 4] {
            first.add(seed, &json!({"kills": 2}), &[]);
        }
        first.save().unwrap();
        let mut second = results(dir.path(), "bbb");
        assert_eq!(second.next_seed(), 5);
        assert!(!second.has(2) && results(dir.path(), "aaa").has(2) && !results(dir.path(), "aaa").has(3));
        second.add(5, &json!({"kills": 1}), &["doubled: x".to_owned()]);
        second.save().unwrap();
        let all: Value = serde_json::from_slice(&std::fs::read(dir.path().join("kills.json")).unwrap()).unwrap();
        assert_eq!(all["sum"], json!({"trials": 4, "complaints": 1, "figures": {"kills": 7}}));
        assert_eq!(all["by_commit"][0]["seeds"], json!([[1, 2], [4, 4]]));
        assert_eq!(all["by_commit"][1]["complained"], json!([{"seed": 5, "what": "doubled: x"}]));
    }

    #[test]
    fn a_control_counts_for_the_commit_it_was_shown_at() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = results(dir.path(), "aaa");
        first.control("break_intent", &json!({"doubled": 9}));
        first.save().unwrap();
        assert!(results(dir.path(), "aaa").has_control("break_intent"));
        assert!(!results(dir.path(), "bbb").has_control("break_intent"));
    }

    #[test]
    fn a_file_of_another_shape_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("kills.json"), "{\"kills\": 7}").unwrap();
        assert!(Results::at(dir.path().join("kills.json"), "kills", "aaa".to_owned()).is_err());
    }
}
