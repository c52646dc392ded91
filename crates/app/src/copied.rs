//! A profile that is older than what went out from it: a restored backup, a copy. Nothing starts by itself. The accounts
//! are read back: what is found live is marked published, what is provably absent may go out once its owner says so, and
//! about the rest its owner is asked one by one.

use std::{collections::HashSet, sync::Arc, time::Duration};

use domain::{AccountId, EffectId, EffectKind, EffectState, HeldReason, PublicationId, PublicationState, UtcMs};
use providers::{
    Provider,
    provider::Remote,
    shown::{Seen, Shown},
};
use serde::{Deserialize, Serialize};
use store::{
    account::Account,
    effect::Effect,
    journal::Line,
    part::StoredPart,
    publication::{Filter, Publication, Status},
};

use crate::{
    App, Error,
    event::Topic,
    jobs,
    likeness::{Likeness, likeness},
    queue_view::wrong_state,
    words::{self, Who},
};

/// The setting it is kept in.
const SETTING: &str = "copied";
/// How far a platform's clock may be from ours: five minutes.
const CLOCKS_MS: i64 = 300_000;
/// Publications looked for at most.
const MANY: i64 = 10_000;
/// How long between two looks while posts may still appear.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// Remote ids of other publications that are passed over.
const CLAIMED_MAX: i64 = 500;

/// What is known of a profile that is older than what went out from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// When the copy last did anything, as far as it knows.
    pub since: Option<UtcMs>,
    /// When it was noticed.
    pub noticed_at: Option<UtcMs>,
    /// When the accounts were last read back; `None` while that is still to come.
    pub looked_at: Option<UtcMs>,
    /// Whether what was not seen then can no longer appear.
    #[serde(default)]
    pub sure: bool,
    /// Publications found live and marked so.
    pub found: Vec<PublicationId>,
    /// Publications that are provably not there.
    pub absent: Vec<PublicationId>,
    /// Publications nothing can be said of, and why.
    pub unknown: Vec<(PublicationId, String)>,
}

/// What reading an account back says of one publication.
enum Sight {
    /// Its parts up to this many are there.
    There(Vec<Remote>),
    /// The next part is not there.
    Absent(Vec<Remote>),
    /// Nobody but its owner can tell.
    Unclear(String),
}

impl App {
    /// What is known of a copy that its owner has not answered for yet; `None` in a profile that is no copy.
    pub async fn copied(&self) -> Result<Option<Copied>, Error> {
        let stored = store::setting::all(&mut *self.store.read().await?).await?;
        let text = stored.get(SETTING).filter(|text| !text.is_empty());
        text.map(|text| serde_json::from_str(text).map_err(|_| store::StoreError::Row("setting").into())).transpose()
    }

    /// Notes that the profile is a copy, in the transaction that holds what was due.
    pub(crate) async fn note_copied(&self, tx: &mut store::Tx, since: UtcMs) -> Result<(), Error> {
        let copied = Copied { since: Some(since), noticed_at: Some(self.clock.now()), ..Copied::default() };
        self.keep_copied(tx, &copied).await
    }

    async fn keep_copied(&self, tx: &mut store::Tx, copied: &Copied) -> Result<(), Error> {
        let text = serde_json::to_string(copied).map_err(|_| Error::internal("what is known of a copy"))?;
        store::setting::set(tx, SETTING, &text).await?;
        Ok(())
    }

