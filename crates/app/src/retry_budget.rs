//! How many tries may fail in an hour, of one account and at one server, however many posts are due: kept on the disk,
//! so that no restart begins it anew. A post whose account has used it up waits for the next hour.

use domain::{
    ErrorKind, UtcMs,
    budget::{Holder, Limit, Window},
};
use store::{account::Account, budget::Counted};

use crate::{App, Error};

const HOUR_MS: i64 = 60 * 60_000;
/// Those who waited for the next hour begin it within this time.
const SPREAD_MS: i64 = 60_000;

const fn limit(holder: Holder, allowed: i64) -> Limit {
    let (name, source) = ("retries", "");
    Limit { name, holder, allowed, window_ms: HOUR_MS, costs: &[], other: 1, reserve: 0, source }
}

/// Of one account: a minute apart on the average.
const OF_ACCOUNT: Limit = limit(Holder::Account, 60);
/// At one server, of all accounts.
const AT_SERVER: Limit = limit(Holder::Server, 240);

/// Whether a failed try counts. While there is no network the breaker says how often it is looked for, and a time named
/// by the platform is no try of ours.
#[must_use]
pub const fn counts(kind: ErrorKind) -> bool {
    !matches!(kind, ErrorKind::Network | ErrorKind::RateLimited | ErrorKind::QuotaExhausted)
}

/// The next try, no earlier than the windows have room. `dice` is uniform in 0..=255.
fn within(windows: &[Window], at: UtcMs, dice: u8) -> UtcMs {
    let used_up = windows.iter().filter(|window| window.left() == 0).map(|window| window.ends).max();
    used_up.map_or(at, |ends| at.max(ends.plus_ms(SPREAD_MS * i64::from(dice) / 255)))
}

fn holders(account: &Account) -> [(String, &'static Limit); 2] {
    [(account.id.to_string(), &OF_ACCOUNT), (App::server_of(account), &AT_SERVER)]
}

impl App {
    /// When an account may fail again.
    pub(crate) async fn within_retry_budget(&self, account: &Account, at: UtcMs) -> Result<UtcMs, Error> {
        let now = self.clock.now();
        let mut conn = self.store.read().await?;
        let mut windows = Vec::with_capacity(2);
        for (holder, limit) in holders(account) {
            let known = store::budget::find(&mut conn, &holder, limit.name).await?;
            windows.extend(known.map(|window| window.at(limit, now)));
        }
        Ok(within(&windows, at, self.dice()))
    }

    /// A try failed.
    pub(crate) async fn spend_retry(&self, tx: &mut store::Tx, account: &Account) -> Result<(), Error> {
        let now = self.clock.now();
        for (holder, limit) in holders(account) {
            let known = store::budget::find(tx, &holder, limit.name).await?;
            let fresh = || Window::begin(limit.allowed, limit.window_ms, now);
            let mut window = known.map_or_else(fresh, |window| window.at(limit, now));
            window.count(1);
            store::budget::put(tx, &Counted { holder, name: limit.name.to_owned(), window }).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_up_hour_puts_off_to_the_next_and_spreads() {
        let at = UtcMs::from_millis;
        let window = |used, ends| Window { begun: at(0), ends: at(ends), used, allowed: 60 };
        assert_eq!(within(&[window(59, HOUR_MS)], at(5), 0), at(5));
        assert_eq!(within(&[window(60, HOUR_MS)], at(5), 0), at(HOUR_MS));
        assert_eq!(within(&[window(60, HOUR_MS), window(60, HOUR_MS * 2)], at(5), 255), at(HOUR_MS * 2 + SPREAD_MS));
        assert_eq!(within(&[window(60, HOUR_MS)], at(HOUR_MS * 3), 255), at(HOUR_MS * 3), "never earlier than planned");
        assert_eq!(within(&[], at(5), 255), at(5));
    }

    #[test]
    fn waiting_for_the_network_or_as_told_spends_nothing() {
        for (kind, spends) in [
            (ErrorKind::Unavailable, true),
            (ErrorKind::AuthExpired, true),
            (ErrorKind::Network, false),
            (ErrorKind::RateLimited, false),
        ] {
            assert_eq!(counts(kind), spends, "{kind:?}");
        }
    }
}
