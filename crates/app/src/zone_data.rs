//! Zone data change with the program: what was planned by older ones is resolved anew from its wall time, once.

use domain::{
    ErrorCode, PublicationState,
    ports::Notice,
    schedule::{self, Schedule, ScheduleError},
};
use store::{journal::Line, publication::Publication};

use crate::{App, Error, missed::begun};

/// Publications looked at in one go.
const AT_ONCE: i64 = 1_000;
/// How far a post may move and nobody is told, in milliseconds.
const UNTOLD_MS: i64 = 60_000;

impl App {
    /// Resolves anew by the data of this program what was planned by other ones.
    pub(crate) async fn follow_zone_data(&self) -> Result<(), Error> {
        self.resolve_anew(schedule::ZONE_DATA, &schedule::renewed).await.map(drop)
    }

    /// Where the profile's instants were made with another release than `release`, resolves all that nothing was sent of
    /// anew with `renew`, each with a line in its journal; one notice if any moved by over a minute. How many moved.
    pub async fn resolve_anew(
        &self,
        release: &str,
        renew: &(dyn Fn(&Schedule) -> Result<Schedule, ScheduleError> + Sync),
    ) -> Result<usize, Error> {
        let mut tx = self.store.begin().await?;
        let before = store::profile::zone_data(&mut tx).await?;
        if before == release {
            return Ok(0);
        }
        let (mut after, mut moved, mut far) = (None, 0, Vec::new());
        loop {
            let waiting = store::publication::waiting_after(&mut tx, after, AT_ONCE).await?;
            let Some(last) = waiting.last() else { break };
            after = Some(last.id);
            for publication in waiting {
                let Ok(fresh) = renew(&publication.schedule) else { continue };
                let by_ms = fresh.at.since(publication.schedule.at);
                if by_ms != 0 && self.move_by_zone_data(&mut tx, &publication, &fresh, (&before, release)).await? {
                    moved += 1;
                    far.extend((by_ms.abs() > UNTOLD_MS).then_some(publication));
                }
            }
        }
        store::profile::set_zone_data(&mut tx, release).await?;
        let notice = notice(&far);
        if let Some(notice) = &notice {
            self.add_notice(&mut tx, notice).await?;
        }
        tx.commit().await?;
        if let Some(notice) = notice {
            self.announce(&notice);
        }
        if moved > 0 {
            self.queue_changed();
        }
        Ok(moved)
    }

    /// Moves one; `false` where something of it may have been sent.
    async fn move_by_zone_data(
        &self,
        tx: &mut store::Tx,
        publication: &Publication,
        fresh: &Schedule,
        (before, release): (&str, &str),
    ) -> Result<bool, Error> {
        let (id, now) = (publication.id, self.clock.now());
        if begun(&store::effect::of(tx, id).await?) {
            return Ok(false);
        }
        store::publication::set_schedule(tx, id, fresh, now).await?;
        if publication.status.state == PublicationState::Scheduled {
            self.enqueue(tx, id, fresh.at).await?;
        } else {
            store::publication::set_status(tx, id, &publication.status, now).await?;
        }
        if let Some(post) = store::post::find(tx, publication.post).await?
            && post.schedule.as_ref() == Some(&publication.schedule)
        {
            store::post::set_schedule(tx, post.id, fresh).await?;
        }
        let before = if before.is_empty() { "older ones" } else { before };
        let text = format!(
            "The zone data changed ({before}, now {release}): {} in {} is {} and was {}.",
            fresh.wall, fresh.zone, fresh.at, publication.schedule.at
        );
        store::journal::add(tx, id, &Line { at: now, event: "zone_data".to_owned(), part: None, text }).await?;
        Ok(true)
    }
}

fn notice(far: &[Publication]) -> Option<Notice> {
    let first = far.first()?;
    let one = far.len() == 1;
    let title = if one { first.title.clone() } else { format!("{} posts go out at another instant", far.len()) };
    let body = "The rules of a time zone changed. The time on the clock it was planned for stays, so it goes out at another instant. Look whether you still want that.";
    Some(Notice {
        code: ErrorCode::TimeMoved,
        title,
        body: body.to_owned(),
        publication: one.then_some(first.id),
        account: one.then_some(first.account),
    })
}
