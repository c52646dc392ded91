//! Connections opened shortly before they are needed. A request that changes something has a connection of its own, since
//! on a used one a server that just closed it leaves open whether it acted. One that was opened seconds ago, for one
//! harmless question, is nearly as good as a new one; no more such requests go over them than were opened.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tokio::task::JoinSet;
use url::Url;

use super::{CallTag, Client};

/// How long such a connection counts, in milliseconds.
const LIFE_MS: u64 = 12_000;
/// Most of one server, and most servers.
pub(super) const OF_ONE_MAX: usize = 4;
const SERVERS_MAX: usize = 64;

/// By server, until when each of its open connections counts.
#[derive(Default)]
pub(super) struct Warm(Mutex<HashMap<String, Vec<u64>>>);

impl Warm {
    fn put(&self, server: String, now_ms: u64) {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        servers.retain(|_, open| {
            open.retain(|until| *until > now_ms);
            !open.is_empty()
        });
        if servers.len() < SERVERS_MAX || servers.contains_key(&server) {
            let open = servers.entry(server).or_default();
            open.push(now_ms + LIFE_MS);
            open.truncate(OF_ONE_MAX);
        }
    }

    /// Whether there is one for this request, which then has it.
    pub(super) fn take(&self, url: &Url, now_ms: u64) -> bool {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = servers.get_mut(&server(url)) else { return false };
        open.retain(|until| *until > now_ms);
        open.pop().is_some()
    }
}

fn server(url: &Url) -> String {
    url.origin().ascii_serialization()
}

impl Client {
    /// Opens up to `count` connections (four at most) to the server of `url` for requests of the next 12 s, by asking
    /// for `url` with nothing that says who asks. How many it opened; none to a server that is left alone.
    pub async fn warm_up(&self, tag: &CallTag, url: &str, count: usize) -> usize {
        let Ok(parsed) = Url::parse(url) else { return 0 };
        if self.breakers().leaves_alone(&server(&parsed)) {
            return 0;
        }
        let mut asked = JoinSet::new();
        for _ in 0..count.min(OF_ONE_MAX) {
            // All at once: one after the other they would share a connection.
            asked.spawn(self.get(tag, "warm_up", url).warming().timeout_ms(5_000).send());
        }
        let mut opened = 0;
        while let Some(answer) = asked.join_next().await {
            if matches!(answer, Ok(Ok(_))) {
                self.inner.warm.put(server(&parsed), self.clock().monotonic_ms());
                opened += 1;
            }
        }
        opened
    }
}
