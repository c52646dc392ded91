//! Looking at publications ahead of their time, so that their owner hears early of one that will not make it.
//!
//! One job per account, which looks at everything that is due through it: a day before, an hour before, and again when
//! something was mended. It sends nothing that others can see, asks a platform at most two things however many posts there
//! are, and holds no turn and no claim that a due publication waits for.

pub mod ends;
pub mod forecast;

mod facts;
mod look;
mod payload;
mod stages;
mod tell;
pub(crate) mod words;

use std::sync::Arc;

use domain::{AccountId, JobId, PublicationId, UtcMs};
use futures::future::BoxFuture;
use queue::Job;

use crate::{App, Error, jobs};

/// How long after trouble an account is looked at again: 1 min.
const TROUBLE_MS: i64 = 60_000;

/// One look under way, until it is dropped.
struct UnderWay(Arc<App>);

impl UnderWay {
    fn of(app: &Arc<App>) -> Self {
        app.looks.began();
        Self(Arc::clone(app))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.looks.ended();
        // The runner may be idle now, or have another look to make.
        self.0.wake.notify_one();
    }
}

/// Looks at what a claimed job names.
pub(crate) fn begin(app: &Arc<App>, job: Job) {
    beside(app, job, |app, job| Box::pin(look::run(app, job)));
}

/// Does what a claimed job asks for beside everything else: the claim is given back at its end.
pub(crate) fn beside<W>(app: &Arc<App>, job: Job, work: W)
where
    W: for<'a> FnOnce(&'a Arc<App>, &'a Job) -> BoxFuture<'a, Result<(), Error>> + Send + 'static,
{
    let under_way = UnderWay::of(app);
    let look = async move {
        let owner = &under_way.0;
        let Ok(_turn) = owner.looks.turn().await else { return };
        if let Err(error) = work(owner, &job).await {
            tracing::warn!(%error, details = error.details, job = %job.key, "an account could not be looked at");
            let now = owner.clock.now();
            // Where not even that can be written, the claim ends by itself.
            let _ = owner.give_back_look(&job, now.plus_ms(TROUBLE_MS)).await;
        }
    };
    app.looks.spawn(look);
}

impl App {
    async fn give_back_look(&self, job: &Job, at: UtcMs) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        queue::snooze(&mut tx, job, at, self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A publication is due at `at`: it is looked at ahead of that, in the transaction that says so.
    pub(crate) async fn look_before(&self, tx: &mut store::Tx, id: PublicationId, at: UtcMs) -> Result<(), Error> {
        let now = self.clock.now();
        if at <= now {
            return Ok(());
        }
        let Some((account, checked_at)) = store::finding::account_and_look(tx, id).await? else { return Ok(()) };
        match stages::next_look(at, checked_at, now, stages::spread_ms(account)) {
            Some(look_at) => self.look_at(tx, account, look_at.max(now)).await,
            None => Ok(()),
        }
    }

    async fn look_at(&self, tx: &mut store::Tx, account: AccountId, at: UtcMs) -> Result<(), Error> {
        let now = self.clock.now();
        let job = JobId::new(now, self.random.as_ref());
        let key = account.to_string();
        queue::enqueue_by(tx, job, (jobs::LOOK, &key, &jobs::lane_of_looks(account)), at, now).await?;
        Ok(())
    }

    /// Something was mended: whatever was found in what goes out through an account, or through any, is looked at again.
    pub(crate) async fn look_at_trouble(&self, tx: &mut store::Tx, account: Option<AccountId>) -> Result<(), Error> {
        for troubled in store::finding::accounts_in_trouble(tx).await? {
            if account.is_none_or(|account| account == troubled) {
                self.look_at(tx, troubled, self.clock.now()).await?;
            }
        }
        Ok(())
    }

    /// An account's server takes other things than before: everything is looked at as if it never had been.
    pub(crate) async fn look_again(&self, tx: &mut store::Tx, account: AccountId) -> Result<(), Error> {
        store::finding::look_again(tx, account).await?;
        self.look_at(tx, account, self.clock.now()).await
    }

    /// Every account through which something goes out has its job: a profile of before there were such jobs has none.
    pub(crate) async fn look_everywhere(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        for account in store::finding::accounts_ahead(&mut tx, now).await? {
            if let Some(at) = self.next_look(&mut tx, account).await? {
                self.look_at(&mut tx, account, at).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
