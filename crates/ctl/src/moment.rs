//! Times as they are typed and as they are shown.

use domain::{
    UtcMs,
    schedule::{self, Schedule, ScheduleError},
};
use ipc::wire::When;

use crate::{cli::TimeArgs, trouble::Trouble};

const FORMS: &str = "Write 2026-11-24T09:30 (in --zone), 2026-11-24T09:30:00+01:00, +5s, +10m, +2h or +1d.";

/// Seconds in a unit of a relative time.
fn unit_seconds(unit: char) -> Option<i64> {
    match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3_600),
        'd' => Some(86_400),
        _ => None,
    }
}

/// `+10m` as milliseconds.
fn relative_ms(text: &str) -> Option<i64> {
    let rest = text.strip_prefix('+')?;
    let unit = rest.chars().last()?;
    let amount = rest.strip_suffix(unit)?;
    if amount.is_empty() || !amount.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    amount.parse::<i64>().ok()?.checked_mul(unit_seconds(unit)?)?.checked_mul(1_000)
}

/// The time typed after `--at`, meant in `zone` where it has no offset of its own.
pub fn parse(text: &str, zone: &str, now: UtcMs) -> Result<When, Trouble> {
    let zone = zone.to_owned();
    if schedule::at_instant(now, &zone) == Err(ScheduleError::UnknownZone) {
        return Err(Trouble::usage(
            format!("`{zone}` is not a time zone of the IANA database."),
            "Write Europe/Berlin.",
        ));
    }
    if let Some(ms) = relative_ms(text) {
        return Ok(When::Instant { at: now.plus_ms(ms).to_rfc3339(), zone });
    }
    if let Some(at) = UtcMs::parse_rfc3339(text) {
        return Ok(When::Instant { at: at.to_rfc3339(), zone });
    }
    match schedule::resolve(text, &zone) {
        // A time that does not exist, or comes twice, is for pre-flight to explain.
        Ok(_) | Err(ScheduleError::DoesNotExist { .. } | ScheduleError::Twice { .. }) => {
            Ok(When::Wall { wall: text.to_owned(), zone })
        }
        Err(_) => Err(Trouble::usage(format!("`{text}` is not a time."), FORMS)),
    }
}

/// What `--at`, `--now` and `--zone` say together; `None` where neither time is given.
pub fn chosen(args: &TimeArgs, default_zone: &str, now: UtcMs) -> Result<Option<When>, Trouble> {
    let zone = args.zone.as_deref().unwrap_or(default_zone);
    match &args.at {
        Some(text) => parse(text, zone, now).map(Some),
        None => Ok(args.now.then_some(When::Now)),
    }
}

/// A typed time as one instant, for the ends of a period.
pub fn instant(text: &str, zone: &str, now: UtcMs) -> Result<String, Trouble> {
    match parse(text, zone, now)? {
        When::Instant { at, .. } => Ok(at),
        When::Now | When::NextSlot => Ok(now.to_rfc3339()),
        When::Wall { wall, zone } => match schedule::resolve(&wall, &zone) {
            Ok(Schedule { at, .. }) | Err(ScheduleError::Twice { first: at, .. }) => Ok(at.to_rfc3339()),
            Err(error) => Err(Trouble::usage(format!("`{text}`: {error}."), FORMS)),
        },
    }
}

/// An instant (RFC 3339) for people: `2026-11-24 09:30 Europe/Berlin`, seconds only where there are some.
pub fn show(at: &str, zone: &str) -> String {
    UtcMs::parse_rfc3339(at).map_or_else(|| at.to_owned(), |at| show_instant(at, zone))
}

/// The same for an instant that is one already.
pub fn show_instant(at: UtcMs, zone: &str) -> String {
    let Ok(local) = schedule::at_instant(at, zone) else { return at.to_rfc3339() };
    let wall = local.wall.split('.').next().unwrap_or_default().replace('T', " ");
    format!("{} {}", wall.strip_suffix(":00").unwrap_or(&wall), local.zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::now;

    fn instant_of(text: &str) -> Option<String> {
        match parse(text, "Europe/Berlin", now()) {
            Ok(When::Instant { at, .. }) => Some(at),
            _ => None,
        }
    }

    #[test]
    fn every_way_to_write_a_time_is_read() {
        let table = [
            ("+5s", "2026-11-21T10:00:05.000Z"),
            ("+10m", "2026-11-21T10:10:00.000Z"),
            ("+2h", "2026-11-21T12:00:00.000Z"),
            ("+1d", "2026-11-22T10:00:00.000Z"),
            ("2026-11-24T09:30:00+01:00", "2026-11-24T08:30:00.000Z"),
            ("2026-11-24T08:30:00Z", "2026-11-24T08:30:00.000Z"),
        ];
        for (text, at) in table {
            assert_eq!(instant_of(text).as_deref(), Some(at), "{text}");
        }
        for text in ["2026-11-24T09:30", "2026-11-24 09:30:15", "2026-03-29T02:30", "2026-10-25T02:30"] {
            let wall = When::Wall { wall: text.to_owned(), zone: "Europe/Berlin".to_owned() };
            assert_eq!(parse(text, "Europe/Berlin", now()), Ok(wall));
        }
    }

    #[test]
    fn what_is_no_time_or_no_zone_is_wrong_usage() {
        for text in
            ["", "tomorrow", "+", "+s", "+5", "+5w", "+-5s", "+5.5s", "+99999999999999999999s", "+9223372036854775807d"]
        {
            assert_eq!(parse(text, "UTC", now()).map_err(|trouble| trouble.exit as u8), Err(2), "{text}");
        }
        assert_eq!(parse("+5s", "Mars/Olympus", now()).map_err(|trouble| trouble.exit as u8), Err(2));
    }

    #[test]
    fn the_zone_given_wins_over_the_default() {
        let args = TimeArgs { at: Some("2026-11-24T09:30".into()), now: false, zone: Some("Asia/Tokyo".into()) };
        assert!(matches!(chosen(&args, "UTC", now()), Ok(Some(When::Wall { zone, .. })) if zone == "Asia/Tokyo"));
        assert_eq!(chosen(&TimeArgs::default(), "UTC", now()), Ok(None));
        assert_eq!(chosen(&TimeArgs { now: true, ..TimeArgs::default() }, "UTC", now()), Ok(Some(When::Now)));
    }

    #[test]
    fn times_are_shown_with_their_zone() {
        assert_eq!(show("2026-11-24T08:30:00.000Z", "Europe/Berlin"), "2026-11-24 09:30 Europe/Berlin");
        assert_eq!(show("2026-11-24T08:30:05.250Z", "UTC"), "2026-11-24 08:30:05 UTC");
        assert_eq!(show("soon", "UTC"), "soon");
    }

    #[test]
    fn ends_of_a_period_are_instants() {
        assert_eq!(instant("2026-11-24T09:30", "Europe/Berlin", now()), Ok("2026-11-24T08:30:00.000Z".to_owned()));
        assert!(instant("2026-03-29T02:30", "Europe/Berlin", now()).is_err());
        assert_eq!(instant("2026-10-25T02:30", "Europe/Berlin", now()), Ok("2026-10-25T00:30:00.000Z".to_owned()));
    }
}
