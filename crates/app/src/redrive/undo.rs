//! Undoing an action on many, while nothing of it has begun. The state is in the database, so that a restart changes
//! nothing about it.

use domain::{BulkId, EffectKind, EffectState, ErrorCode, PublicationId, PublicationState, UtcMs};
use store::{bulk::Bulk, journal::Line, publication::Publication};

use super::{SLICE, before::Before};
use crate::{App, Error, jobs};

/// How long an action can be undone: ten minutes.
const UNDO_MS: i64 = 600_000;

/// What came of undoing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undone {
    /// Publications that are as they were.
    pub restored: usize,
    /// Those that had gone out or begun to: they stay.
    pub begun: usize,
    /// Those that were changed or removed since: they stay as they are now.
    pub changed: usize,
}

/// What may be done with one publication.
enum Found {
    Restorable,
    Begun,
    Changed,
}

impl App {
    /// Until when an action can be undone; `None` where it cannot.
    #[must_use]
    pub fn undo_until(&self, bulk: &Bulk) -> Option<UtcMs> {
        let until = bulk.created_at.plus_ms(UNDO_MS);
        (bulk.undone_at.is_none() && bulk.done > 0 && self.clock.now() < until).then_some(until)
    }

    /// Undoes an action, the last one where none is named.
    pub async fn undo_bulk(&self, id: Option<BulkId>) -> Result<Undone, Error> {
        let found = store::bulk::find(&mut *self.store.read().await?, id).await?;
        let bulk = found.ok_or_else(nothing_to_undo)?;
        self.undo_until(&bulk).ok_or_else(nothing_to_undo)?;
        let items = store::bulk::items(&mut *self.store.read().await?, bulk.id).await?;
        let mut undone = Undone::default();
        let mut slices = items.chunks(SLICE).peekable();
        while let Some(slice) = slices.next() {
            let mut tx = self.store.begin().await?;
            // Killed in between, it can be asked for again: what is restored is then found changed.
            if slices.peek().is_none() && !store::bulk::set_undone(&mut tx, bulk.id, self.clock.now()).await? {
                return Err(nothing_to_undo());
            }
            for (publication, before) in slice {
                match self.undo_one(&mut tx, &bulk, *publication, &Before::read(before)?).await? {
                    Found::Restorable => undone.restored += 1,
                    Found::Begun => undone.begun += 1,
                    Found::Changed => undone.changed += 1,
                }
            }
            tx.commit().await?;
            self.queue_changed();
        }
        // What it waited for may have been solved in the meantime.
        self.release_the_solved().await?;
        self.queue_changed();
        Ok(undone)
    }

    async fn undo_one(
        &self,
        tx: &mut store::Tx,
        bulk: &Bulk,
        id: PublicationId,
        before: &Before,
    ) -> Result<Found, Error> {
        let Some(publication) = store::publication::find(tx, id).await? else { return Ok(Found::Changed) };
        let found = self.found(tx, bulk, &publication, before).await?;
        if matches!(found, Found::Restorable) {
            self.restore(tx, &publication, before).await?;
        }
        Ok(found)
    }

    async fn found(
        &self,
        tx: &mut store::Tx,
        bulk: &Bulk,
        publication: &Publication,
        before: &Before,
    ) -> Result<Found, Error> {
        use PublicationState as S;
        let (id, state) = (publication.id, publication.status.state);
        let effects = store::effect::of(tx, id).await?;
        let calls: i64 = effects.iter().map(|effect| effect.attempts).sum();
        // A look settles doubt without a call that others see.
        let settled = state == S::Published || (state == S::NeedsDecision && before.status().state != state);
        if calls > before.calls || settled {
            return Ok(Found::Begun);
        }
        let cancelled = state == S::Cancelled;
        // An action of another kind since: one by one, or on many.
        let was_cancel = bulk.kind == "cancel" || (bulk.kind == "missed" && cancelled);
        let same = cancelled == was_cancel && (cancelled || before.given == Some(publication.schedule.at));
        if !same || store::bulk::is_later(tx, bulk.id, id).await? {
            return Ok(Found::Changed);
        }
        let in_doubt = effects.iter().any(|effect| effect.state == EffectState::Open);
        Ok(if in_doubt && !begun_before(before) { Found::Begun } else { Found::Restorable })
    }

    /// Puts a publication back: where it stood, its time, what was refused, and its job.
    async fn restore(&self, tx: &mut store::Tx, publication: &Publication, before: &Before) -> Result<(), Error> {
        let (id, now) = (publication.id, self.clock.now());
        store::publication::set_schedule(tx, id, &before.schedule, now).await?;
        store::publication::set_status(tx, id, &before.status(), now).await?;
        let effects = store::effect::of(tx, id).await?;
        for (part, request, checkpoint) in &before.refused {
            let known = effects.iter().find(|effect| {
                effect.kind == EffectKind::Publish && effect.part == *part && effect.state == EffectState::Ready
            });
            if let Some(mut effect) = known.cloned() {
                effect.state = EffectState::Refused;
                effect.request.clone_from(request);
                store::effect::put(tx, &effect, now).await?;
                store::part::set_checkpoint(tx, id, *part, checkpoint).await?;
            }
        }
        self.no_longer_asked(id);
        match before.due(now) {
            Some(due) => self.enqueue(tx, id, due).await?,
            None => queue::cancel(tx, jobs::PUBLISH, &id.to_string(), now).await?,
        }
        let text = "The owner took back what was done to it with others.".to_owned();
        store::journal::add(tx, id, &Line { at: now, event: "undone".to_owned(), part: None, text }).await?;
        Ok(())
    }
}

/// Whether it was in doubt already.
fn begun_before(before: &Before) -> bool {
    before.calls > 0
}

fn nothing_to_undo() -> Error {
    let message = "There is nothing to undo: it was undone already, or too long ago.";
    Error::new(ErrorCode::WrongState, message, "Change the posts one by one.")
}
