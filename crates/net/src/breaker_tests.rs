use super::*;

const DOWN: Heard = Heard::Down { kind: ErrorKind::Unavailable, not_before: None };
const OFFLINE: Heard = Heard::Down { kind: ErrorKind::Network, not_before: None };

fn at(ms: i64) -> UtcMs {
    UtcMs::from_millis(1_000_000_000_000 + ms)
}

/// One that has just opened for `open_ms(1)`, at the instant 0 and without chance.
fn opened(heard: Heard) -> Breaker {
    let mut breaker = Breaker::default();
    for _ in 1..FAILURES {
        assert_eq!(breaker.hear("a", heard, at(0), 0), Turned::Nothing);
    }
    assert_eq!(breaker.hear("a", heard, at(0), 0), Turned::Open);
    breaker
}

#[test]
fn it_opens_after_failures_in_a_row_and_lets_nobody_through() {
    let mut breaker = opened(DOWN);
    assert_eq!(breaker.ask("b", at(0)), Err(at(1_600)));
    assert_eq!(breaker.ask("a", at(1_599)), Err(at(1_600)), "nor the one that opened it");
}

#[test]
fn an_answer_in_between_begins_anew_and_so_does_time() {
    let mut breaker = Breaker::default();
    for round in 0..20 {
        for _ in 1..FAILURES {
            assert_eq!(breaker.hear("a", DOWN, at(0), 0), Turned::Nothing);
        }
        if round % 2 == 0 {
            assert_eq!(breaker.hear("b", Heard::Alive, at(0), 0), Turned::Nothing);
        } else {
            breaker.last = at(-IN_A_ROW_MS);
        }
    }
    assert_eq!(breaker.ask("a", at(0)), Ok(()));
}

#[test]
fn one_probe_and_no_more() {
    let mut breaker = opened(DOWN);
    let now = at(4_000);
    assert_eq!(breaker.ask("a", now), Ok(()));
    assert_eq!(breaker.ask("b", now), Err(now.plus_ms(BEHIND_PROBE_MS)));
    assert_eq!(breaker.ask("a", now.plus_ms(20)), Ok(()), "its next call is the same probe");
    assert_eq!(breaker.hear("b", DOWN, now, 0), Turned::Nothing, "a call that was under way before");
    assert_eq!(breaker.hear("a", Heard::Alive, now.plus_ms(50), 0), Turned::Closed);
    assert_eq!(breaker.ask("b", now.plus_ms(50)), Ok(()));
    assert_eq!(breaker.outage("s", &PlatformId::postroom()), None);
}

#[test]
fn each_probe_that_fails_opens_it_for_longer_up_to_a_bound() {
    for (heard, longest) in [(DOWN, LONGEST_MS), (OFFLINE, LONGEST_UNREACHED_MS)] {
        let (mut breaker, mut now) = (opened(heard), at(0));
        let mut before = 0;
        for _ in 0..40 {
            let Err(until) = breaker.ask("a", now) else { panic!("it is open") };
            let open_ms = until.since(now);
            assert!(open_ms >= before && open_ms <= longest * 6 / 5, "{open_ms}");
            before = open_ms;
            now = until;
            assert_eq!(breaker.ask("a", now), Ok(()));
            assert_eq!(breaker.hear("a", heard, now, 0), Turned::Open);
        }
        assert_eq!(before, longest / 5 * 4);
        assert_eq!(open_ms(40, ErrorKind::Unavailable, 255), LONGEST_MS * 6 / 5);
    }
}

#[test]
fn the_time_a_server_asks_for_is_kept_within_a_bound() {
    for (asked, kept) in [(600_000, 600_000), (LONGEST_ASKED_MS * 30, LONGEST_ASKED_MS), (-5, 1_600)] {
        let heard = Heard::Down { kind: ErrorKind::Unavailable, not_before: Some(at(asked)) };
        assert_eq!(opened(heard).ask("a", at(0)), Err(at(kept)));
    }
}

#[test]
fn a_restart_forgets_nothing_and_still_sends_one_probe() {
    let breaker = opened(DOWN);
    let kept = breaker.outage("https://a.example", &PlatformId::postroom()).unwrap();
    assert_eq!((kept.since, kept.until, kept.times), (at(0), at(1_600), 1));
    let mut after = Breaker::of(&kept);
    assert_eq!(after.ask("b", at(1_000)), Err(at(1_600)));
    assert_eq!(after.ask("b", at(9_000)), Ok(()));
    assert!(after.ask("c", at(9_000)).is_err());
    assert_eq!(after.hear("b", DOWN, at(9_000), 0), Turned::Open);
    let Err(until) = after.ask("c", at(9_000)) else { panic!("it is open") };
    assert_eq!(until, at(12_200), "longer than the first time");
    // Killed while the probe was under way: the next start makes another at once.
    let mut probing = Breaker::of(&kept);
    assert_eq!(probing.ask("b", at(9_000)), Ok(()));
    let kept = probing.outage("https://a.example", &PlatformId::postroom()).unwrap();
    assert_eq!(Breaker::of(&kept).ask("c", at(9_001)), Ok(()));
}

