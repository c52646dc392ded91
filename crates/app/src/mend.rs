//! Mending a publication that failed: its text in a draft of its own, and the draft going out as that publication.
//!
//! Only where provably nothing of the parts in question was accepted: what is live stays as it is, and what may be live
//! is settled first. The publication keeps its identity and its key; what is sent gets a new fingerprint.

use domain::{
    EffectKind, EffectState, ErrorCode, PostId, PublicationId, PublicationState, UtcMs,
    post::{Content, Part, Variant},
};
use store::{
    effect::Effect,
    journal::Line,
    part::StoredPart,
    post::Post,
    publication::{Publication, Status},
};

use crate::{
    App, Error,
    compose::{Draft, Times, title},
    event::Topic,
    queue_view::wrong_state,
};

impl App {
    /// The draft in which a publication can be mended: the one begun before, or a new one with what is not live of it.
    pub async fn mend(&self, id: PublicationId) -> Result<PostId, Error> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let publication = store::publication::find(&mut tx, id).await?;
        let publication = publication.ok_or_else(|| Error::not_found("publication", &id.to_string()))?;
        let parts = store::part::of(&mut tx, id).await?;
        may_be_mended(&publication, &store::effect::of(&mut tx, id).await?)?;
        if let Some(known) = store::post::mending(&mut tx, id).await? {
            return Ok(known.id);
        }
        let account = publication.account;
        let first_comment = store::first_comment::of(&mut tx, id).await?.unwrap_or_default();
        let post = Post {
            id: PostId::new(now, self.random.as_ref()),
            content: Content { parts: waiting(&parts), language: publication.language.clone(), first_comment },
            variants: vec![Variant { account, parts: None, options: publication.options.clone() }],
            accounts: vec![account],
            schedule: None,
            mends: Some(id),
            created_at: now,
            updated_at: now,
        };
        store::post::upsert(&mut tx, &post).await?;
        tx.commit().await?;
        self.emit(Topic::Posts, Some(post.id.to_string()));
        Ok(post.id)
    }

    /// Lets a draft go out as the publication it mends; the post of that.
    pub(crate) async fn send_mended(
        &self,
        mended: Post,
        id: PublicationId,
        times: &Times,
        now: UtcMs,
    ) -> Result<PostId, Error> {
        let account = self.account(self.publication(id).await?.account).await?;
        if mended.accounts != [account.id] {
            let message = "What is mended goes to the account it failed on, and to no other.";
            return Err(Error::new(ErrorCode::InvalidRequest, message, "Write it again for the other accounts."));
        }
        let mut draft = Draft::of(&mended);
        if self.changes_of(&account).comment.is_none() {
            draft.content.first_comment.clear();
        }
        self.pass_review(None, &draft).await?;
        let mut tx = self.store.begin().await?;
        // Read here and not before: it may have gone out since the draft was begun.
        let publication = store::publication::find(&mut tx, id).await?;
        let publication = publication.ok_or_else(|| Error::not_found("publication", &id.to_string()))?;
        let effects = store::effect::of(&mut tx, id).await?;
        may_be_mended(&publication, &effects)?;
        self.put_mended(&mut tx, &publication, &effects, &draft, now).await?;
        let schedule = self.time_of(&mut tx, times, account.id, now).await?;
        store::publication::set_schedule(&mut tx, id, &schedule, now).await?;
        if matches!(times, Times::Slots) {
            store::slot::take(&mut tx, id, schedule.at).await?;
        }
        let status = Status::new(PublicationState::Scheduled, Some(schedule.at));
        store::publication::set_status(&mut tx, id, &status, now).await?;
        let text = "The owner changed what had failed and asked for another try.".to_owned();
        store::journal::add(&mut tx, id, &Line { at: now, event: "mended".to_owned(), part: None, text }).await?;
        self.enqueue(&mut tx, id, schedule.at).await?;
        store::post::delete(&mut tx, mended.id).await?;
        tx.commit().await?;
        if schedule.at <= now {
            self.ask_now(id);
        }
        self.emit(Topic::Posts, Some(mended.id.to_string()));
        self.publications_changed(id);
        Ok(publication.post)
    }

    /// Writes what is to go out: what is live stays, what was planned for the rest is made anew.
    async fn put_mended(
        &self,
        tx: &mut store::Tx,
        publication: &Publication,
        effects: &[Effect],
        draft: &Draft,
        now: UtcMs,
    ) -> Result<(), Error> {
        let (id, account) = (publication.id, publication.account);
        let parts = store::part::of(tx, id).await?;
        let first = i64::try_from(parts.len() - waiting(&parts).len()).unwrap_or_default();
        let (new, options) = (draft.parts_for(account), draft.options_for(account));
        store::part::replace_from(tx, id, first, new).await?;
        store::effect::forget_planned(tx, id, first).await?;
        let sent = |effect: &&Effect| effect.kind == EffectKind::Publish && effect.part >= first && effect.attempts > 0;
        for effect in effects.iter().filter(sent) {
            let ready = Effect {
                state: EffectState::Ready,
                request: String::new(),
                fingerprint: String::new(),
                first_sent_at: None,
                gave_up_at: None,
                ..effect.clone()
            };
            store::effect::put(tx, &ready, now).await?;
        }
        let live = parts.iter().filter(|part| part.ordinal < first).map(|part| part.content.clone());
        let all: Vec<Part> = live.chain(new.iter().cloned()).collect();
        store::first_comment::set(tx, id, draft.content.first_comment.trim()).await?;
        let language = &draft.content.language;
        store::publication::set_mended(tx, id, (&title(&all), language), &options, now).await?;
        if let Some(mut post) = store::post::find(tx, publication.post).await? {
            post.variants.retain(|variant| variant.account != account);
            post.variants.push(Variant { account, parts: Some(all), options });
            post.updated_at = now;
            store::post::upsert(tx, &post).await?;
        }
        Ok(())
    }
}

/// The parts that are not live: the last ones, as parts go out in order.
fn waiting(parts: &[StoredPart]) -> Vec<Part> {
    parts.iter().skip_while(|part| !part.remote.is_empty()).map(|part| part.content.clone()).collect()
}

/// Whether a publication can be mended: it stopped, and nothing of it is in doubt.
#[must_use]
pub fn can_be_mended(publication: &Publication, effects: &[Effect]) -> bool {
    may_be_mended(publication, effects).is_ok()
}

/// Only what stopped, and only where nothing is in doubt.
fn may_be_mended(publication: &Publication, effects: &[Effect]) -> Result<(), Error> {
    if !matches!(publication.status.state, PublicationState::Failed | PublicationState::Held) {
        return Err(wrong_state("It has not failed, so there is nothing to mend."));
    }
    let doubtful = |state| matches!(state, EffectState::Open | EffectState::Undecided);
    if effects.iter().any(|effect| effect.kind == EffectKind::Publish && doubtful(effect.state)) {
        return Err(wrong_state("It was sent and may be live; that has to be settled before its words can change."));
    }
    Ok(())
}
