//! The pages of `docs/guides` on platforms that accounts are only linked with: what stands in the platform's own folder,
//! and the pictures that its journey took. Nothing is written twice.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::workspace::Workspace;

/// Where the pages are committed, and below it their pictures in `images`.
pub const FOLDER: &str = "docs/guides";

/// The platforms with such a page.
pub const PLATFORMS: [&str; 10] =
    ["discord", "github", "google", "instagram", "linkedin", "microsoft", "slack", "wordpress", "wordpress_com", "x"];

/// The pictures of a page in order, where they were taken, and what each shows.
const PICTURES: [(&str, &str); 5] = [
    ("app", "What is needed, what to register, and the keys of the app"),
    ("link", "What is needed and asked for, before the browser opens"),
    ("code", "The code for the platform's page"),
    ("paste", "The address from the browser, before it is taken"),
    ("linked", "Linked"),
];

/// The part of a guide that the pictures belong to.
const PART: &str = "\n## Link it here\n";

/// Writes every page into a folder.
pub fn write(workspace: &Workspace, into: &Path) -> Result<()> {
    fs::create_dir_all(into)?;
    let images = workspace.root.join(FOLDER).join("images");
    for platform in PLATFORMS {
        let source = format!("crates/providers/src/{platform}/docs.md");
        let guide = fs::read_to_string(workspace.root.join(&source)).with_context(|| source.clone())?;
        let shown: Vec<_> = PICTURES
            .iter()
            .map(|(name, shows)| (format!("{platform}-{name}.png"), *shows))
            .filter(|(file, _)| images.join(file).is_file())
            .collect();
        fs::write(into.join(format!("{platform}.md")), page(&guide, &source, &shown)?)?;
    }
    Ok(())
}

/// A guide with its pictures behind the steps they show.
fn page(guide: &str, source: &str, pictures: &[(String, &str)]) -> Result<String> {
    let (title, rest) = guide.split_once('\n').with_context(|| format!("{source} is empty"))?;
    ensure!(rest.contains(PART), "{source} does not say how to link");
    let steps_end = rest.find(PART).map_or(0, |at| at + PART.len());
    let end = rest[steps_end..].find("\n## ").map_or(rest.len(), |at| steps_end + at);
    let (before, after) = (rest[..end].trim_end(), &rest[end..]);
    let pictures: Vec<_> = pictures.iter().map(|(file, shows)| format!("\n\n![{shows}](images/{file})")).collect();
    let pictures = pictures.concat();
    let made = format!("<!-- Made of {source} by `cargo xtask gen`. -->");
    Ok(format!("{title}\n\n{made}\n{before}{pictures}\n{after}"))
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn pictures_stand_behind_the_steps() {
        let guide = "# A\n\nWords.\n\n## Link it here\n\n1. Press.\n\n## If it does not work\n\nAsk.\n";
        let made = page(guide, "a.md", &[("a-link.png".to_owned(), "The form")]).unwrap();
        let words = "# A\n\n<!-- Made of a.md by `cargo xtask gen`. -->\n\nWords.\n\n## Link it here\n\n1. Press.\n\n";
        assert_eq!(made, format!("{words}![The form](images/a-link.png)\n\n## If it does not work\n\nAsk.\n"));
        let last = page("# A\n\n## Link it here\n\n1. Press.\n", "a.md", &[]).unwrap();
        assert!(last.ends_with("1. Press.\n"), "{last}");
        assert!(page("# A\n\nWords.\n", "a.md", &[]).is_err());
    }
}
