//! What pre-flight finds in a post before anything is sent.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, MediaId};

/// Whether a finding stops publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; publishing goes on.
    Hint,
    /// It may not go out, or not at its time.
    Risk,
    /// Publishing would fail: the post is not scheduled until it is mended.
    Block,
}

/// What was found. The words for each are in the user interface and the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// No account is chosen.
    NoAccounts,
    /// Neither text nor media.
    Empty,
    /// More text than the platform takes.
    TextTooLong,
    /// More pictures than the platform takes.
    TooManyImages,
    /// The picture is of a type the platform does not take and that cannot be converted.
    ImageType,
    /// The picture cannot be made small enough.
    ImageTooLarge,
    /// A picture has no alt text.
    AltMissing,
    /// More alt text than the platform takes.
    AltTooLong,
    /// More parts than a thread may have.
    TooManyParts,
    /// The account cannot publish until it is linked again.
    AccountNeedsRelink,
    /// Accounts of this platform are linked, and nothing can be published through them yet.
    OnlyLinked,
    /// The time lies in the past; `actual` is how many minutes ago it was.
    TimePast,
    /// That local time does not exist on that day (clocks go forward); `actual` is the next local time that does, in
    /// minutes after midnight.
    TimeDoesNotExist,
    /// That local time comes twice on that day (clocks go back), and nobody said which is meant.
    TimeTwice,
    /// The picture's file is gone from the profile folder.
    FileMissing,
    /// The same text goes to the same account within the hour.
    SameTextSoon,
    /// The platform takes text here that it will not show as a link or mention.
    LinkNotShown,
    /// An option has a value the platform does not take, or more of it than fits.
    OptionInvalid,
    /// The account has no option of that name.
    OptionUnknown,
    /// A poll and pictures in one part, of which the platform takes only one.
    PollWithMedia,
    /// More text in the first comment than the platform takes.
    CommentTooLong,
    /// The account cannot write a first comment; the post goes out without it.
    CommentNotSent,
    /// The platform restricts the account.
    AccountRestricted,
    /// The access of the account ends before this is due; `actual` is how many minutes before.
    AccessEnds,
    /// The account did not grant a permission that this needs.
    PermissionMissing,
    /// More goes out through the account by then than its platform takes; `limit` is what it takes, `actual` the place of
    /// this one in the row.
    QuotaUsedUp,
    /// This computer's clock is wrong; `actual` is how many minutes it is ahead of the platform's, less than 0 where it is
    /// behind.
    ClockWrong,
    /// Everything is paused.
    QueuePaused,
    /// The key that opens the access of accounts is locked or gone.
    KeychainLocked,
    /// The platform is in trouble just now.
    PlatformInTrouble,
}

impl FindingCode {
    /// Whether it is about what would be sent; otherwise about what is around it, which changes by itself.
    #[must_use]
    pub const fn is_in_the_post(self) -> bool {
        !matches!(
            self,
            Self::AccountNeedsRelink
                | Self::AccountRestricted
                | Self::AccessEnds
                | Self::QuotaUsedUp
                | Self::ClockWrong
                | Self::QueuePaused
                | Self::KeychainLocked
                | Self::PlatformInTrouble
        )
    }

    /// Whether this finding stops publishing.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::AltMissing | Self::SameTextSoon | Self::LinkNotShown | Self::CommentNotSent => Severity::Hint,
            Self::PlatformInTrouble => Severity::Risk,
            _ => Severity::Block,
        }
    }
}

/// One finding, with the place it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// Whether it stops publishing.
    pub severity: Severity,
    /// The account it concerns; `None` when it concerns the post as a whole.
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    pub account: Option<AccountId>,
    /// The part of a thread, counted from 0.
    pub part: Option<u32>,
    /// The picture.
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    pub media: Option<MediaId>,
    /// What there is (characters, pictures, bytes, minutes …).
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub actual: Option<i64>,
    /// What fits, in the same unit.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub limit: Option<i64>,
    /// The option field it concerns, by its id.
    #[serde(default)]
    pub option: Option<String>,
}

impl Finding {
    /// A finding about the whole post.
    #[must_use]
    pub const fn new(code: FindingCode) -> Self {
        Self {
            code,
            severity: code.severity(),
            account: None,
            part: None,
            media: None,
            actual: None,
            limit: None,
            option: None,
        }
    }

    /// The same finding about one account.
    #[must_use]
    pub const fn on(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// The same finding about one part, counted from 0.
    #[must_use]
    pub const fn in_part(mut self, part: u32) -> Self {
        self.part = Some(part);
        self
    }

    /// The same finding about one picture.
    #[must_use]
    pub const fn with_media(mut self, media: MediaId) -> Self {
        self.media = Some(media);
        self
    }

    /// The same finding about one option field.
    #[must_use]
    pub fn about(mut self, option: &str) -> Self {
        self.option = Some(option.to_owned());
        self
    }

    /// The same finding with the figure found.
    #[must_use]
    pub const fn with_actual(mut self, actual: i64) -> Self {
        self.actual = Some(actual);
        self
    }

    /// The same finding as something that may still turn out well.
    #[must_use]
    pub const fn as_risk(mut self) -> Self {
        self.severity = Severity::Risk;
        self
    }

    /// The same finding with the figure found and the figure allowed.
    #[must_use]
    pub const fn measured(mut self, actual: i64, limit: i64) -> Self {
        self.actual = Some(actual);
        self.limit = Some(limit);
        self
    }

    /// Whether it stops publishing.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Block
    }
}
