//! The budget ledger: what platforms allow, counted from documented limits and from what their answers say. Asked
//! before a call that counts, so that a post waits here and is not refused there.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{
    AccountId, UtcMs,
    budget::{Holder, Limit, Standing, Window, spoken_of},
    ports::Counted,
};
use providers::{Registry, descriptor::Rates};

/// Windows remembered at most.
const WINDOWS_MAX: usize = 10_000;

/// What a call is about to spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spend {
    /// Publishing one part.
    Publish,
    /// A step before that which nobody sees.
    Prepare,
}

/// Where every limit stands.
pub struct Ledger {
    rates: BTreeMap<String, Rates>,
    windows: Mutex<HashMap<(String, &'static str), Window>>,
}

impl Ledger {
    /// A ledger of all platforms, with what was kept of it.
    pub fn new(registry: &Registry, kept: Vec<store::budget::Counted>) -> Self {
        let rates: BTreeMap<_, _> = registry
            .iter()
            .map(|provider| (provider.descriptor().id.to_owned(), provider.descriptor().rates.clone()))
            .collect();
        let name_of = |name: &str| {
            rates.values().flat_map(|rates: &Rates| &rates.limits).map(|limit| limit.name).find(|known| *known == name)
        };
        let windows = kept
            .into_iter()
            .take(WINDOWS_MAX)
            .filter_map(|counted| Some(((counted.holder, name_of(&counted.name)?), counted.window)))
            .collect();
        Self { rates, windows: Mutex::new(windows) }
    }

    /// Counts a call; what changed by it.
    pub fn made(&self, call: &Counted<'_>) -> Vec<store::budget::Counted> {
        let Some(rates) = self.rates.get(call.platform.as_str()) else { return Vec::new() };
        let told = call.told.and_then(|told| Some((spoken_of(&rates.limits, call.operation, told, call.at)?, told)));
        let mut windows = self.lock();
        let mut changed = Vec::new();
        for (index, limit) in rates.limits.iter().enumerate() {
            let told = told.filter(|(spoken, _)| *spoken == index).map(|(_, told)| told);
            let points = limit.cost(call.operation);
            let Some(holder) = holder(limit, call.account, call.server) else { continue };
            if points == 0 && told.is_none() {
                continue;
            }
            if windows.len() >= WINDOWS_MAX {
                windows.retain(|_, window| window.ends > call.at);
            }
            let window = windows.entry((holder.clone(), limit.name)).or_insert_with(|| fresh(limit, call.at));
            *window = window.at(limit, call.at);
            window.count(points);
            if let Some(told) = told {
                window.told(limit, told, call.at);
            }
            changed.push(store::budget::Counted { holder, name: limit.name.to_owned(), window: *window });
        }
        changed
    }

    /// Where the limits of an account stand, its server's included.
    pub fn standings(&self, platform: &str, account: AccountId, server: &str, now: UtcMs) -> Vec<Standing> {
        let Some(rates) = self.rates.get(platform) else { return Vec::new() };
        let windows = self.lock();
        let standing = |limit: &Limit| {
            let holder = holder(limit, Some(account), server)?;
            let known = windows.get(&(holder, limit.name)).map(|window| window.at(limit, now));
            let begun = known.filter(|window| window.used > 0);
            let window = known.unwrap_or_else(|| fresh(limit, now));
            let per_post = rates.cost(limit, true);
            Some(Standing {
                name: limit.name.to_owned(),
                holder: limit.holder,
                allowed: window.allowed,
                used: window.used,
                left: window.left(),
                window_ms: limit.window_ms,
                resets_at: begun.map(|window| window.ends),
                per_post,
                reserve: window.reserved(limit.reserve),
                wait_until: window.wait(per_post, limit.reserve),
                source: limit.source.to_owned(),
            })
        };
        rates.limits.iter().filter_map(standing).collect()
    }

    /// When an account may spend again; `None` for now.
    pub fn wait(&self, spend: Spend, platform: &str, account: AccountId, server: &str, now: UtcMs) -> Option<UtcMs> {
        let rates = self.rates.get(platform)?;
        let windows = self.lock();
        let wait = |limit: &Limit| {
            let window = windows.get(&(holder(limit, Some(account), server)?, limit.name))?.at(limit, now);
            window.wait(rates.cost(limit, spend == Spend::Publish), limit.reserve)
        };
        rates.limits.iter().filter_map(wait).max()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(String, &'static str), Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fresh(limit: &Limit, now: UtcMs) -> Window {
    Window::begin(limit.allowed, limit.window_ms, now)
}

fn holder(limit: &Limit, account: Option<AccountId>, server: &str) -> Option<String> {
    match limit.holder {
        Holder::Account => account.map(|account| account.to_string()),
        Holder::Server => Some(server.to_owned()),
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
