//! Whether what is planned will go out, as far as can be told now: a pure function of what is known of publications and
//! their accounts. It knows nothing of whether the computer will be on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    account::AccountState,
    finding::{Finding, FindingCode, Severity},
    ids::{AccountId, PublicationId},
    publication::{HeldReason, PublicationState},
    time::UtcMs,
};

/// From so long before its time on, an access that could be renewed by its use counts as ending: one day, in milliseconds.
const RENEWAL_HOPED_MS: i64 = 24 * 3_600_000;
/// Trouble of a platform is held against what is due within this time only: one hour, in milliseconds.
const TROUBLE_LASTS_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

/// What is to be expected of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Outlook {
    /// Nothing known stands in its way.
    WillGoOut,
    /// It may not go out, or not at its time.
    AtRisk,
    /// It does not go out unless its owner does something.
    WillNot,
}

/// A publication that is to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Which one.
    pub publication: PublicationId,
    /// Through which account.
    pub account: AccountId,
    /// When.
    pub at: UtcMs,
    /// Where it stands.
    pub state: PublicationState,
    /// Why it is held; `None` unless held.
    pub held: Option<HeldReason>,
    /// Posts it makes.
    pub parts: u32,
    /// What was found in the very things that would be sent.
    pub found: Vec<Finding>,
}

/// How many more posts a platform takes. A window begins with the first post counted in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// Whose posts it counts: accounts with the same holder share it.
    pub holder: String,
    /// Posts it still takes before `resets_at`.
    pub left: u32,
    /// When it begins to count anew; `None` where nothing was counted yet.
    pub resets_at: Option<UtcMs>,
    /// Posts it takes in a window.
    pub per_window: u32,
    /// Length of a window in milliseconds.
    pub window_ms: i64,
}

/// What is known of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// Whether it can publish now.
    pub state: AccountState,
    /// When its access ends for good unless it is renewed by its use; `None` where nobody says so.
    pub ends_at: Option<UtcMs>,
    /// Whether use renews it, and moves that end.
    pub renews: bool,
    /// Whether a permission that publishing needs was not granted.
    pub permission_missing: bool,
    /// How many posts it may make; empty where nobody says so.
    pub quotas: Vec<Quota>,
    /// Milliseconds this computer's clock is ahead of its server's, where that is too far.
    pub clock_ahead_ms: Option<i64>,
    /// Whether its server is in trouble just now.
    pub in_trouble: bool,
}

/// What is known of everything at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sky {
    /// The present.
    pub now: UtcMs,
    /// How late a post may go out without asking its owner, in milliseconds.
    pub grace_ms: i64,
    /// Whether everything is paused.
    pub paused: bool,
    /// Whether sealed access cannot be opened.
    pub vault_locked: bool,
}

/// What is to be expected of one publication, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The publication.
    pub planned: Planned,
    /// What is to be expected.
    pub outlook: Outlook,
    /// Why, the worst first; empty where all is well, and where the state it is in says why.
    pub findings: Vec<Finding>,
}

/// One verdict per publication, in the order of their times.
#[must_use]
pub fn forecast(sky: &Sky, accounts: &BTreeMap<AccountId, AccountFacts>, mut planned: Vec<Planned>) -> Vec<Verdict> {
    planned.sort_by_key(|one| (one.at, one.publication));
    let mut windows = BTreeMap::new();
    planned
        .into_iter()
        .map(|one| {
            let mut findings = Vec::new();
            if let Some(account) = accounts.get(&one.account) {
                findings.extend(around(sky, account, one.at));
                findings.extend(over_quota(sky, &account.quotas, &one, &mut windows));
            } else {
                findings.push(Finding::new(FindingCode::AccountNeedsRelink));
            }
            findings.extend(one.found.iter().cloned());
            findings.retain(|finding| finding.severity != Severity::Hint);
            for finding in &mut findings {
                finding.account = Some(one.account);
            }
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            let worst = findings.first().map(|finding| finding.severity);
            let outlook = by_state(one.state, one.held).max(by_severity(worst));
            Verdict { planned: one, outlook, findings }
        })
        .collect()
}

