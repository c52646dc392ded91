//! Servers that are down: kept, told of once, shown, and what waited for one let go a little apart when it is back.

use std::sync::{Arc, Weak};

use domain::{ErrorCode, ErrorKind, Outage, PublicationState, ports::Notice, ports::Outages};
use store::account::Account;
use tokio::sync::mpsc;

use crate::{App, Error, event::Topic, jobs, waiting_line::Line};

/// What a publication that waits for its server has as its step.
pub(crate) const WAITING: &str = "Waiting for the server";

/// Changes that may wait to be kept.
const BACKLOG: usize = 1_024;

/// A server that is down, with what it holds up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degraded {
    /// Which, since when, and when it is looked at again.
    pub outage: Outage,
    /// Name of its platform for people.
    pub platform: String,
    /// Publications that wait for it.
    pub waiting: u32,
}

/// Hands changes to a task that keeps them.
pub(crate) struct Keeper(mpsc::Sender<(String, Option<Outage>)>);

impl Outages for Keeper {
    fn changed(&self, server: &str, outage: Option<&Outage>) {
        if self.0.try_send((server.to_owned(), outage.cloned())).is_err() {
            tracing::warn!("too many servers change at once; one change was not kept");
        }
    }
}

impl App {
    /// Goes on with the outages that were kept, and keeps every change from now on.
    pub(crate) async fn keep_outages(self: &Arc<Self>) -> Result<(), Error> {
        let known = store::outage::all(&mut *self.store.read().await?).await?;
        let (sender, receiver) = mpsc::channel(BACKLOG);
        self.http.breakers().keep(&known, Arc::new(Keeper(sender)));
        tokio::spawn(keep(Arc::downgrade(self), receiver));
        Ok(())
    }

    /// The servers that are down, the longest first, with how many publications wait for each.
    pub async fn degraded(&self) -> Result<Vec<Degraded>, Error> {
        let outages = self.http.breakers().outages();
        if outages.is_empty() {
            return Ok(Vec::new());
        }
        let mut conn = self.store.read().await?;
        let accounts = store::account::all(&mut conn).await?;
        let mut degraded = Vec::with_capacity(outages.len());
        for outage in outages {
            let mut waiting = 0;
            for account in at_server(&accounts, &outage.server) {
                let found = store::outage::waiting(&mut conn, account.id, WAITING).await?;
                waiting += u32::try_from(found.len()).unwrap_or(u32::MAX);
            }
            let platform = self.provider(outage.platform.as_str()).map(|found| found.descriptor().name.to_owned());
            let platform = platform.unwrap_or_else(|_| outage.platform.to_string());
            degraded.push(Degraded { outage, platform, waiting });
        }
        Ok(degraded)
    }

    /// A person wants a server that is left alone tried now: what waits for it longest makes the probe.
    pub async fn try_server_now(&self, server: &str) -> Result<(), Error> {
        if self.http.breakers().try_now(server, self.clock.now()) {
            self.let_go(server).await?;
        }
        self.queue_changed();
        Ok(())
    }

    /// Gives what waits for a server its turns, from now on and a little apart. Nobody is sent to a server that is
    /// still down: each asks again when its turn comes.
    async fn let_go(&self, server: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let spacing_ms = self.spacing_ms(&mut tx).await?;
        let line = Line::default();
        let mut waiting = Vec::new();
        let accounts = store::account::all(&mut tx).await?;
        for account in at_server(&accounts, server) {
            waiting.extend(store::outage::waiting(&mut tx, account.id, WAITING).await?);
        }
        waiting.sort_by_key(|post| (post.at, post.id));
        for post in waiting {
            let at = line.place(server, post.account, now, spacing_ms);
            if post.next_at <= at {
                continue;
            }
            let moved = queue::put_off(&mut tx, jobs::PUBLISH, &post.id.to_string(), at, now).await?;
            if moved == queue::Verdict::Taken {
                store::outage::look_again_at(&mut tx, post.id, at, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn outage_changed(&self, server: &str, outage: Option<&Outage>) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        let notice = if let Some(outage) = outage {
            store::outage::put(&mut tx, outage).await?;
            self.outage_notice(outage)
        } else {
            store::outage::remove(&mut tx, server).await?;
            // What was told ahead of posts because of it holds no more.
            for account in at_server(&store::account::all(&mut tx).await?, server) {
                self.look_at_trouble(&mut tx, Some(account.id)).await?;
            }
            None
        };
        if let Some(notice) = &notice {
            self.add_notice(&mut tx, notice).await?;
        }
        tx.commit().await?;
        if let Some(notice) = &notice {
            self.announce(notice);
        }
        if outage.is_none() {
            self.let_go(server).await?;
        }
        self.queue_changed();
        Ok(())
    }

    /// Told once per outage. One of the network is told with the publications, once for all servers.
    fn outage_notice(&self, outage: &Outage) -> Option<Notice> {
        if outage.times > 1 || outage.kind != ErrorKind::Unavailable {
            return None;
        }
        let found = self.provider(outage.platform.as_str()).ok()?;
        let name = found.descriptor().name;
        Some(Notice {
            code: ErrorCode::PlatformUnavailable,
            title: format!("{name} is in trouble"),
            body: format!(
                "Calls to {} failed one after the other. Due posts wait and go out by themselves when it is back, a little apart; you are asked about those that come too late. None is lost.",
                outage.server
            ),
            publication: None,
            account: None,
        })
    }
}

fn at_server<'a>(accounts: &'a [Account], server: &'a str) -> impl Iterator<Item = &'a Account> {
    accounts.iter().filter(move |account| App::server_of(account) == server)
}

async fn keep(app: Weak<App>, mut changes: mpsc::Receiver<(String, Option<Outage>)>) {
    while let Some((server, outage)) = changes.recv().await {
        let Some(app) = app.upgrade() else { return };
        if let Err(error) = app.outage_changed(&server, outage.as_ref()).await {
            tracing::warn!(%error, details = error.details, "an outage could not be kept");
        }
        app.emit(Topic::Publications, None);
    }
}

/// Whether a publication only waits for its server.
pub(crate) fn waits(status: &store::publication::Status) -> bool {
    status.state == PublicationState::Retrying && status.step == WAITING
}
