//! What is done before a post is due, so that at its time only the intent is written and one request is sent on a
//! connection that is open: a minute ahead tokens are renewed, limits looked at and pictures rendered; seconds ahead
//! the connection is opened. Nobody sees anything of it, a few are seen to at a time, and whatever fails is simply done at the
//! time itself.

use std::{collections::BTreeMap, sync::Arc};

use domain::{AccountState, EffectClass, PublicationId, PublicationState, UtcMs};
use queue::Job;
use store::{account::Account, publication::Publication};
use tokio::task::JoinSet;

use crate::{App, Error, jobs};

/// How long before its time a post is made ready, in milliseconds.
const READY_MS: i64 = 60_000;
/// How long before its time its connection is opened: many servers close an idle one after 5 or 10 s, and one that is
/// closed in the very moment of sending leaves a doubt.
const OPEN_MS: i64 = 8_000;
/// Posts seen to at most in one go, how many of them at a time, and servers connected to at a time.
const MOST: i64 = 512;
const AT_A_TIME: usize = 4;

impl App {
    /// Begins what is to be begun now for the posts due soon. When there is something to begin next.
    pub(crate) async fn look_ahead(self: &Arc<Self>) -> Result<Option<UtcMs>, Error> {
        let now = self.clock.now();
        let mut conn = self.store.read().await?;
        let window = (now, now.plus_ms(READY_MS));
        let coming = queue::coming(&mut conn, jobs::PUBLISH, window, MOST).await?;
        let later = queue::next_due_after(&mut conn, now.plus_ms(READY_MS)).await?.map(|due| due.plus_ms(-READY_MS));
        if coming.is_empty() || store::profile::load(&mut conn).await?.paused {
            return Ok(later);
        }
        drop(conn);
        let coming: Vec<_> = coming.iter().filter_map(|(key, due)| Some((key.parse().ok()?, *due))).collect();
        let (near, far): (Vec<_>, Vec<_>) = coming.iter().copied().partition(|(_, due)| due.since(now) <= OPEN_MS);
        let (ready, open) = (self.ahead.ready.fresh(&coming, now), self.ahead.open.fresh(&near, now));
        if !(ready.is_empty() && open.is_empty()) {
            let app = Arc::clone(self);
            tokio::spawn(async move {
                app.make_all_ready(ready).await;
                if let Err(error) = app.open_connections(&open).await {
                    tracing::debug!(%error, "no connection was opened ahead");
                }
            });
        }
        Ok(far.first().map(|(_, due)| due.plus_ms(-OPEN_MS)).into_iter().chain(later).min())
    }

    /// Waits for the time of a job that was claimed a moment early. False where the clock was set back meanwhile.
    pub(crate) async fn comes_its_time(&self, due: UtcMs) -> bool {
        loop {
            let now = self.clock.now();
            match due.since(now) {
                ..=0 => return true,
                1..=jobs::EARLY_MS => {
                    let moment = self.ahead.moment(due, now);
                    moment.get_or_init(|| self.timer.sleep_toward(self.clock.as_ref(), Some(due))).await;
                    if self.clock.now() < due {
                        // The sleep was ended for something else.
                        self.ahead.forget(due);
                    }
                }
                _ => return false,
            }
        }
    }

    /// Puts a job back whose time turned out not to have come.
    pub(crate) async fn put_back(&self, job: &Job) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        queue::snooze(&mut tx, job, job.due, self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn make_all_ready(self: &Arc<Self>, coming: Vec<(PublicationId, UtcMs)>) {
        let mut running = JoinSet::new();
        for (id, due) in coming {
            while running.len() >= AT_A_TIME {
                running.join_next().await;
            }
            let app = Arc::clone(self);
            running.spawn(async move {
                if let Err(error) = app.make_ready(id, due).await {
                    tracing::debug!(%error, publication = %id, "not made ready ahead");
                }
            });
        }
        while running.join_next().await.is_some() {}
    }

    /// Renews the account's token where it would end, looks at its limits where they are old, renders the pictures.
    async fn make_ready(self: &Arc<Self>, id: PublicationId, due: UtcMs) -> Result<(), Error> {
        let Some((publication, mut account)) = self.to_go_out(id).await? else { return Ok(()) };
        if let Err(error) = self.renew_ahead(&account, due).await {
            tracing::debug!(operation = error.operation, account = %account.id, "not renewed ahead");
        }
        self.refresh_facts_by(&mut account, due).await?;
        let limits = self.provider(account.platform.as_str())?.limits(&Self::account_ref(&account));
        let parts = store::part::of(&mut *self.store.read().await?, publication.id).await?;
        for picture in parts.iter().flat_map(|part| &part.content.media) {
            self.rendition(picture, &limits).await?;
        }
        Ok(())
    }

    /// Opens as many connections to each server as posts go there, a few at most.
    async fn open_connections(self: &Arc<Self>, coming: &[(PublicationId, UtcMs)]) -> Result<(), Error> {
        let mut servers: BTreeMap<String, (Account, usize)> = BTreeMap::new();
        for (id, _) in coming {
            let Some((publication, account)) = self.to_go_out(*id).await? else { continue };
            // Where nothing can settle a doubt, even the small one of a connection that was idle is too much.
            if publication.class != EffectClass::D {
                let server = format!("{}/", account.endpoints.get("api"));
                servers.entry(server).or_insert_with(|| (account, 0)).1 += 1;
            }
        }
        let mut running = JoinSet::new();
        for (url, (account, count)) in servers {
            while running.len() >= AT_A_TIME {
                running.join_next().await;
            }
            let (http, tag) = (self.http.clone(), self.http.tag(account.platform.clone()));
            running.spawn(async move { http.warm_up(&tag, &url, count).await });
        }
        while running.join_next().await.is_some() {}
        Ok(())
    }

    /// A publication that goes out for the first time as things stand, and its account. A further try may have to wait
    /// because its server asked for that, and then nothing is asked of it before.
    async fn to_go_out(&self, id: PublicationId) -> Result<Option<(Publication, Account)>, Error> {
        let mut conn = self.store.read().await?;
        let Some(publication) = store::publication::find(&mut conn, id).await? else { return Ok(None) };
        let account = store::account::find(&mut conn, publication.account).await?;
        let account = account.filter(|account| account.state == AccountState::Healthy);
        let first = publication.status.state == PublicationState::Scheduled;
        Ok(account.filter(|_| first).map(|account| (publication, account)))
    }
}
