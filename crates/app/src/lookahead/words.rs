//! Why a post will not go out or may not, and what its owner can do about it.

use domain::{Finding, FindingCode, HeldReason, PublicationState, forecast::Verdict};

use crate::words::Who;

/// What was found, in a sentence.
pub(crate) fn reason(who: Who<'_>, finding: &Finding) -> String {
    use FindingCode as C;
    let Who { platform, handle } = who;
    let figures = match (finding.actual, finding.limit) {
        (Some(actual), Some(limit)) => format!(" ({actual}, {limit} are taken)"),
        _ => String::new(),
    };
    match finding.code {
        C::AccountNeedsRelink => format!("{platform} does not let Postroom publish for {handle} any more."),
        C::AccountRestricted => format!("{platform} restricts the account {handle}."),
        C::AccessEnds => {
            format!("The access to {handle} ends {} before it is due.", span(finding.actual.unwrap_or_default()))
        }
        C::PermissionMissing => format!("{handle} did not grant Postroom the permission to do this on {platform}."),
        C::QuotaUsedUp => {
            format!("More goes out through {handle} by then than {platform} takes{figures}; it would go out late.")
        }
        C::ClockWrong => {
            let ahead = finding.actual.unwrap_or_default();
            let side = if ahead < 0 { "behind" } else { "ahead of" };
            format!("This computer's clock is {} {side} that of {platform}.", span(ahead.abs()))
        }
        C::QueuePaused => "Everything is paused.".to_owned(),
        C::KeychainLocked => "The key that opens the access of your accounts is locked or gone.".to_owned(),
        C::PlatformInTrouble => format!("{platform} is in trouble just now."),
        C::FileMissing => "A picture of it is gone from the profile folder, or damaged there.".to_owned(),
        C::TextTooLong => format!("Its text is longer than {platform} takes from {handle} now{figures}."),
        C::TooManyImages => format!("It has more pictures than {platform} takes from {handle} now{figures}."),
        C::TooManyParts => format!("The thread has more parts than {platform} takes from {handle} now{figures}."),
        C::AltTooLong => format!("An alt text is longer than {platform} takes from {handle} now{figures}."),
        C::ImageType => format!("A picture is of a type that {platform} does not take from {handle} now."),
        C::ImageTooLarge => format!("A picture cannot be made small enough for {handle} on {platform}."),
        C::OptionInvalid | C::OptionUnknown | C::PollWithMedia => {
            format!("{platform} does not take one of its options from {handle} now.")
        }
        _ => format!("{platform} would not take it from {handle} as it is."),
    }
}

/// What to do about it.
pub(crate) fn fix(who: Who<'_>, code: FindingCode) -> String {
    use FindingCode as C;
    let Who { platform, handle } = who;
    match code {
        C::AccountNeedsRelink | C::AccessEnds | C::PermissionMissing => format!("Link {handle} again."),
        C::AccountRestricted => format!("Sign in at {platform} and see what it asks for."),
        C::QuotaUsedUp => "Give some of them another day.".to_owned(),
        C::ClockWrong => "Set this computer's clock.".to_owned(),
        C::QueuePaused => "Resume the queue.".to_owned(),
        C::KeychainLocked => "Unlock the keychain.".to_owned(),
        C::PlatformInTrouble => "Nothing; it is tried again by itself.".to_owned(),
        C::FileMissing => "Add the picture again.".to_owned(),
        _ => "Take it back to the drafts and change it.".to_owned(),
    }
}

/// Why, and what to do, for a verdict; both empty where all is well.
pub(crate) fn of(who: Who<'_>, verdict: &Verdict, status_reason: &str) -> (String, String) {
    if let Some(finding) = verdict.findings.first() {
        return (reason(who, finding), fix(who, finding.code));
    }
    match (verdict.planned.state, verdict.planned.held) {
        (PublicationState::Held, held) => {
            (status_reason.to_owned(), held.map(|held| held_fix(who, held)).unwrap_or_default())
        }
        (PublicationState::Retrying, _) => {
            (status_reason.to_owned(), "Nothing; it is tried again by itself.".to_owned())
        }
        _ => (String::new(), String::new()),
    }
}

fn held_fix(who: Who<'_>, reason: HeldReason) -> String {
    match reason {
        HeldReason::Paused => fix(who, FindingCode::QueuePaused),
        HeldReason::Relink => fix(who, FindingCode::AccountNeedsRelink),
        HeldReason::FileMissing => fix(who, FindingCode::FileMissing),
        HeldReason::VaultLocked => fix(who, FindingCode::KeychainLocked),
        HeldReason::ClockWrong => fix(who, FindingCode::ClockWrong),
        HeldReason::Quota => fix(who, FindingCode::QuotaUsedUp),
        _ => "Publish it, give it another time, or cancel it.".to_owned(),
    }
}

/// Minutes as people say them.
fn span(minutes: i64) -> String {
    let (count, unit) = match minutes {
        ..120 => (minutes, "minute"),
        120..2_880 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: Who<'static> = Who { platform: "Mastodon", handle: "ash" };

    #[test]
    fn spans_are_told_in_the_largest_unit_of_which_there_are_two() {
        for (minutes, words) in [(1, "1 minute"), (119, "119 minutes"), (120, "2 hours"), (2_880, "2 days")] {
            assert_eq!(span(minutes), words);
        }
    }

    #[test]
    fn a_sentence_says_what_and_another_what_to_do() {
        let ends = Finding::new(FindingCode::AccessEnds).with_actual(300);
        assert_eq!(reason(WHO, &ends), "The access to ash ends 5 hours before it is due.");
        assert_eq!(fix(WHO, ends.code), "Link ash again.");
        let long = Finding::new(FindingCode::TextTooLong).measured(600, 500);
        assert_eq!(reason(WHO, &long), "Its text is longer than Mastodon takes from ash now (600, 500 are taken).");
    }
}
