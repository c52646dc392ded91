use proptest::prelude::*;

use super::*;
use crate::schedule::with_offset;

fn series(rule: &str, anchor: &str, zone: &str) -> Series {
    Series { rule: Rule::parse(rule).unwrap(), anchor: anchor.to_owned(), zone: zone.to_owned() }
}

fn at(text: &str) -> UtcMs {
    UtcMs::parse_rfc3339(text).unwrap()
}

fn first(rule: &str, anchor: &str, zone: &str, max: usize) -> Vec<String> {
    let all = series(rule, anchor, zone).between(UtcMs::from_millis(0), UtcMs::from_millis(i64::MAX), max).unwrap();
    all.iter().map(|one| with_offset(one.at, zone)).collect()
}

#[test]
fn wall_times_stay_over_both_changes_of_the_clocks() {
    let spring = first("FREQ=DAILY", "2026-03-28T02:30", "Europe/Berlin", 3);
    assert_eq!(spring, ["2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]);
    let autumn = first("FREQ=DAILY", "2026-10-24T02:30", "Europe/Berlin", 3);
    assert_eq!(autumn, ["2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]);
    let half = first("FREQ=WEEKLY", "2026-09-27T02:10", "Australia/Lord_Howe", 3);
    assert_eq!(half, ["2026-09-27T02:10:00+10:30", "2026-10-04T02:30:00+11:00", "2026-10-11T02:10:00+11:00"]);
}

#[test]
fn the_wall_time_that_was_meant_is_the_one_that_is_kept() {
    let all = series("FREQ=DAILY", "2026-03-29T02:30", "Europe/Berlin");
    let skipped = all.next(at("2026-03-29T00:00:00Z")).unwrap().unwrap();
    assert_eq!((skipped.wall.as_str(), skipped.at), ("2026-03-29T02:30:00", at("2026-03-29T01:00:00Z")));
}

#[test]
fn two_times_on_one_instant_count_once() {
    let all = first("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0;COUNT=4", "2026-03-28T02:00", "Europe/Berlin", 10);
    assert_eq!(all, ["2026-03-28T02:00:00+01:00", "2026-03-28T03:00:00+01:00", "2026-03-29T03:00:00+02:00"]);
}

#[test]
fn months_without_the_day_are_left_out_and_the_last_day_is_a_rule_of_its_own() {
    let skipping = first("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31T10:00", "UTC", 3);
    assert_eq!(skipping, ["2026-01-31T10:00:00+00:00", "2026-03-31T10:00:00+00:00", "2026-05-31T10:00:00+00:00"]);
    let last = first("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "2026-01-31T10:00", "UTC", 3);
    assert_eq!(last, ["2026-01-31T10:00:00+00:00", "2026-02-28T10:00:00+00:00", "2026-03-31T10:00:00+00:00"]);
}

#[test]
fn a_series_ends_by_count_by_day_by_wall_time_or_by_instant() {
    for (rule, count) in [
        ("FREQ=DAILY;COUNT=3", 3),
        ("FREQ=DAILY;UNTIL=20260103", 3),
        ("FREQ=DAILY;UNTIL=20260103T093000", 3),
        ("FREQ=DAILY;UNTIL=20260103T092959", 2),
        // 09:30 in Tokyo.
        ("FREQ=DAILY;UNTIL=20260103T003000Z", 3),
        ("rrule:freq=daily;until=20260103t002959z", 2),
    ] {
        assert_eq!(first(rule, "2026-01-01T09:30", "Asia/Tokyo", 10).len(), count, "{rule}");
    }
    let ended = series("FREQ=DAILY;COUNT=3", "2026-01-01T09:30", "Asia/Tokyo");
    assert_eq!(ended.next(at("2026-02-01T00:00:00Z")), Ok(None));
}

#[test]
fn a_window_shows_what_is_in_it_and_no_more() {
    let all = series("FREQ=WEEKLY;BYDAY=MO,TH", "2020-01-06T09:30", "Europe/Berlin");
    let (from, to) = (at("2026-11-23T08:30:00Z"), at("2026-11-30T08:30:00Z"));
    let walls: Vec<_> = all.between(from, to, 100).unwrap().into_iter().map(|one| one.wall).collect();
    assert_eq!(walls, ["2026-11-23T09:30:00", "2026-11-26T09:30:00"]);
    assert_eq!(all.between(from, to, 1).unwrap().len(), 1);
}

#[test]
fn what_is_no_rule_or_too_much_of_one_is_refused() {
    for rule in ["", "weekly", "FREQ=", "FREQ=DAILY\nDTSTART:20260101", "FREQ=DAILY;UNTIL=soon", "FREQ=DAILY;BYDAY=XX"]
    {
        assert!(matches!(Rule::parse(rule), Err(RuleError::Unreadable(_))), "{rule}");
    }
    for rule in
        ["FREQ=HOURLY", "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5", "FREQ=DAILY;BYSECOND=1"]
    {
        assert_eq!(Rule::parse(rule), Err(RuleError::TooOften), "{rule}");
    }
    assert_eq!(Rule::parse(&format!("FREQ=DAILY;BYMONTHDAY={}", "1,".repeat(200))), Err(RuleError::TooLong));
    assert_eq!(Rule::parse("FREQ=DAILY;INTERVAL=1001"), Err(RuleError::TooLong));
    assert!(matches!(Rule::parse("FREQ=DAILY;COUNT=2;UNTIL=20260103"), Err(RuleError::Unreadable(_))));
}

#[test]
fn a_rule_that_never_matches_ends_the_search() {
    for rule in ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"] {
        let never = series(rule, "2026-01-01T09:30", "UTC");
        assert_eq!(never.between(UtcMs::from_millis(0), UtcMs::from_millis(i64::MAX), 3), Ok(Vec::new()), "{rule}");
    }
}

proptest! {
    #[test]
    fn a_window_is_a_part_of_the_whole(days in 0_i64..400, length in 1_i64..40, interval in 1_u32..5, weekly: bool) {
        let freq = if weekly { "WEEKLY;BYDAY=MO,WE,SU" } else { "DAILY" };
        let all = series(&format!("FREQ={freq};INTERVAL={interval}"), "2026-01-05T02:15", "America/New_York");
        let start = at("2026-01-01T00:00:00Z");
        let (from, to) = (start.plus_ms(days * 86_400_000), start.plus_ms((days + length) * 86_400_000));
        let whole = all.between(start, start.plus_ms(500 * 86_400_000), 1_000)?;
        let expected: Vec<_> = whole.into_iter().filter(|one| (from..to).contains(&one.at)).collect();
        prop_assert_eq!(all.between(from, to, 1_000)?, expected);
    }

    #[test]
    fn no_text_makes_it_panic(text in "(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY))?(;[A-Z]{3,10}=-?[0-9A-Z,]{1,8}){0,3}") {
        if let Ok(rule) = Rule::parse(&text) {
            let all = Series { rule, anchor: "2026-01-05T02:15".to_owned(), zone: "UTC".to_owned() };
            let from = at("2026-01-05T00:00:00Z");
            prop_assert!(all.between(from, from.plus_ms(30 * 86_400_000), 100).is_ok());
        }
    }
}
