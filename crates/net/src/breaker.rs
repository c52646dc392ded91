//! One server's breaker as a pure state machine: closed while calls succeed, open for a while once they fail one after
//! the other, and then one probe, which closes it or opens it for longer. Meanwhile a look that settles doubt is let
//! through now and then: it changes nothing there, and whoever waits for it does not know whether their post is live.
//!
//! Any whole answer below 500 closes it: a refusal of one account says that the server is well.

use domain::{ErrorKind, Outage, PlatformId, UtcMs};

/// Failures in a row that open it.
const FAILURES: u32 = 5;
/// Failures further apart than this are not in a row, in milliseconds.
const IN_A_ROW_MS: i64 = 10 * 60_000;
/// How long it is open the first time, in milliseconds; it doubles from then on.
const FIRST_MS: i64 = 2_000;
/// Longest time while the server itself is in trouble, and while it is not reached: the network's return is to be
/// noticed soon.
const LONGEST_MS: i64 = 15 * 60_000;
const LONGEST_UNREACHED_MS: i64 = 60_000;
/// Longest time a server can ask for.
const LONGEST_ASKED_MS: i64 = 60 * 60_000;
/// A probe that was not heard of for this long is given to somebody else: longer than any call may take.
const PROBE_MS: i64 = 150_000;
/// How long those wait who come while a probe is under way.
const BEHIND_PROBE_MS: i64 = 1_000;
/// Time between two looks while it is open.
const LOOK_MS: i64 = 2_000;

/// What a call showed of its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It answered.
    Alive,
    /// It was not reached, gave no answer, or answered that it is in trouble.
    Down {
        /// What the matter was.
        kind: ErrorKind,
        /// When it wants to be called again, where it said so.
        not_before: Option<UtcMs>,
    },
}

/// What became of a breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// Nothing that anybody has to know.
    Nothing,
    /// It opened, or opened for longer.
    Open,
    /// It closed after it was open.
    Closed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Closed,
    Open { until: UtcMs },
    Probing { by: String, began: UtcMs },
}

/// The breaker of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaker {
    phase: Phase,
    failures: u32,
    since: UtcMs,
    last: UtcMs,
    kind: ErrorKind,
    times: u32,
    looked: UtcMs,
    /// The latest time the server itself named while it was open, to whomever: not even a look is let through before.
    told: UtcMs,
}

impl Default for Breaker {
    fn default() -> Self {
        let never = UtcMs::from_millis(0);
        let kind = ErrorKind::Unavailable;
        Self {
            phase: Phase::Closed,
            failures: 0,
            since: never,
            last: never,
            kind,
            times: 0,
            looked: never,
            told: never,
        }
    }
}

impl Breaker {
    /// As it was kept.
    pub fn of(outage: &Outage) -> Self {
        Self {
            phase: Phase::Open { until: outage.until },
            failures: FAILURES,
            since: outage.since,
            last: outage.since,
            kind: outage.kind,
            times: outage.times,
            looked: UtcMs::from_millis(0),
            // Whether the server named the time is not kept.
            told: outage.until,
        }
    }

    /// As it is to be kept and shown; `None` while it is closed.
    pub fn outage(&self, server: &str, platform: &PlatformId) -> Option<Outage> {
        let until = match &self.phase {
            Phase::Closed => return None,
            Phase::Open { until } => *until,
            Phase::Probing { began, .. } => *began,
        };
        let (server, platform) = (server.to_owned(), platform.clone());
        Some(Outage { server, platform, kind: self.kind, since: self.since, until, times: self.times })
    }