    /// Reads the accounts back, and writes down what that says of everything that may have gone out since.
    pub async fn look_after_copy(self: &Arc<Self>) -> Result<(), Error> {
        let Some(mut copied) = self.copied().await? else { return Ok(()) };
        let since = copied.since.unwrap_or(UtcMs::from_millis(0));
        let states = vec![
            PublicationState::Scheduled,
            PublicationState::Retrying,
            PublicationState::Publishing,
            PublicationState::Unconfirmed,
            PublicationState::Held,
            PublicationState::Failed,
        ];
        let filter = Filter { states, search: String::new(), limit: MANY };
        let waiting = self.publications(&filter).await?;
        let mut accounts: Vec<AccountId> = waiting.iter().map(|found| found.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        (copied.absent, copied.unknown) = (Vec::new(), Vec::new());
        copied.sure = true;
        for id in accounts {
            let ours = waiting.iter().filter(|found| found.account == id);
            self.look_at_account(id, &ours.collect::<Vec<_>>(), since, &mut copied).await?;
        }
        copied.looked_at = Some(self.clock.now());
        let mut tx = self.store.begin().await?;
        self.keep_copied(&mut tx, &copied).await?;
        tx.commit().await?;
        self.emit(Topic::Settings, None);
        self.queue_changed();
        Ok(())
    }

    /// The same beside everything else, again and again until nothing more can appear.
    pub(crate) fn look_after_copy_beside(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(app) = app.upgrade() {
                let looked = async {
                    app.look_after_copy().await?;
                    app.copied().await
                };
                match looked.await {
                    Ok(Some(copied)) if !copied.sure => {}
                    Ok(_) => return,
                    Err(error) => {
                        tracing::warn!(%error, details = error.details, "a copied profile's accounts could not be read back");
                        return;
                    }
                }
                drop(app);
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        });
    }

    async fn look_at_account(
        self: &Arc<Self>,
        id: AccountId,
        waiting: &[&Publication],
        since: UtcMs,
        copied: &mut Copied,
    ) -> Result<(), Error> {
        let account = self.account(id).await?;
        let provider = self.provider(account.platform.as_str())?;
        let who = Who { platform: provider.descriptor().name, handle: &account.handle };
        let session = self.session(&account, Self::account_ref(&account), None);
        let shown = match provider.shown(&session, since.plus_ms(-CLOCKS_MS)).await {
            Ok(Some(shown)) => Ok(shown),
            Ok(None) => Err(words::blind(who)),
            Err(error) => Err(words::trouble(who, &error)),
        };
        // A wall clock that jumped proves nothing: as much must have passed on the one that never does.
        let now_ms = self.clock.monotonic_ms();
        let passed_ms = now_ms.saturating_sub(*self.first_looked_ms.get_or_init(|| now_ms));
        let late_ms = provider.descriptor().doubt.absence_after_ms();
        let soon = i64::try_from(passed_ms).unwrap_or(i64::MAX) < late_ms;
        copied.sure &= !soon;
        let mut claimed: HashSet<String> = {
            let mut conn = self.store.read().await?;
            store::remote_post::claimed(&mut conn, id, CLAIMED_MAX).await?.into_iter().collect()
        };
        for publication in waiting {
            let sight = match &shown {
                Ok(shown) => self.sight(publication, shown, since, &mut claimed).await?,
                Err(why) => Sight::Unclear(why.clone()),
            };
            let held = publication.status.held == Some(HeldReason::Restored);
            match sight {
                Sight::There(_) if publication.schedule.at > self.clock.now() => {
                    if !held {
                        self.hold_planned(publication).await?;
                    }
                    let why = "The account shows this already, though it was planned for later.";
                    copied.unknown.push((publication.id, why.to_owned()));
                }
                Sight::There(remotes) => {
                    self.mark_live(&account, publication, &remotes, true).await?;
                    copied.found.push(publication.id);
                }
                Sight::Absent(remotes) => {
                    if !remotes.is_empty() {
                        self.mark_live(&account, publication, &remotes, false).await?;
                    }
                    match (held, soon) {
                        (true, false) => copied.absent.push(publication.id),
                        (true, true) => copied.unknown.push((publication.id, too_soon(&provider))),
                        // Its own state says what becomes of it.
                        (false, _) => {}
                    }
                }
                Sight::Unclear(why) if held => copied.unknown.push((publication.id, why)),
                Sight::Unclear(_) => {}
            }
        }
        Ok(())
    }

