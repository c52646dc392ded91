//! What an account shows, for comparing it with what may have been published: by a person where nothing else can decide,
//! and for a profile that is older than what went out from it.

use domain::UtcMs;

use crate::effect::Remote;

/// A post as the account shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Its id and link.
    pub remote: Remote,
    /// Its text as plain text, as near to what was written as the platform tells.
    pub text: String,
    /// How many pictures it has.
    pub pictures: usize,
    /// When it was made, by the platform's clock; `None` where that cannot be read.
    pub at: Option<UtcMs>,
}

/// The newest posts of an account.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// The posts, newest first.
    pub posts: Vec<Seen>,
    /// Whether there are no older ones: else the list says nothing of what was made before its last.
    pub all: bool,
}

impl Shown {
    /// Whether every post made since an instant is in the list.
    #[must_use]
    pub fn covers(&self, since: UtcMs) -> bool {
        self.all || self.posts.iter().any(|post| post.at.is_some_and(|at| at < since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_covers_what_is_younger_than_its_oldest() {
        let seen = |at| Seen {
            remote: Remote { id: "1".to_owned(), url: String::new(), extra: serde_json::Value::Null },
            text: String::new(),
            pictures: 0,
            at: Some(UtcMs::from_millis(at)),
        };
        let shown = Shown { posts: vec![seen(50), seen(20)], all: false };
        assert!(shown.covers(UtcMs::from_millis(30)) && !shown.covers(UtcMs::from_millis(10)));
        assert!(Shown { posts: Vec::new(), all: true }.covers(UtcMs::from_millis(0)));
        assert!(!Shown::default().covers(UtcMs::from_millis(0)), "nothing is known");
    }
}
