use super::*;
use crate::ports::Random;

const HOUR_MS: i64 = 3_600_000;

struct Counted(std::sync::atomic::AtomicU8);

impl Random for Counted {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    }
}

/// What is known, when the post is due in hours, and what is told of it.
type Case = (&'static str, Sky, AccountFacts, i64, Outlook, Vec<FindingCode>);

fn now() -> UtcMs {
    UtcMs::parse_rfc3339("2026-11-21T12:00:00Z").unwrap()
}

fn account() -> AccountId {
    AccountId::new(now(), &Counted(1.into()))
}

fn planned(hours: i64) -> Planned {
    Planned {
        publication: PublicationId::new(now().plus_ms(hours), &Counted(2.into())),
        account: account(),
        at: now().plus_ms(hours * HOUR_MS),
        state: PublicationState::Scheduled,
        held: None,
        parts: 1,
        found: Vec::new(),
    }
}

const WELL: AccountFacts = AccountFacts {
    state: AccountState::Healthy,
    ends_at: None,
    renews: false,
    permission_missing: false,
    quotas: Vec::new(),
    clock_ahead_ms: None,
    in_trouble: false,
};

fn clear() -> Sky {
    Sky { now: now(), grace_ms: HOUR_MS, paused: false, vault_locked: false }
}

fn told(sky: Sky, facts: AccountFacts, planned: Vec<Planned>) -> Vec<(Outlook, Vec<FindingCode>)> {
    let accounts = BTreeMap::from([(account(), facts)]);
    let verdicts = forecast(&sky, &accounts, planned);
    verdicts
        .into_iter()
        .map(|verdict| (verdict.outlook, verdict.findings.iter().map(|finding| finding.code).collect()))
        .collect()
}

#[test]
fn what_is_known_decides() {
    use FindingCode as C;
    use Outlook::{AtRisk, WillGoOut, WillNot};
    let at = |hours: i64| Some(now().plus_ms(hours * HOUR_MS));
    let paused = Sky { paused: true, ..clear() };
    let locked = Sky { vault_locked: true, ..clear() };
    let relink = AccountFacts { state: AccountState::NeedsRelink, ends_at: at(-1), ..WELL };
    let renews = |hours| AccountFacts { ends_at: at(hours), renews: true, ..WELL };
    let table: Vec<Case> = vec![
        ("nothing stands in its way", clear(), WELL, 5, WillGoOut, vec![]),
        ("paused", paused, WELL, 5, WillNot, vec![C::QueuePaused]),
        ("the keychain is locked", locked, WELL, 5, WillNot, vec![C::KeychainLocked]),
        ("the platform ended the access", clear(), relink, 5, WillNot, vec![C::AccountNeedsRelink]),
        (
            "unlinked",
            clear(),
            AccountFacts { state: AccountState::Unlinked, ..WELL },
            5,
            WillNot,
            vec![C::AccountNeedsRelink],
        ),
        (
            "restricted",
            clear(),
            AccountFacts { state: AccountState::Restricted, ..WELL },
            5,
            WillNot,
            vec![C::AccountRestricted],
        ),
        ("ends after it", clear(), AccountFacts { ends_at: at(6), ..WELL }, 5, WillGoOut, vec![]),
        ("ends with it", clear(), AccountFacts { ends_at: at(5), ..WELL }, 5, WillNot, vec![C::AccessEnds]),
        ("ends before it", clear(), AccountFacts { ends_at: at(4), ..WELL }, 5, WillNot, vec![C::AccessEnds]),
        ("may be renewed by then", clear(), renews(40), 60, AtRisk, vec![C::AccessEnds]),
        ("was not renewed by the day before", clear(), renews(20), 23, WillNot, vec![C::AccessEnds]),
        ("has ended although it renews", clear(), renews(-1), 60, WillNot, vec![C::AccessEnds]),
        (
            "not allowed to write",
            clear(),
            AccountFacts { permission_missing: true, ..WELL },
            5,
            WillNot,
            vec![C::PermissionMissing],
        ),
        (
            "our clock is wrong",
            clear(),
            AccountFacts { clock_ahead_ms: Some(HOUR_MS), ..WELL },
            5,
            WillNot,
            vec![C::ClockWrong],
        ),
        ("trouble now", clear(), AccountFacts { in_trouble: true, ..WELL }, 0, AtRisk, vec![C::PlatformInTrouble]),
        ("trouble will be over by then", clear(), AccountFacts { in_trouble: true, ..WELL }, 1, WillGoOut, vec![]),
    ];
    for (why, sky, facts, hours, outlook, codes) in table {
        assert_eq!(told(sky, facts, vec![planned(hours)]), [(outlook, codes)], "{why}");
    }
}

#[test]
fn what_is_held_or_tried_again_says_so_by_its_state() {
    use PublicationState as S;
    let stands = |state, held| {
        let one = Planned { state, held, ..planned(3) };
        told(clear(), WELL, vec![one]).remove(0)
    };
    assert_eq!(stands(S::Held, Some(HeldReason::Missed)), (Outlook::WillNot, vec![]));
    assert_eq!(stands(S::Held, Some(HeldReason::Quota)), (Outlook::AtRisk, vec![]));
    assert_eq!(stands(S::Retrying, None), (Outlook::AtRisk, vec![]));
    assert_eq!(stands(S::Publishing, None), (Outlook::WillGoOut, vec![]));
}

#[test]
fn what_was_found_in_the_post_counts_and_hints_do_not() {
    let found = vec![Finding::new(FindingCode::AltMissing), Finding::new(FindingCode::FileMissing)];
    let verdict = told(clear(), WELL, vec![Planned { found, ..planned(3) }]).remove(0);
    assert_eq!(verdict, (Outlook::WillNot, vec![FindingCode::FileMissing]));
    let hint = vec![Finding::new(FindingCode::AltMissing)];
    assert_eq!(told(clear(), WELL, vec![Planned { found: hint, ..planned(3) }])[0].0, Outlook::WillGoOut);
}

#[test]
fn the_worst_comes_first() {
    let facts = AccountFacts { in_trouble: true, permission_missing: true, ..WELL };
    let verdict = told(clear(), facts, vec![planned(0)]).remove(0);
    assert_eq!(verdict.1, [FindingCode::PermissionMissing, FindingCode::PlatformInTrouble]);
}

#[test]
fn a_quota_is_used_up_in_the_order_of_times_and_begins_anew() {
    use Outlook::{AtRisk, WillGoOut, WillNot};
    let day_ms = 24 * HOUR_MS;
    let resets_at = Some(now().plus_ms(10 * HOUR_MS));
    let quota = Quota { holder: "acc posts".to_owned(), left: 2, resets_at, per_window: 3, window_ms: day_ms };
    let facts = AccountFacts { quotas: vec![quota.clone()], ..WELL };
    // Three before it begins anew; then a thread of three fills a window, and the next one has to wait for another.
    let thread = Planned { parts: 3, ..planned(11) };
    let all = vec![planned(3), planned(1), planned(2), thread, planned(12), planned(35)];
    let over: Vec<_> = told(clear(), facts, all).into_iter().map(|(_, codes)| !codes.is_empty()).collect();
    assert_eq!(over, [false, false, true, false, true, false]);
    let untouched = Quota { resets_at: None, left: 3, ..quota };
    let facts = AccountFacts { quotas: vec![untouched], ..WELL };
    let over: Vec<_> =
        told(clear(), facts, [1, 2, 24, 25, 26].map(planned).to_vec()).into_iter().map(|one| one.0).collect();
    assert_eq!(over, [WillGoOut, WillGoOut, WillGoOut, WillGoOut, WillGoOut], "a window begins with the first post");
    let facts = AccountFacts {
        quotas: vec![Quota { holder: "x".to_owned(), left: 0, per_window: 1, resets_at, window_ms: day_ms }],
        ..WELL
    };
    let over: Vec<_> =
        told(clear(), facts, [1, 9, 11, 12].map(planned).to_vec()).into_iter().map(|one| one.0).collect();
    assert_eq!(over, [WillNot, AtRisk, WillGoOut, WillNot], "what has room within the grace goes out late by itself");
}

#[test]
fn an_account_that_is_not_known_cannot_publish() {
    let verdicts = forecast(&clear(), &BTreeMap::new(), vec![planned(1)]);
    assert_eq!(verdicts[0].outlook, Outlook::WillNot);
}
