//! The layer that proves generated files to be what the code generates today.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Result;

use crate::{bench, context::Context, generate, guides, licences, proofs::page, report::Found};

/// Generates everything anew beside the tree and compares.
pub fn generated(context: &Context) -> Result<Found> {
    let workspace = context.workspace;
    let fresh = workspace.target.join("xtask/generated");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    generate::queries(workspace, &fresh.join(".sqlx"))?;
    generate::typescript(workspace, &fresh.join("generated.ts"))?;
    licences::write(workspace, &fresh.join("licences.json"))?;
    guides::write(workspace, &fresh.join("guides"))?;
    let mut stale = Vec::new();
    let queries = workspace.root.join(generate::QUERIES);
    let names: BTreeSet<_> = names(&queries)?.into_iter().chain(self::names(&fresh.join(".sqlx"))?).collect();
    for name in &names {
        stale.extend(differs(&queries.join(name), &fresh.join(".sqlx").join(name)));
    }
    stale.extend(differs(&workspace.root.join(generate::TYPESCRIPT), &fresh.join("generated.ts")));
    stale.extend(differs(&workspace.root.join(licences::FILE), &fresh.join("licences.json")));
    for platform in guides::PLATFORMS {
        let page = format!("{platform}.md");
        stale.extend(differs(&workspace.root.join(guides::FOLDER).join(&page), &fresh.join("guides").join(&page)));
    }
    stale.extend(page::stale(workspace)?);
    stale.extend(bench::stale(workspace)?);
    if stale.is_empty() {
        return Ok(Found::passed(names.len() + guides::PLATFORMS.len() + 4));
    }
    let mut found = Found::failure(format!("out of date, `cargo xtask gen` renews them:\n  {}\n", stale.join("\n  ")));
    found.counts.failed = stale.len();
    Ok(found)
}

fn names(dir: &Path) -> Result<Vec<String>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

fn differs(committed: &Path, fresh: &Path) -> Option<String> {
    // A checkout on Windows may have other line ends.
    let text = |path: &Path| fs::read_to_string(path).ok().map(|text| text.replace("\r\n", "\n"));
    let what = match (text(committed), text(fresh)) {
        (Some(one), Some(other)) if one == other => return None,
        (Some(_), Some(_)) => "differs",
        (None, _) => "is missing",
        (_, None) => "is no longer generated",
    };
    Some(format!("{} {what}", committed.display()))
}

#[cfg(test)]
mod tests {
    use super::differs;

    #[test]
    fn a_stale_a_missing_and_a_superfluous_file_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str, text: Option<&str>| {
            let path = dir.path().join(name);
            if let Some(text) = text {
                std::fs::write(&path, text).unwrap();
            }
            path
        };
        let (one, same, other) = (path("a", Some("1\r\n")), path("b", Some("1\n")), path("c", Some("2\n")));
        let none = path("d", None);
        assert_eq!(differs(&one, &same), None);
        assert!(differs(&one, &other).unwrap().ends_with("differs"));
        assert!(differs(&none, &one).unwrap().ends_with("is missing"));
        assert!(differs(&one, &none).unwrap().ends_with("is no longer generated"));
    }
}
