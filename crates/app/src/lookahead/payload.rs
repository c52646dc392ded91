//! What is found in the very things that would be sent: text, pictures, options, by the limits as they are known now.

use std::path::PathBuf;

use domain::{Finding, FindingCode, PublicationId, PublicationState, Severity, UtcMs, media::digest_hex};
use providers::{descriptor::Need, provider::Rendition};
use store::{account::Account, part::StoredPart};

use crate::{App, Error, review::check_comment};

impl App {
    /// When a publication is due, and what its platform would not take of it; `None` where it no longer waits.
    pub(super) async fn found_in(
        &self,
        account: &Account,
        id: PublicationId,
    ) -> Result<Option<(UtcMs, Vec<Finding>)>, Error> {
        let mut conn = self.store.read().await?;
        let publication = store::publication::find(&mut conn, id).await?;
        let Some(publication) = publication.filter(|found| found.status.state == PublicationState::Scheduled) else {
            return Ok(None);
        };
        let parts = store::part::of(&mut conn, id).await?;
        let comment = store::first_comment::of(&mut conn, id).await?.unwrap_or_default();
        drop(conn);
        let mut found = self.not_allowed(account, &parts)?;
        found.extend(check_comment(&self.limits_of(account)?.0, true, &comment));
        let contents: Vec<_> = parts.into_iter().map(|part| part.content).collect();
        let (options, language) = (&publication.options, &publication.language);
        let review = self.review_payload(account, &contents, options, language, &mut found).await?;
        // A part of whose pictures one cannot be made was found fault with already.
        let made = (0_u32..).zip(&review.parts).filter(|(_, part)| part.images.len() == part.part.media.len());
        for (index, part) in made {
            for (picture, rendition) in part.part.media.iter().zip(&part.images) {
                if !self.is_whole(rendition).await && !self.made_anew(account, picture, rendition).await? {
                    found.push(Finding::new(FindingCode::FileMissing).in_part(index).with_media(picture.id));
                }
            }
        }
        found.retain(|finding| finding.severity != Severity::Hint);
        Ok(Some((publication.schedule.at, found)))
    }

    /// Pictures that the account never allowed Postroom to upload.
    fn not_allowed(&self, account: &Account, parts: &[StoredPart]) -> Result<Vec<Finding>, Error> {
        let pictured = parts.iter().any(|part| !part.content.media.is_empty());
        let missing = pictured && self.lacks(account, Need::Pictures)?;
        Ok(if missing { vec![Finding::new(FindingCode::PermissionMissing)] } else { Vec::new() })
    }

    /// Whether the file of a picture is there, and the one that was made.
    async fn is_whole(&self, rendition: &Rendition) -> bool {
        digest(rendition.path.clone()).await.as_deref() == Some(rendition.digest.as_str())
    }

    /// Makes a damaged picture again of the one it came from, where that is whole.
    async fn made_anew(
        &self,
        account: &Account,
        picture: &domain::post::MediaRef,
        damaged: &Rendition,
    ) -> Result<bool, Error> {
        let source = self.media(picture.id).await?;
        let path = self.media_path(&source.digest);
        if source.digest == damaged.digest || digest(path).await.as_deref() != Some(source.digest.as_str()) {
            return Ok(false);
        }
        if let Err(error) = tokio::fs::remove_file(&damaged.path).await {
            tracing::debug!(%error, "a damaged picture could not be removed");
            return Ok(false);
        }
        let limits = self.limits_of(account)?.0;
        let made = self.rendition(picture, &limits).await?;
        Ok(self.is_whole(&made).await)
    }
}

async fn digest(path: PathBuf) -> Option<String> {
    let read = tokio::task::spawn_blocking(move || std::fs::read(path).ok().map(|bytes| digest_hex(&bytes)));
    read.await.ok().flatten()
}
