//! Drafts and their way into the queue.

use std::collections::BTreeSet;

use domain::{
    AccountId, ErrorCode, Finding, PostId, PublicationId, PublicationState, UtcMs,
    post::{Content, Fallback, MAX_ACCOUNTS, MAX_PART_BYTES, MAX_PARTS, Part, Variant},
    schedule::{self, Schedule},
};
use store::{
    post::Post,
    publication::{Publication, Status},
};

use crate::{App, Error, event::Topic, jobs, times};

/// What is being written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Text and media common to all accounts.
    pub content: Content,
    /// What single accounts get instead.
    pub variants: Vec<Variant>,
    /// Accounts chosen.
    pub accounts: Vec<AccountId>,
}

/// When to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// As soon as it is saved.
    Now,
    /// At a wall time in a zone.
    Wall(String, String),
    /// At an instant, kept with its wall time in a zone.
    Instant(UtcMs, String),
    /// In the next free slot of each account.
    NextSlot,
}

/// The time each account gets.
pub(crate) enum Times {
    /// The same for all.
    One(Schedule),
    /// The next free slot of each.
    Slots,
}

impl Draft {
    /// Refuses what no platform could take and what would fill the disk.
    pub(crate) fn check_bounds(&self) -> Result<(), Error> {
        let variants = self.variants.iter().filter_map(|variant| variant.parts.as_ref());
        for parts in std::iter::once(&self.content.parts).chain(variants) {
            if parts.len() > MAX_PARTS {
                return Err(Error::invalid(format!("A post has at most {MAX_PARTS} parts.")));
            }
            if parts.iter().any(|part| part.text.len() > MAX_PART_BYTES) {
                return Err(Error::invalid(format!("A part has at most {MAX_PART_BYTES} bytes of text.")));
            }
        }
        if self.content.first_comment.len() > MAX_PART_BYTES {
            return Err(Error::invalid(format!("A first comment has at most {MAX_PART_BYTES} bytes of text.")));
        }
        if self.accounts.len().max(self.variants.len()) > MAX_ACCOUNTS {
            return Err(Error::invalid(format!("A post goes to at most {MAX_ACCOUNTS} accounts.")));
        }
        let unique: BTreeSet<_> = self.accounts.iter().collect();
        if unique.len() != self.accounts.len() {
            return Err(Error::invalid("An account is chosen twice."));
        }
        Ok(())
    }

    /// What a post says.
    pub(crate) fn of(post: &Post) -> Self {
        Self { content: post.content.clone(), variants: post.variants.clone(), accounts: post.accounts.clone() }
    }

    /// The parts one account gets.
    #[must_use]
    pub fn parts_for(&self, account: AccountId) -> &[Part] {
        self.variants
            .iter()
            .find(|variant| variant.account == account)
            .and_then(|variant| variant.parts.as_deref())
            .unwrap_or(&self.content.parts)
    }

    /// The option values one account gets.
    #[must_use]
    pub fn options_for(&self, account: AccountId) -> std::collections::BTreeMap<String, String> {
        self.variants.iter().find(|variant| variant.account == account).map(|v| v.options.clone()).unwrap_or_default()
    }
}

impl App {
    /// One post with its publications.
    pub async fn post(&self, id: PostId) -> Result<(Post, Vec<Publication>), Error> {
        let mut conn = self.store.read().await?;
        let post = store::post::find(&mut conn, id).await?.ok_or_else(|| Error::not_found("post", &id.to_string()))?;
        let publications = store::publication::of_post(&mut conn, id).await?;
        Ok((post, publications))
    }

    /// Saves a draft, a new one without `id`. A post that is on its way is not changed by it.
    pub async fn save_draft(&self, id: Option<PostId>, draft: Draft) -> Result<PostId, Error> {
        draft.check_bounds()?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let before = match id {
            Some(id) => {
                Some(store::post::find(&mut tx, id).await?.ok_or_else(|| Error::not_found("post", &id.to_string()))?)
            }
            None => None,
        };
        if before.as_ref().is_some_and(|post| post.schedule.is_some()) {
            return Err(Error::new(
                ErrorCode::WrongState,
                "This post is on its way and cannot be edited.",
                "Cancel it first; it becomes a draft again.",
            ));
        }
        let post = Post {
            id: id.unwrap_or_else(|| PostId::new(now, self.random.as_ref())),
            content: draft.content,
            variants: draft.variants,
            accounts: draft.accounts,
            schedule: None,
            mends: before.as_ref().and_then(|post| post.mends),
            created_at: before.map_or(now, |post| post.created_at),
            updated_at: now,
        };
        store::post::upsert(&mut tx, &post).await?;
        tx.commit().await?;
        self.emit(Topic::Posts, Some(post.id.to_string()));
        Ok(post.id)
    }

