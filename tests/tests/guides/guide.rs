//! A guide as somebody reads it who follows it to the letter: what to register, what is asked for, and what to press and
//! to fill in, in this order.

use anyhow::{Context, Result, ensure};

/// What a guide says.
#[derive(Debug)]
pub struct Guide {
    text: String,
}

impl Guide {
    pub fn new(markdown: &str) -> Self {
        Self { text: markdown.to_owned() }
    }

    /// The part under a heading.
    fn part(&self, heading: &str) -> &str {
        let start = format!("\n## {heading}\n");
        let rest = self.text.split_once(start.as_str()).map_or("", |(_, rest)| rest);
        rest.split_once("\n## ").map_or(rest, |(part, _)| part)
    }

    /// The paragraph that begins with this in bold, without marks.
    pub fn said(&self, name: &str) -> Result<String> {
        let start = format!("**{name}.**");
        let found = self.text.split("\n\n").find_map(|paragraph| paragraph.strip_prefix(start.as_str()));
        let words = found.with_context(|| format!("the guide does not say: {name}"))?;
        Ok(words.split_whitespace().collect::<Vec<_>>().join(" ").replace(['*', '`'], ""))
    }

    /// The addresses to register with the app.
    pub fn redirects(&self) -> Vec<String> {
        let spans = between(self.part("Make the app"), "`");
        spans.into_iter().filter(|span| ["http://", "https://"].iter().any(|start| span.starts_with(start))).collect()
    }

    /// The permissions to have for the app; none where nothing is named.
    pub fn scopes(&self) -> Vec<String> {
        let start = "**What it asks for.**";
        let asked = self.text.split("\n\n").find(|paragraph| paragraph.starts_with(start));
        between(asked.unwrap_or_default(), "`")
    }

    /// What to press and to fill in, by name, in order.
    pub fn labels(&self, heading: &str) -> Result<Vec<String>> {
        let labels = between(self.part(heading), "**");
        ensure!(!labels.is_empty(), "the guide names nothing to press under {heading:?}");
        Ok(labels)
    }
}

/// What stands between pairs of a mark.
fn between(text: &str, mark: &str) -> Vec<String> {
    text.split(mark).skip(1).step_by(2).map(|span| span.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}
