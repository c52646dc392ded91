//! Telling early, once, and of everything together, what will not make it.

use domain::{AccountId, ErrorCode, Finding, FindingCode, PublicationId, ports::Notice};
use store::account::Account;

use super::words;
use crate::{Error, words::Who};

/// Reasons named in one notice.
const REASONS_MAX: usize = 3;

/// Something found that was not known before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct News {
    /// In which publication.
    pub(super) publication: PublicationId,
    /// First line of its text.
    pub(super) title: String,
    /// What.
    pub(super) finding: Finding,
}

/// Leaves out what concerns every account and was told for another.
pub(super) async fn unknown_elsewhere(
    tx: &mut store::Tx,
    account: AccountId,
    news: Vec<News>,
) -> Result<Vec<News>, Error> {
    let mut left = Vec::with_capacity(news.len());
    for one in news.into_iter().filter(|one| one.finding.blocks()) {
        let common = matches!(
            one.finding.code,
            FindingCode::QueuePaused | FindingCode::KeychainLocked | FindingCode::ClockWrong
        );
        if !common || !store::finding::known_elsewhere(tx, &one.finding, account).await? {
            left.push(one);
        }
    }
    Ok(left)
}

/// One notice for all of it; `None` for none.
pub(super) fn notice(who: Who<'_>, account: &Account, news: &[News]) -> Option<Notice> {
    let first = news.first()?;
    let mut posts: Vec<_> = news.iter().map(|one| one.publication).collect();
    posts.dedup();
    let mut reasons: Vec<String> = Vec::new();
    for one in news {
        let reason = format!("{} {}", words::reason(who, &one.finding), words::fix(who, one.finding.code));
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let more = reasons.len().saturating_sub(REASONS_MAX);
    reasons.truncate(REASONS_MAX);
    if more > 0 {
        reasons.push(format!("The queue names {more} more."));
    }
    let one = posts.len() == 1;
    let what = if one {
        format!("“{}” will not go out", first.title)
    } else {
        format!("{} posts will not go out", posts.len())
    };
    Some(Notice {
        code: code(first.finding.code),
        title: format!("{}, {}: {what}", who.platform, who.handle),
        body: reasons.join(" "),
        publication: one.then_some(first.publication),
        account: Some(account.id),
    })
}

/// What is offered beside the notice follows from this: nothing that would send the post before its time.
const fn code(found: FindingCode) -> ErrorCode {
    match found {
        FindingCode::AccountNeedsRelink | FindingCode::AccessEnds => ErrorCode::RelinkNeeded,
        FindingCode::PermissionMissing => ErrorCode::MissingScope,
        FindingCode::FileMissing => ErrorCode::FileMissing,
        FindingCode::ClockWrong => ErrorCode::ClockWrong,
        _ => ErrorCode::PreflightFailed,
    }
}
