//! A part as a provider wants it: the account's own text, pictures rendered to the platform's rules.

use domain::UtcMs;
use providers::provider::{Remote, Seed, Work};
use store::part::StoredPart;

use super::Run;
use crate::{Error, options};

impl Run<'_> {
    /// The work of one part; its pictures are rendered on the way when they are not yet.
    pub(super) async fn work(&self, index: usize) -> Result<Work, Error> {
        let part = self.parts.get(index).ok_or_else(|| Error::internal("a part out of range"))?;
        let limits = &self.provider.limits(&self.account_ref);
        let mut media = Vec::with_capacity(part.content.media.len());
        for picture in &part.content.media {
            media.push(self.app.rendition(picture, limits).await?);
        }
        let before = |index: usize| self.parts.get(index).and_then(remote);
        Ok(Work {
            text: part.content.text.clone(),
            media,
            card: part.content.card.clone(),
            language: self.publication.language.clone(),
            options: options::for_part(
                &self.provider.options(Some(&self.account_ref)),
                &self.publication.options,
                u32::try_from(index).unwrap_or(u32::MAX),
            ),
            root: if index == 0 { None } else { before(0) },
            parent: index.checked_sub(1).and_then(before),
        })
    }
}

fn remote(part: &StoredPart) -> Option<Remote> {
    serde_json::from_str(&part.remote).ok()
}

/// A seed for a new effect. Negative numbers carry the high bit through SQLite's signed integers.
pub(super) fn new_seed(now: UtcMs, random: u64) -> Seed {
    Seed { at: now, random }
}