    /// Writes and, with a time, schedules in one go. A post that cannot go out leaves nothing behind.
    pub async fn create_post(&self, draft: Draft, when: Option<When>) -> Result<PostId, Error> {
        self.create_post_with(draft, when, Fallback::Hold).await
    }

    /// The same, with what becomes of it when it cannot go out as planned.
    pub async fn create_post_with(
        &self,
        draft: Draft,
        when: Option<When>,
        fallback: Fallback,
    ) -> Result<PostId, Error> {
        let id = self.save_draft(None, draft).await?;
        let mut made = match fallback {
            Fallback::Hold => Ok(()),
            chosen => self.set_fallback(id, chosen).await,
        };
        if let Some(when) = when.filter(|_| made.is_ok()) {
            made = self.schedule_post(id, &when).await.map(drop);
        }
        if let Err(error) = made {
            self.delete_post(id).await?;
            return Err(error);
        }
        Ok(id)
    }

    /// Sends a draft on its way, or gives a post that waits another time. The post that is on its way then: another one
    /// where the draft mends a publication of that.
    pub async fn schedule_post(&self, id: PostId, when: &When) -> Result<PostId, Error> {
        let (post, publications) = self.post(id).await?;
        let now = self.clock.now();
        let times = self.resolve(when, now).await?;
        if let Times::One(schedule) = &times
            && *when != When::Now
            && schedule.at < now
        {
            return Err(times::past(schedule, now));
        }
        if let Some(mended) = post.mends {
            return self.send_mended(post, mended, &times, now).await;
        }
        if publications.is_empty() {
            self.begin(post, &times, now).await?;
        } else {
            self.move_waiting(post, &publications, &times, now).await?;
        }
        if *when == When::Now {
            self.post(id).await?.1.iter().for_each(|publication| self.ask_now(publication.id));
        }
        self.emit(Topic::Posts, Some(id.to_string()));
        self.emit(Topic::Publications, None);
        self.wake.notify_one();
        Ok(id)
    }

    pub(crate) async fn resolve(&self, when: &When, now: UtcMs) -> Result<Times, Error> {
        let schedule = match when {
            When::Now => {
                let zone = self.zone().await?;
                schedule::at_instant(now, &zone).map_err(|error| times::refused(error, "", &zone))
            }
            When::Instant(at, zone) => {
                schedule::at_instant(*at, zone).map_err(|error| times::refused(error, &at.to_rfc3339(), zone))
            }
            When::Wall(wall, zone) => schedule::resolve(wall, zone).map_err(|error| times::refused(error, wall, zone)),
            When::NextSlot => return Ok(Times::Slots),
        };
        schedule.map(Times::One)
    }

    /// Refuses what cannot go out as it is.
    pub(crate) async fn pass_review(&self, post: Option<PostId>, draft: &Draft) -> Result<(), Error> {
        let review = self.review(post, draft).await?;
        if review.findings.iter().any(Finding::blocks) {
            return Err(refused(review.findings));
        }
        Ok(())
    }