    /// Holds what is planned for later and may have gone out early: its owner is asked about it with the others.
    async fn hold_planned(&self, known: &Publication) -> Result<(), Error> {
        let (id, now) = (known.id, self.clock.now());
        let mut tx = self.store.begin().await?;
        if store::publication::find(&mut tx, id).await?.is_none_or(|found| found.status != known.status) {
            return Ok(());
        }
        let mut status = Status::new(PublicationState::Held, None);
        status.held = Some(HeldReason::Restored);
        "This profile is a copy or a restored backup, and the account shows a post with the same words. Look at it, then decide."
            .clone_into(&mut status.reason);
        store::publication::set_status(&mut tx, id, &status, now).await?;
        queue::cancel(&mut tx, jobs::PUBLISH, &id.to_string(), now).await?;
        tx.commit().await?;
        self.publications_changed(id);
        Ok(())
    }

    /// Looks for the parts of a publication that are not known to be live, in order.
    async fn sight(
        &self,
        publication: &Publication,
        shown: &Shown,
        since: UtcMs,
        claimed: &mut HashSet<String>,
    ) -> Result<Sight, Error> {
        let parts = store::part::of(&mut *self.store.read().await?, publication.id).await?;
        let from = since.plus_ms(-CLOCKS_MS);
        let mut remotes = Vec::new();
        for part in parts.iter().filter(|part| part.remote.is_empty()) {
            let new = |seen: &&Seen| seen.at.is_none_or(|at| at >= from) && !claimed.contains(&seen.remote.id);
            let candidates: Vec<_> = shown.posts.iter().rev().filter(new).collect();
            let like = |wanted| candidates.iter().find(|seen| likeness(&part.content, seen) == wanted);
            if let Some(seen) = like(Likeness::Same) {
                claimed.insert(seen.remote.id.clone());
                remotes.push(seen.remote.clone());
            } else if like(Likeness::Alike).is_some() {
                return Ok(Sight::Unclear("The account shows a post that is like it, and not the same.".to_owned()));
            } else if shown.covers(from) {
                return Ok(Sight::Absent(remotes));
            } else {
                return Ok(Sight::Unclear("The account has more posts since then than can be read back.".to_owned()));
            }
        }
        Ok(Sight::There(remotes))
    }

    /// Writes down that the next parts of a publication are live; all of it is where they are the last.
    async fn mark_live(
        &self,
        account: &Account,
        known: &Publication,
        remotes: &[Remote],
        all: bool,
    ) -> Result<(), Error> {
        let (id, now) = (known.id, self.clock.now());
        let mut tx = self.store.begin().await?;
        // Read here and not before: its owner may have acted meanwhile.
        let Some(found) = store::publication::find(&mut tx, id).await?.filter(|found| found.status == known.status)
        else {
            return Ok(());
        };
        let parts = store::part::of(&mut tx, id).await?;
        let effects = store::effect::of(&mut tx, id).await?;
        for (part, remote) in parts.iter().filter(|part| part.remote.is_empty()).zip(remotes) {
            self.mark_part(&mut tx, &found, part, &effects, remote).await?;
            store::remote_post::upsert(&mut tx, account.id, &remote.id, Some(id), &remote.url, now).await?;
        }
        if all {
            let first = parts.first().filter(|part| !part.remote.is_empty());
            let known_url = first.and_then(|part| serde_json::from_str::<Remote>(&part.remote).ok()).map(|r| r.url);
            let url = known_url.or_else(|| remotes.first().map(|remote| remote.url.clone())).unwrap_or_default();
            let mut status = Status::new(PublicationState::Published, None);
            "It had gone out before this copy of the profile was put back; Postroom looked and found it live."
                .clone_into(&mut status.reason);
            store::publication::set_status(&mut tx, id, &status, now).await?;
            store::publication::set_published(&mut tx, id, &url, now).await?;
            queue::cancel(&mut tx, jobs::PUBLISH, &id.to_string(), now).await?;
        }
        tx.commit().await?;
        self.publications_changed(id);
        Ok(())
    }