#[test]
fn a_probe_that_is_not_heard_of_is_given_to_another() {
    let mut breaker = opened(DOWN);
    assert_eq!(breaker.ask("a", at(5_000)), Ok(()));
    assert!(breaker.ask("b", at(5_000 + PROBE_MS - 1)).is_err());
    assert_eq!(breaker.ask("b", at(5_000 + PROBE_MS)), Ok(()));
    breaker.release("a", at(5_000 + PROBE_MS));
    assert!(breaker.ask("c", at(5_000 + PROBE_MS)).is_err(), "only its own can be given back");
    breaker.release("b", at(5_000 + PROBE_MS));
    assert_eq!(breaker.ask("c", at(5_000 + PROBE_MS)), Ok(()));
}

#[test]
fn a_person_has_it_tried_now() {
    let mut breaker = opened(DOWN);
    assert!(breaker.try_now(at(10)));
    assert_eq!(breaker.ask("a", at(10)), Ok(()));
    assert!(!breaker.try_now(at(11)), "one probe is under way");
    assert!(breaker.ask("b", at(11)).is_err());
    assert!(!Breaker::default().try_now(at(0)));
}

#[test]
fn a_look_that_settles_doubt_is_let_through_now_and_then_and_makes_nothing_worse() {
    let mut breaker = opened(DOWN);
    assert_eq!(breaker.ask_to_look("a", at(10)), Ok(()));
    assert_eq!(breaker.ask_to_look("b", at(11)), Err(at(1_600)), "then it would be the probe");
    assert_eq!(breaker.hear("a", DOWN, at(20), 0), Turned::Nothing);
    assert_eq!(breaker.ask("c", at(20)), Err(at(1_600)), "open no longer than before");
    assert_eq!(breaker.ask("c", at(1_600)), Ok(()));
    assert_eq!(breaker.ask_to_look("b", at(1_700)), Err(at(2_010)), "nor does it wait for the probe");
    assert_eq!(breaker.ask_to_look("b", at(2_010)), Ok(()));
    assert_eq!(breaker.hear("b", Heard::Alive, at(2_020), 0), Turned::Closed);

    let told = Heard::Down { kind: ErrorKind::Unavailable, not_before: Some(at(60_000)) };
    assert_eq!(opened(told).ask_to_look("a", at(10)), Err(at(60_000)), "the server named the time");
    let kept = opened(DOWN).outage("s", &PlatformId::postroom()).unwrap();
    assert_eq!(Breaker::of(&kept).ask_to_look("a", at(10)), Err(at(1_600)), "nobody knows any more whether it did");
}

#[test]
fn the_time_a_server_names_keeps_every_look_away_whoever_was_told_it() {
    let told = |ms| Heard::Down { kind: ErrorKind::Unavailable, not_before: Some(at(ms)) };
    let mut looking = opened(DOWN);
    assert_eq!(looking.ask_to_look("a", at(10)), Ok(()));
    assert_eq!(looking.hear("a", told(60_000), at(20), 0), Turned::Open, "a look was told it");
    assert_eq!(looking.hear("a", told(30_000), at(21), 0), Turned::Nothing, "an earlier time takes nothing back");
    assert_eq!(looking.ask_to_look("b", at(5_000)), Err(at(60_000)));
    assert_eq!(looking.ask("c", at(5_000)), Err(at(60_000)));

    let mut probing = opened(DOWN);
    assert_eq!(probing.ask("a", at(1_600)), Ok(()));
    assert_eq!(probing.hear("b", told(60_000), at(1_700), 0), Turned::Nothing, "a call from before the probe was told");
    assert_eq!(probing.ask_to_look("c", at(5_000)), Err(at(60_000)));
    probing.release("a", at(5_000));
    assert_eq!(probing.ask("d", at(5_000)), Err(at(60_000)), "nor is there another probe before");
    assert_eq!(probing.hear("a", Heard::Alive, at(6_000), 0), Turned::Closed);
    assert_eq!(probing.ask_to_look("c", at(6_000)), Ok(()), "it answered: the time is forgotten");
}

#[test]
fn a_clock_that_was_set_back_does_not_keep_it_open_for_ever() {
    let mut breaker = opened(DOWN);
    assert_eq!(breaker.ask("a", at(-30 * 86_400_000)), Ok(()));
}