    async fn begin(&self, mut post: Post, times: &Times, now: UtcMs) -> Result<(), Error> {
        self.pass_review(Some(post.id), &Draft::of(&post)).await?;
        let mut tx = self.store.begin().await?;
        let mut chosen = Vec::with_capacity(post.accounts.len());
        for account in post.accounts.clone() {
            let schedule = self.time_of(&mut tx, times, account, now).await?;
            let id = self.place(&mut tx, &post, account, &schedule, now).await?;
            if matches!(times, Times::Slots) {
                store::slot::take(&mut tx, id, schedule.at).await?;
            }
            // The review was its first look.
            store::finding::looked(&mut tx, id, now).await?;
            chosen.push(schedule);
        }
        post.schedule = chosen.into_iter().min_by_key(|schedule| schedule.at);
        post.updated_at = now;
        store::post::upsert(&mut tx, &post).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(crate) async fn time_of(
        &self,
        tx: &mut store::Tx,
        times: &Times,
        account: AccountId,
        now: UtcMs,
    ) -> Result<Schedule, Error> {
        match times {
            Times::One(schedule) => Ok(schedule.clone()),
            Times::Slots => self.next_slot(tx, account, now).await,
        }
    }

    /// Makes the publication of a post for one account, due at its time, and its job.
    pub(crate) async fn place(
        &self,
        tx: &mut store::Tx,
        post: &Post,
        account_id: AccountId,
        schedule: &Schedule,
        now: UtcMs,
    ) -> Result<PublicationId, Error> {
        let account = store::account::find(tx, account_id).await?;
        let account = account.ok_or_else(|| Error::not_found("account", &account_id.to_string()))?;
        let provider = self.provider(account.platform.as_str())?;
        let draft = Draft::of(post);
        let parts = draft.parts_for(account_id);
        let publication = Publication {
            id: PublicationId::new(now, self.random.as_ref()),
            post: post.id,
            account: account_id,
            status: Status::new(PublicationState::Scheduled, Some(schedule.at)),
            title: title(parts),
            class: provider.descriptor().class(&account.kind),
            schedule: schedule.clone(),
            language: draft.content.language.clone(),
            options: draft.options_for(account_id),
            url: String::new(),
            published_at: None,
            edited_at: None,
            deleted_at: None,
        };
        let stored = store::publication::upsert(tx, &publication, now).await?;
        store::part::replace(tx, stored, parts).await?;
        let comment = Some(draft.content.first_comment.trim()).filter(|_| self.changes_of(&account).comment.is_some());
        store::first_comment::set(tx, stored, comment.unwrap_or_default()).await?;
        self.enqueue(tx, stored, schedule.at).await?;
        Ok(stored)
    }

    async fn move_waiting(
        &self,
        mut post: Post,
        publications: &[Publication],
        times: &Times,
        now: UtcMs,
    ) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        let mut moved = Vec::new();
        for publication in publications.iter().filter(|publication| waits(publication)) {
            if !store::effect::of(&mut tx, publication.id).await?.iter().all(|effect| effect.attempts == 0) {
                continue;
            }
            let schedule = self.time_of(&mut tx, times, publication.account, now).await?;
            store::publication::set_schedule(&mut tx, publication.id, &schedule, now).await?;
            if matches!(times, Times::Slots) {
                store::slot::take(&mut tx, publication.id, schedule.at).await?;
            }
            let status = Status::new(PublicationState::Scheduled, Some(schedule.at));
            store::publication::set_status(&mut tx, publication.id, &status, now).await?;
            self.enqueue(&mut tx, publication.id, schedule.at).await?;
            moved.push(schedule);
        }
        let Some(first) = moved.into_iter().min_by_key(|schedule| schedule.at) else {
            return Err(Error::new(
                ErrorCode::WrongState,
                "Nothing of this post waits any more, so it cannot get another time.",
                "Duplicate it to publish it again.",
            ));
        };
        post.schedule = Some(first);
        post.updated_at = now;
        store::post::upsert(&mut tx, &post).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Puts a publication's job on the queue.
    pub(crate) async fn enqueue(&self, tx: &mut store::Tx, id: PublicationId, at: UtcMs) -> Result<(), Error> {
        let now = self.clock.now();
        let job = domain::JobId::new(now, self.random.as_ref());
        let lane = jobs::lane(tx, id).await?;
        queue::enqueue(tx, job, (jobs::PUBLISH, &id.to_string(), &lane), at, now).await?;
        self.look_before(tx, id, at).await
    }

    /// Takes back everything of a post that was not sent. When nothing was, it is a draft again.
    pub async fn cancel_post(&self, id: PostId) -> Result<(), Error> {
        let (mut post, publications) = self.post(id).await?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut left = 0;
        for publication in &publications {
            if publication.status.state.is_final() && publication.status.state != PublicationState::Cancelled {
                left += 1;
            } else if self.take_back(&mut tx, publication).await? {
                store::publication::delete(&mut tx, publication.id).await?;
            } else {
                left += 1;
            }
        }
        if left == 0 {
            post.schedule = None;
            post.updated_at = now;
            store::post::upsert(&mut tx, &post).await?;
        }
        tx.commit().await?;
        self.emit(Topic::Posts, Some(id.to_string()));
        self.emit(Topic::Publications, None);
        self.wake.notify_one();
        if left == publications.len() && !publications.is_empty() {
            return Err(Error::new(
                ErrorCode::WrongState,
                "Nothing of this post can be taken back: it was sent.",
                "Look at its publications for what is live.",
            ));
        }
        Ok(())
    }

    /// Takes an unsent publication off the queue; `false` when it was sent.
    pub(crate) async fn take_back(&self, tx: &mut store::Tx, publication: &Publication) -> Result<bool, Error> {
        if !store::effect::forget_unsent(tx, publication.id).await? {
            return Ok(false);
        }
        queue::cancel(tx, jobs::PUBLISH, &publication.id.to_string(), self.clock.now()).await?;
        Ok(true)
    }

    /// A new draft with the same content.
    pub async fn duplicate_post(&self, id: PostId) -> Result<PostId, Error> {
        let (post, _) = self.post(id).await?;
        let copy = self.save_draft(None, Draft::of(&post)).await?;
        self.set_fallback(copy, self.fallback_of(id).await?).await?;
        Ok(copy)
    }

    /// Deletes a post that is a draft or settled. What is live stays live; Postroom forgets it.
    pub async fn delete_post(&self, id: PostId) -> Result<(), Error> {
        let (_, publications) = self.post(id).await?;
        if publications.iter().any(|publication| !publication.status.state.is_final()) {
            return Err(Error::new(
                ErrorCode::WrongState,
                "This post is on its way.",
                "Cancel it first, or wait until it is settled.",
            ));
        }
        let mut tx = self.store.begin().await?;
        for publication in &publications {
            let change = store::live_change::last(&mut tx, publication.id).await?;
            if change.is_some_and(|change| !change.state.is_final()) {
                return Err(Error::new(
                    ErrorCode::WrongState,
                    "What is live of this post is being changed.",
                    "Wait until that is settled.",
                ));
            }
        }
        store::post::delete(&mut tx, id).await?;
        tx.commit().await?;
        self.emit(Topic::Posts, Some(id.to_string()));
        self.emit(Topic::Publications, None);
        Ok(())
    }

    /// Drafts, the last changed first.
    pub async fn drafts(&self, limit: i64) -> Result<Vec<Post>, Error> {
        Ok(store::post::drafts(&mut *self.store.read().await?, limit).await?)
    }

    /// Posts due in `[from, to)`, with a publication in `state` when one is given.
    pub async fn posts_due(
        &self,
        state: Option<PublicationState>,
        from: UtcMs,
        to: UtcMs,
        limit: i64,
    ) -> Result<Vec<Post>, Error> {
        let state = state.map(PublicationState::as_str);
        Ok(store::post::due_between(&mut *self.store.read().await?, state, from, to, limit).await?)
    }
}

/// Whether a publication waits and nothing of it was sent.
pub(crate) fn waits(publication: &Publication) -> bool {
    use PublicationState as S;
    matches!(publication.status.state, S::Scheduled | S::Retrying | S::Held)
}

/// A refusal because of what pre-flight found.
pub(crate) fn refused(mut findings: Vec<Finding>) -> Error {
    findings.sort_by_key(|finding| !finding.blocks());
    let mut error = Error::new(
        ErrorCode::PreflightFailed,
        "The post cannot go out as it is. Nothing was sent.",
        "Mend what the findings name, then try again.",
    );
    error.findings = findings;
    error
}

/// The first line of a post, cut to 120 characters.
pub(crate) fn title(parts: &[Part]) -> String {
    let text = parts.first().map_or("", |part| part.text.trim());
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(120).collect();
    if !cut.is_empty() {
        return cut;
    }
    let alt = parts.first().and_then(|part| part.media.first()).map(|media| media.alt.as_str()).unwrap_or_default();
    if alt.is_empty() { "Picture".to_owned() } else { alt.chars().take(120).collect() }
}
