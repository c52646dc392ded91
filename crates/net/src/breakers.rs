//! The breakers of all servers called, asked before every call for an account, told after every call.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use domain::{
    Outage, PlatformId, UtcMs,
    ports::{Outages, Random},
};

use crate::breaker::{Breaker, Heard, Turned};

/// Servers remembered at most; those that are well are forgotten first.
const SERVERS_MAX: usize = 1_000;

/// Which servers are left alone.
pub struct Breakers {
    random: Arc<dyn Random>,
    known: Mutex<HashMap<String, (PlatformId, Breaker)>>,
    keeper: OnceLock<Arc<dyn Outages>>,
}

impl Breakers {
    pub(crate) fn new(random: Arc<dyn Random>) -> Self {
        Self { random, known: Mutex::default(), keeper: OnceLock::new() }
    }

    /// Goes on with the outages that were kept, and tells of every change from now on. To be called once.
    pub fn keep(&self, outages: &[Outage], keeper: Arc<dyn Outages>) {
        let mut known = self.lock();
        for outage in outages.iter().take(SERVERS_MAX) {
            known.insert(outage.server.clone(), (outage.platform.clone(), Breaker::of(outage)));
        }
        drop(known);
        // A second keeper is ignored.
        let _ = self.keeper.set(keeper);
    }

    /// Whether `who` may call a server now; otherwise the outage, with the instant to ask again. Who may while it is
    /// left alone makes the one probe.
    pub fn ask(&self, server: &str, who: &str, now: UtcMs) -> Result<(), Outage> {
        self.ask_by(server, |breaker| breaker.ask(who, now))
    }

    /// The same for a look that settles doubt.
    pub(crate) fn ask_to_look(&self, server: &str, who: &str, now: UtcMs) -> Result<(), Outage> {
        self.ask_by(server, |breaker| breaker.ask_to_look(who, now))
    }

    fn ask_by(&self, server: &str, ask: impl FnOnce(&mut Breaker) -> Result<(), UtcMs>) -> Result<(), Outage> {
        let mut known = self.lock();
        let Some((platform, breaker)) = known.get_mut(server) else { return Ok(()) };
        let Err(until) = ask(breaker) else { return Ok(()) };
        let outage = breaker.outage(server, platform);
        outage.map_or(Ok(()), |outage| Err(Outage { until, ..outage }))
    }

    /// Whether a server is left alone, a probe under way included. Asking makes nobody the probe.
    pub fn leaves_alone(&self, server: &str) -> bool {
        self.lock().get(server).is_some_and(|(platform, breaker)| breaker.outage(server, platform).is_some())
    }

    /// `who` asked and made no call.
    pub fn release(&self, server: &str, who: &str, now: UtcMs) {
        if let Some((_, breaker)) = self.lock().get_mut(server) {
            breaker.release(who, now);
        }
    }

    /// A person wants a server tried now. Whether it was left alone.
    pub fn try_now(&self, server: &str, now: UtcMs) -> bool {
        self.lock().get_mut(server).is_some_and(|(_, breaker)| breaker.try_now(now))
    }

    /// The servers that are left alone.
    pub fn outages(&self) -> Vec<Outage> {
        let known = self.lock();
        let mut outages: Vec<_> =
            known.iter().filter_map(|(server, (platform, breaker))| breaker.outage(server, platform)).collect();
        outages.sort_by(|a, b| (a.since, &a.server).cmp(&(b.since, &b.server)));
        outages
    }

    pub(crate) fn hear(&self, server: &str, platform: &PlatformId, who: &str, heard: Heard, now: UtcMs) {
        let mut dice = [0_u8];
        self.random.fill(&mut dice);
        let mut known = self.lock();
        if heard == Heard::Alive && !known.contains_key(server) {
            return;
        }
        if known.len() >= SERVERS_MAX && !known.contains_key(server) {
            known.retain(|server, (platform, breaker)| breaker.outage(server, platform).is_some());
            if known.len() >= SERVERS_MAX {
                return;
            }
        }
        let entry = known.entry(server.to_owned());
        let (platform, breaker) = entry.or_insert_with(|| (platform.clone(), Breaker::default()));
        let turned = breaker.hear(who, heard, now, dice[0]);
        let outage = breaker.outage(server, platform);
        if heard == Heard::Alive {
            known.remove(server);
        }
        drop(known);
        if turned != Turned::Nothing
            && let Some(keeper) = self.keeper.get()
        {
            keeper.changed(server, outage.as_ref());
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (PlatformId, Breaker)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The origin of a URL, by which its server is known; empty where it is none.
#[must_use]
pub fn server_of(url: &str) -> String {
    url::Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}