const fn by_severity(worst: Option<Severity>) -> Outlook {
    match worst {
        None | Some(Severity::Hint) => Outlook::WillGoOut,
        Some(Severity::Risk) => Outlook::AtRisk,
        Some(Severity::Block) => Outlook::WillNot,
    }
}

fn by_state(state: PublicationState, held: Option<HeldReason>) -> Outlook {
    match (state, held) {
        // It goes out by itself once there is room, later than meant.
        (PublicationState::Held, Some(HeldReason::Quota)) | (PublicationState::Retrying, _) => Outlook::AtRisk,
        (PublicationState::Held | PublicationState::Failed, _) => Outlook::WillNot,
        _ => Outlook::WillGoOut,
    }
}

/// What stands in the way of anything that goes out through an account at a time.
fn around(sky: &Sky, account: &AccountFacts, at: UtcMs) -> Vec<Finding> {
    use FindingCode as C;
    let mut found = Vec::new();
    match account.state {
        AccountState::Healthy => {}
        AccountState::Restricted => found.push(Finding::new(C::AccountRestricted)),
        AccountState::NeedsRelink | AccountState::Unlinked => found.push(Finding::new(C::AccountNeedsRelink)),
    }
    // Whoever has to link again need not hear what else is wrong with the access there was.
    let linked = found.is_empty();
    if let Some(ends_at) = account.ends_at.filter(|ends_at| linked && *ends_at <= at) {
        let ends = Finding::new(C::AccessEnds).with_actual(at.since(ends_at) / MINUTE_MS);
        let hoped = account.renews && at.since(sky.now) > RENEWAL_HOPED_MS && ends_at > sky.now;
        found.push(if hoped { ends.as_risk() } else { ends });
    }
    if account.permission_missing && linked {
        found.push(Finding::new(C::PermissionMissing));
    }
    if sky.vault_locked {
        found.push(Finding::new(C::KeychainLocked));
    }
    if sky.paused {
        found.push(Finding::new(C::QueuePaused));
    }
    if let Some(ahead_ms) = account.clock_ahead_ms {
        found.push(Finding::new(C::ClockWrong).with_actual(ahead_ms / MINUTE_MS));
    }
    if account.in_trouble && at.since(sky.now) < TROUBLE_LASTS_MS {
        found.push(Finding::new(C::PlatformInTrouble));
    }
    found
}

/// What is planned in one window of a quota.
struct Window {
    ends: UtcMs,
    made: u32,
    allowed: u32,
}

/// Counts a publication against the quotas of its account; the tightest where there is no room for all of it.
fn over_quota(sky: &Sky, quotas: &[Quota], one: &Planned, windows: &mut BTreeMap<String, Window>) -> Option<Finding> {
    let mut tightest = None;
    for quota in quotas {
        let window = windows.entry(quota.holder.clone()).or_insert_with(|| {
            let ends = quota.resets_at.unwrap_or(UtcMs::from_millis(i64::MIN));
            Window { ends, made: 0, allowed: quota.left }
        });
        if one.at >= window.ends {
            *window = Window { ends: one.at.plus_ms(quota.window_ms), made: 0, allowed: quota.per_window };
        }
        window.made = window.made.saturating_add(one.parts);
        if window.made > window.allowed {
            let (made, allowed) = (i64::from(window.made), i64::from(window.allowed));
            let too_late = window.ends.since(one.at) > sky.grace_ms;
            tightest = tightest.max(Some((too_late, made - allowed, made, allowed)));
        }
    }
    tightest.map(|(too_late, _, made, allowed)| {
        let over = Finding::new(FindingCode::QuotaUsedUp).measured(made, allowed);
        // There is room again soon enough for it to go out by itself.
        if too_late { over } else { over.as_risk() }
    })
}

#[cfg(test)]
#[path = "forecast_tests.rs"]
mod tests;