    async fn mark_part(
        &self,
        tx: &mut store::Tx,
        publication: &Publication,
        part: &StoredPart,
        effects: &[Effect],
        remote: &Remote,
    ) -> Result<(), Error> {
        let (id, now) = (publication.id, self.clock.now());
        let known = effects.iter().find(|effect| effect.kind == EffectKind::Publish && effect.part == part.ordinal);
        let mut effect = known.cloned().unwrap_or_else(|| self.unsent(publication, part.ordinal));
        effect.state = EffectState::Done;
        effect.remote_id.clone_from(&remote.id);
        effect.url.clone_from(&remote.url);
        store::effect::put(tx, &effect, now).await?;
        let text = serde_json::to_string(remote).map_err(|_| Error::internal("a remote post"))?;
        store::part::set_remote(tx, id, part.ordinal, &text).await?;
        let text = "This copy of the profile did not know it; Postroom looked and found it live.".to_owned();
        let line = Line { at: now, event: "confirm_found".to_owned(), part: Some(part.ordinal), text };
        store::journal::add(tx, id, &line).await?;
        Ok(())
    }

    fn unsent(&self, publication: &Publication, part: i64) -> Effect {
        let now = self.clock.now();
        let id = EffectId::new(now, self.random.as_ref());
        Effect::unsent(id, publication.id, part, EffectKind::Publish, 0, publication.class, now)
    }

    /// The owner's answer: what is provably absent goes out, a little apart, or waits; about what nothing can be said of
    /// they are asked one by one; and everything runs again.
    pub async fn settle_copy(&self, send_absent: bool) -> Result<(), Error> {
        let Some(copied) = self.copied().await? else { return Ok(()) };
        if !copied.sure {
            return Err(wrong_state("Posts may still appear on the accounts; they are being read back."));
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let spacing_ms = self.spacing_ms(&mut tx).await?;
        let restored = |found: &Publication| found.status.held == Some(HeldReason::Restored);
        let mut turns = std::collections::BTreeMap::new();
        for id in copied.absent.iter().filter(|_| send_absent) {
            let Some(found) = store::publication::find(&mut tx, *id).await?.filter(restored) else { continue };
            let turn: &mut UtcMs = turns.entry(found.account).or_insert(now);
            let at = *turn;
            *turn = at.plus_ms(spacing_ms);
            let why = ("restored_absent", "It is not on the account; the owner lets it go out.");
            self.release(&mut tx, &found, at, now, why).await?;
        }
        for (id, why) in &copied.unknown {
            if let Some(found) = store::publication::find(&mut tx, *id).await?.filter(restored) {
                self.ask_about(&mut tx, &found, why).await?;
            }
        }
        store::setting::set(&mut tx, SETTING, "").await?;
        store::profile::set_paused(&mut tx, false).await?;
        self.release_held_in(&mut tx, HeldReason::Paused, None).await?;
        tx.commit().await?;
        self.emit(Topic::Settings, None);
        self.queue_changed();
        Ok(())
    }

    /// Asks whether the next part of a publication is live.
    async fn ask_about(&self, tx: &mut store::Tx, publication: &Publication, why: &str) -> Result<(), Error> {
        let (id, now) = (publication.id, self.clock.now());
        let parts = store::part::of(tx, id).await?;
        let effects = store::effect::of(tx, id).await?;
        let Some(part) = parts.iter().find(|part| part.remote.is_empty()) else { return Ok(()) };
        let known = effects.iter().find(|effect| effect.kind == EffectKind::Publish && effect.part == part.ordinal);
        let mut effect = known.cloned().unwrap_or_else(|| self.unsent(publication, part.ordinal));
        effect.state = EffectState::Undecided;
        store::effect::put(tx, &effect, now).await?;
        let mut status = Status::new(PublicationState::NeedsDecision, None);
        status.reason = format!(
            "This profile is an older copy, and the post may have gone out since. {why} Look at the account: is it live?"
        );
        store::publication::set_status(tx, id, &status, now).await?;
        let line = Line { at: now, event: "asked_owner".to_owned(), part: Some(part.ordinal), text: status.reason };
        store::journal::add(tx, id, &line).await?;
        Ok(())
    }
}

fn too_soon(provider: &Arc<dyn Provider>) -> String {
    format!("It is not there yet; {} may still show it. Look again in a while.", provider.descriptor().name)
}
