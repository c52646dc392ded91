//! What pre-flight found, in words.

use domain::{Finding, FindingCode, Severity};

/// One sentence per finding.
pub fn findings(found: &[Finding]) -> Vec<String> {
    found.iter().map(sentence).collect()
}

fn sentence(finding: &Finding) -> String {
    // Figures of times stand in the sentence that is printed before.
    let timed = matches!(finding.code, FindingCode::TimePast | FindingCode::TimeDoesNotExist | FindingCode::TimeTwice);
    let mut text = match (finding.actual.filter(|_| !timed), finding.limit) {
        (Some(actual), Some(limit)) => format!("{} ({actual}, {limit} possible)", words(finding.code)),
        (Some(actual), None) => format!("{} ({actual})", words(finding.code)),
        (None, Some(limit)) => format!("{} ({limit} possible)", words(finding.code)),
        (None, None) => words(finding.code).to_owned(),
    };
    if let Some(option) = &finding.option {
        text = format!("{text}, option {option}");
    }
    if let Some(part) = finding.part {
        text = format!("{text}, part {}", part.saturating_add(1));
    }
    if let Some(account) = finding.account {
        text = format!("{text}, {account}");
    }
    if finding.severity == Severity::Hint { format!("{text} (a hint: it goes out as it is)") } else { text }
}

const fn words(code: FindingCode) -> &'static str {
    match code {
        FindingCode::NoAccounts => "No account is chosen",
        FindingCode::Empty => "There is neither text nor a picture",
        FindingCode::TextTooLong => "The text is too long",
        FindingCode::TooManyImages => "There are too many pictures",
        FindingCode::ImageType => "A picture is of a type the platform does not take",
        FindingCode::ImageTooLarge => "A picture cannot be made small enough",
        FindingCode::AltMissing => "A picture has no alt text",
        FindingCode::AltTooLong => "An alt text is too long",
        FindingCode::TooManyParts => "The thread has too many parts",
        FindingCode::AccountNeedsRelink => "The account must be linked again",
        FindingCode::OnlyLinked => "Nothing can be published through the account yet; it is only linked",
        FindingCode::TimePast => "The time lies in the past",
        FindingCode::TimeDoesNotExist => "The clocks skip that time on that day",
        FindingCode::TimeTwice => "That time comes twice on that day; write it with its offset",
        FindingCode::FileMissing => "A picture's file is gone",
        FindingCode::SameTextSoon => "The same text goes to the same account within the hour",
        FindingCode::OptionInvalid => "An option has a value the platform does not take",
        FindingCode::OptionUnknown => "The account has no such option",
        FindingCode::CommentTooLong => "The first comment is too long",
        FindingCode::CommentNotSent => "The account takes no first comment; the post goes out without it",
        FindingCode::PollWithMedia => "A poll and pictures cannot go out together",
        FindingCode::AccountRestricted => "The platform restricts the account",
        FindingCode::AccessEnds => "The access of the account ends before this is due",
        FindingCode::PermissionMissing => "The account did not grant a permission this needs",
        FindingCode::QuotaUsedUp => "More goes out through the account by then than its platform takes",
        FindingCode::ClockWrong => "This computer's clock is wrong",
        FindingCode::QueuePaused => "Everything is paused",
        FindingCode::KeychainLocked => "The key that opens the access of accounts is locked or gone",
        FindingCode::PlatformInTrouble => "The platform is in trouble just now",
        FindingCode::LinkNotShown => "The platform will not show something here as a link",
    }
}
