//! What is said of a time that cannot be kept: it has passed, the clocks skip it, or they go over it twice.

use domain::{
    ErrorCode, Finding, FindingCode, UtcMs,
    schedule::{self, Schedule, ScheduleError},
};

use crate::Error;

/// Why a chosen time is no instant.
pub(crate) fn refused(error: ScheduleError, wall: &str, zone: &str) -> Error {
    let wall: String = wall.chars().take(40).collect();
    match error {
        ScheduleError::UnknownZone => {
            let zone: String = zone.chars().take(60).collect();
            Error::new(
                ErrorCode::InvalidRequest,
                format!("`{}` is not a time zone. Nothing was scheduled.", zone.escape_debug()),
                "Write a zone of the IANA database, like Europe/Berlin.",
            )
        }
        ScheduleError::Unreadable => Error::new(
            ErrorCode::InvalidRequest,
            format!("`{}` is not a date and time. Nothing was scheduled.", wall.escape_debug()),
            "Write one like 2026-11-24T09:30.",
        ),
        ScheduleError::DoesNotExist { next } => {
            let later = schedule::with_offset(next, zone);
            let finding = Finding { actual: minute_of_day(next, zone), ..Finding::new(FindingCode::TimeDoesNotExist) };
            found(
                finding,
                format!("{wall} does not exist in {zone}: the clocks go forward over it. Nothing was scheduled."),
                format!("The next time that exists is {later}; take it or pick another."),
            )
        }
        ScheduleError::Twice { first, second } => {
            let [first, second] = [first, second].map(|at| schedule::with_offset(at, zone));
            found(
                Finding::new(FindingCode::TimeTwice),
                format!("{wall} comes twice in {zone}, because the clocks go back. Nothing was scheduled."),
                format!("Say which: {first} is the first, {second} the second."),
            )
        }
    }
}

/// The time has passed.
pub(crate) fn past(schedule: &Schedule, now: UtcMs) -> Error {
    let minutes = now.since(schedule.at) / 60_000;
    let ago = match minutes {
        0 => "less than a minute ago".to_owned(),
        1 => "1 minute ago".to_owned(),
        2..120 => format!("{minutes} minutes ago"),
        120..2_880 => format!("{} hours ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1_440),
    };
    found(
        Finding { actual: Some(minutes), ..Finding::new(FindingCode::TimePast) },
        format!("{} was {ago}. Nothing was scheduled.", schedule::with_offset(schedule.at, &schedule.zone)),
        "Publish it now, or pick another time.".to_owned(),
    )
}

fn found(finding: Finding, message: String, action: String) -> Error {
    let mut error = Error::new(ErrorCode::PreflightFailed, message, action);
    error.findings.push(finding);
    error
}

/// Minutes after midnight that the clocks of a zone show.
fn minute_of_day(at: UtcMs, zone: &str) -> Option<i64> {
    let wall = schedule::at_instant(at, zone).ok()?.wall;
    let (hours, rest) = wall.split_once('T')?.1.split_once(':')?;
    Some(hours.parse::<i64>().ok()? * 60 + rest.get(..2)?.parse::<i64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(wall: &str) -> Error {
        refused(schedule::resolve(wall, "Europe/Berlin").unwrap_err(), wall, "Europe/Berlin")
    }

    #[test]
    fn a_skipped_time_comes_with_the_next_and_a_repeated_one_with_both() {
        let skipped = told("2026-03-29T02:30");
        assert_eq!((skipped.code, skipped.findings[0].actual), (ErrorCode::PreflightFailed, Some(180)));
        assert!(skipped.action.contains("2026-03-29T03:00:00+02:00"), "{}", skipped.action);
        let twice = told("2026-10-25T02:30");
        assert!(twice.findings[0].blocks());
        assert!(twice.action.contains("02:30:00+02:00 is the first, 2026-10-25T02:30:00+01:00"), "{}", twice.action);
    }

    #[test]
    fn the_past_is_told_in_minutes() {
        let schedule = schedule::resolve("2026-11-24T09:30", "Europe/Berlin").unwrap();
        let told = |ms| past(&schedule, schedule.at.plus_ms(ms)).message;
        assert!(told(720_000).starts_with("2026-11-24T09:30:00+01:00 was 12 minutes ago."), "{}", told(720_000));
        assert!(told(59_000).contains("less than a minute"));
        assert!(told(3 * 3_600_000).contains("3 hours ago") && told(72 * 3_600_000).contains("3 days ago"));
    }
}