    /// Whether `who` may call now. Who may while it is open makes the probe. Otherwise: when to ask again.
    pub fn ask(&mut self, who: &str, now: UtcMs) -> Result<(), UtcMs> {
        match &self.phase {
            Phase::Closed => return Ok(()),
            // One that is open for longer than is ever so was opened by a clock that was wrong.
            Phase::Open { until } if *until > now && until.since(now) <= LONGEST_ASKED_MS + PROBE_MS => {
                return Err(*until);
            }
            Phase::Probing { by, .. } if by == who => return Ok(()),
            Phase::Probing { began, .. } if (0..PROBE_MS).contains(&now.since(*began)) => {
                return Err(now.plus_ms(BEHIND_PROBE_MS));
            }
            Phase::Open { .. } | Phase::Probing { .. } => {}
        }
        self.phase = Phase::Probing { by: who.to_owned(), began: now };
        Ok(())
    }

    /// The same for a look that settles doubt: it need not wait for the probe, only for the look before it.
    pub fn ask_to_look(&mut self, who: &str, now: UtcMs) -> Result<(), UtcMs> {
        let Err(at) = self.ask(who, now) else { return Ok(()) };
        if self.told > now && self.told.since(now) <= LONGEST_ASKED_MS {
            return Err(at.max(self.told));
        }
        if (0..LOOK_MS).contains(&now.since(self.looked)) {
            return Err(at.min(self.looked.plus_ms(LOOK_MS)));
        }
        self.looked = now;
        Ok(())
    }

    /// Takes what a call of `who` showed. `dice` is uniform in 0..=255.
    pub fn hear(&mut self, who: &str, heard: Heard, now: UtcMs, dice: u8) -> Turned {
        let (kind, not_before) = match heard {
            Heard::Alive => {
                let closed = if self.phase == Phase::Closed { Turned::Nothing } else { Turned::Closed };
                *self = Self::default();
                return closed;
            }
            Heard::Down { kind, not_before } => (kind, not_before),
        };
        let asked = not_before.map(|at| at.min(now.plus_ms(LONGEST_ASKED_MS)));
        let told = asked.map_or(self.told, |at| self.told.max(at));
        match &mut self.phase {
            Phase::Closed => {
                if self.failures == 0 || !(0..IN_A_ROW_MS).contains(&now.since(self.last)) {
                    (self.failures, self.since) = (0, now);
                }
                (self.failures, self.last, self.kind) = (self.failures + 1, now, kind);
                if self.failures < FAILURES {
                    return Turned::Nothing;
                }
            }
            // A call that was under way when it opened, or a look.
            Phase::Open { until } => {
                self.told = told;
                if told <= *until {
                    return Turned::Nothing;
                }
                *until = told;
                return Turned::Open;
            }
            Phase::Probing { by, .. } if by != who => {
                self.told = told;
                return Turned::Nothing;
            }
            Phase::Probing { .. } => self.kind = kind,
        }
        self.times = self.times.saturating_add(1);
        self.told = told;
        let until = now.plus_ms(open_ms(self.times, kind, dice));
        self.phase = Phase::Open { until: until.max(self.told) };
        Turned::Open
    }

    /// The probe of `who` came to nothing: it made no call. Whoever asks next makes another.
    pub fn release(&mut self, who: &str, now: UtcMs) {
        if matches!(&self.phase, Phase::Probing { by, .. } if by == who) {
            self.phase = Phase::Open { until: now.max(self.told) };
        }
    }

    /// A person wants it tried now: the next who asks makes the probe. Whether that changes anything.
    pub fn try_now(&mut self, now: UtcMs) -> bool {
        match &mut self.phase {
            Phase::Open { until } if *until > now => *until = now,
            _ => return false,
        }
        true
    }
}

/// Milliseconds it stays open the `times`-th time in a row: doubling, ±20 %.
fn open_ms(times: u32, kind: ErrorKind, dice: u8) -> i64 {
    let longest = if kind == ErrorKind::Unavailable { LONGEST_MS } else { LONGEST_UNREACHED_MS };
    let doublings = times.saturating_sub(1).min(20);
    let plain = FIRST_MS.saturating_mul(1 << doublings).min(longest);
    plain / 5 * 4 + plain * 2 / 5 * i64::from(dice) / 255
}

#[cfg(test)]
#[path = "breaker_tests.rs"]
mod tests;
