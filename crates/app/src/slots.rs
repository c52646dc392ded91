//! Weekly slots of accounts: what is in them, which is free next, and missed posts that are sent there.

use domain::{
    AccountId, ErrorCode, PublicationState, UtcMs,
    schedule::{self, Schedule},
    slots::{SLOTS_MAX, Slot, next_after},
};
use store::{
    journal::Line,
    publication::{Publication, Status},
};

use crate::{App, Error, event::Topic, times};

/// The slots of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    /// In the order of the week.
    pub slots: Vec<Slot>,
    /// IANA zone they are meant in: the one set, where there are none yet.
    pub zone: String,
    /// The first free one from now on; `None` where there is none.
    pub next: Option<Schedule>,
}

impl App {
    /// The slots of an account.
    pub async fn slots(&self, account: AccountId) -> Result<Slots, Error> {
        self.account(account).await?;
        let mut conn = self.store.read().await?;
        let (slots, zone) = store::slot::of(&mut conn, account).await?;
        let taken = store::slot::taken(&mut conn, account, self.clock.now()).await?;
        drop(conn);
        if slots.is_empty() {
            return Ok(Slots { slots, zone: self.zone().await?, next: None });
        }
        let next = free(&slots, &zone, self.clock.now(), &taken)?;
        Ok(Slots { slots, zone, next })
    }

    /// Gives an account these slots. What is planned stays where it is.
    pub async fn set_slots(&self, account: AccountId, mut slots: Vec<Slot>, zone: &str) -> Result<(), Error> {
        self.account(account).await?;
        if slots.len() > SLOTS_MAX || !slots.iter().copied().all(Slot::is_possible) {
            return Err(Error::invalid(format!(
                "A slot is a day of the week (0 is Monday, 6 Sunday) and a minute of the day (0 to 1439); an account has at most {SLOTS_MAX}."
            )));
        }
        slots.sort_unstable();
        slots.dedup();
        schedule::at_instant(self.clock.now(), zone).map_err(|error| times::refused(error, "", zone))?;
        let mut tx = self.store.begin().await?;
        store::slot::replace(&mut tx, account, &slots, zone).await?;
        tx.commit().await?;
        self.emit(Topic::Accounts, Some(account.to_string()));
        Ok(())
    }

    /// The next free slot of an account, in the transaction that takes it.
    pub(crate) async fn next_slot(
        &self,
        tx: &mut store::Tx,
        account: AccountId,
        now: UtcMs,
    ) -> Result<Schedule, Error> {
        let (slots, zone) = store::slot::of(tx, account).await?;
        let taken = store::slot::taken(tx, account, now).await?;
        if let Some(next) = free(&slots, &zone, now, &taken)? {
            return Ok(next);
        }
        let found = store::account::find(tx, account).await?;
        let handle =
            found.map(|found| found.handle).ok_or_else(|| Error::not_found("account", &account.to_string()))?;
        let message = if slots.is_empty() {
            format!("{handle} has no weekly slots. Nothing was scheduled.")
        } else {
            format!("Every slot of {handle} is taken for a year. Nothing was scheduled.")
        };
        Err(Error::new(ErrorCode::WrongState, message, "Give the account slots in its settings, or pick a time."))
    }

    /// Sends a missed post to its account's next free slot; `None` where it has none.
    pub(crate) async fn move_to_slot(
        &self,
        tx: &mut store::Tx,
        publication: &Publication,
        now: UtcMs,
    ) -> Result<Option<Publication>, Error> {
        let (slots, zone) = store::slot::of(tx, publication.account).await?;
        let taken = store::slot::taken(tx, publication.account, now).await?;
        let Some(schedule) = free(&slots, &zone, now, &taken)? else { return Ok(None) };
        let mut moved = publication.clone();
        moved.status = Status::new(PublicationState::Scheduled, Some(schedule.at));
        store::publication::set_schedule(tx, moved.id, &schedule, now).await?;
        store::publication::set_status(tx, moved.id, &moved.status, now).await?;
        store::slot::take(tx, moved.id, schedule.at).await?;
        self.enqueue(tx, moved.id, schedule.at).await?;
        let text = "Its time had passed; it goes out in the account's next free slot.".to_owned();
        store::journal::add(tx, moved.id, &Line { at: now, event: "moved_to_slot".to_owned(), part: None, text })
            .await?;
        moved.schedule = schedule;
        Ok(Some(moved))
    }
}

fn free(slots: &[Slot], zone: &str, now: UtcMs, taken: &[UtcMs]) -> Result<Option<Schedule>, Error> {
    if slots.is_empty() {
        return Ok(None);
    }
    next_after(slots, zone, now, |at| taken.contains(&at)).map_err(|error| times::refused(error, "", zone))
}
