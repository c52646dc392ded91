//! What a platform's guide says of itself before anybody begins: paragraphs that start with their name in bold,
//! `**Review.** None.` It reads these and nothing else; the guide stays the one place where they are written.

/// The text of the paragraph called so, without marks and in one line; empty where the guide has none.
#[must_use]
pub fn paragraph(guide: &str, name: &str) -> String {
    let start = format!("**{name}.**");
    let found = guide.split("\n\n").find_map(|paragraph| paragraph.trim_start().strip_prefix(start.as_str()));
    let words = found.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace(['*', '`'], "")
}

#[cfg(test)]
mod tests {
    use super::paragraph;
    use crate::{
        Registry,
        descriptor::{ClientRule, Method},
    };

    #[test]
    fn a_paragraph_is_found_by_its_name() {
        let guide =
            "# A\n\n**Review.** None, for\n*your* `own` app.\n\n**Private.** Nothing.\n\nReview. Something else.\n";
        assert_eq!(paragraph(guide, "Review"), "None, for your own app.");
        assert_eq!(paragraph(guide, "Private"), "Nothing.");
        assert_eq!(paragraph(guide, "Cost"), "");
    }

    fn own(method: &Method) -> bool {
        method.oauth().is_some_and(|rules| matches!(rules.client, ClientRule::Own(_)))
    }

    #[test]
    fn every_guide_says_what_is_needed() {
        for provider in Registry::standard().iter().filter(|provider| !provider.descriptor().practice) {
            let facts = provider.descriptor();
            for name in ["Your own app", "What it costs", "Review", "Private"] {
                assert!(!paragraph(facts.guide, name).is_empty(), "{}: {name}", facts.id);
            }
            let needed = !paragraph(facts.guide, "Your own app").starts_with("Not needed");
            assert_eq!(needed, facts.methods.iter().any(own), "{}", facts.id);
            assert!(facts.guide.contains("\n## Link it here\n"), "{}", facts.id);
        }
    }

    /// What is registered with a platform has to be what is asked for there.
    #[test]
    fn a_guide_names_the_permissions_that_are_asked_for() {
        for provider in Registry::standard().iter().filter(|known| known.descriptor().methods.iter().any(own)) {
            let facts = provider.descriptor();
            let told = facts.guide.split("\n\n").find(|paragraph| paragraph.starts_with("**What it asks for.**"));
            let mut told: Vec<_> = told.unwrap_or_default().split('`').skip(1).step_by(2).collect();
            let mut asked: Vec<_> = facts.scopes.iter().map(|scope| scope.name).collect();
            told.sort_unstable();
            asked.sort_unstable();
            assert_eq!(told, asked, "{}", facts.id);
        }
    }
}
