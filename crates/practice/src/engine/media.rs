//! Pictures: the journal's side of an upload. The bytes are on the disk before this is called.

use super::{Engine, room};
use crate::event::Event;
use crate::model::{Media, Picture};
use crate::refusal::Refusal;

impl Engine {
    /// Records an uploaded picture of an account.
    pub fn store_media(&mut self, account: &str, sha256: &str, bytes: u64, picture: Picture) -> Result<Media, Refusal> {
        room(self.world.media.len(), self.limits.max_objects)?;
        let media =
            Media { id: self.dice.id("med_"), account: account.to_owned(), sha256: sha256.to_owned(), bytes, picture };
        self.record(Event::MediaStored {
            account: media.account.clone(),
            media_id: media.id.clone(),
            sha256: media.sha256.clone(),
            bytes,
            content_type: picture,
        })?;
        Ok(media)
    }
}
