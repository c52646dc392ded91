//! What can go wrong at a platform, and the closed list of codes that reach users.

use serde::{Deserialize, Serialize};

use crate::{account::PlatformId, time::UtcMs};

/// What sort of trouble a platform call met. The user interface reads this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The access token ended and could not be renewed just now.
    AuthExpired,
    /// The grant is gone: link again.
    AuthRevoked,
    /// A permission was not granted.
    MissingScope,
    /// The platform restricts the account.
    AccountRestricted,
    /// The account is a personal one, and the platform lets apps act for professional ones only.
    PersonalAccount,
    /// Too many requests; another time was named.
    RateLimited,
    /// A quota of posts is used up.
    QuotaExhausted,
    /// The platform refuses this text.
    ContentRejected,
    /// The platform refuses this picture or film.
    MediaRejected,
    /// The platform says it already has this.
    Duplicate,
    /// What was asked for does not exist.
    NotFound,
    /// The platform or server cannot do this.
    Unsupported,
    /// The platform is down or overloaded, and did nothing.
    Unavailable,
    /// The platform could not be reached, and nothing was sent.
    Network,
    /// The server's certificate is not one to trust, and nothing was sent.
    Certificate,
    /// The platform answered something its documentation does not allow.
    Protocol,
    /// Something was sent and no usable answer came: it may be live.
    OutcomeUnknown,
}

/// What the queue does next. The queue reads this and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Trying again cannot help without a person.
    Never,
    /// Nothing was published; try again later.
    After,
    /// It may have been published; ask before anything else.
    Confirm,
}

/// How far a call came that brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The server's name does not resolve.
    NoName,
    /// Something at that address refuses connections.
    Refused,
    /// No connection within the time limit.
    NoConnection,
    /// The server's certificate is not one to trust.
    Certificate(CertificateFault),
    /// What answers there does not speak TLS, or not as it should.
    NoTls,
    /// Connected and asked, and no complete answer within the time limit.
    Silent,
    /// The connection broke, or the answer broke off.
    BrokeOff,
    /// The answer had no end in sight.
    Endless,
    /// Not called at all: calls to it failed one after the other, and it is left alone for a while.
    LeftAlone,
    /// Anything else.
    Unclear,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CertificateFault {
    /// Its last day has passed.
    Expired,
    /// Its first day is still to come.
    NotYetValid,
    /// It is for another name.
    WrongName,
    /// It is signed by nobody this computer trusts.
    UnknownIssuer,
    /// It was taken back.
    Revoked,
    /// Anything else.
    Unusable,
}

/// The post that one is a repeat of, as the platform names it: exactly what was sent, by its stored form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeats {
    /// The platform's id of it.
    pub id: String,
    /// Its public link.
    pub url: String,
    /// When it was made, by the platform's clock.
    pub made: UtcMs,
}

/// A copy of an answer, redacted and cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawReply {
    /// Which operation, in the provider's words.
    pub operation: String,
    /// HTTP status.
    pub status: u16,
    /// Headers that say something about the refusal, by name.
    pub headers: Vec<(String, String)>,
    /// The first 8 KiB of the body at most.
    pub body: String,
    /// The post a refused one repeats, where the platform refuses repeats and names the first.
    pub repeats: Option<Repeats>,
}

/// A failed call to a platform.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{platform} {operation}: {kind:?}{}", status.map(|s| format!(" (HTTP {s})")).unwrap_or_default())]
pub struct ProviderError {
    /// What sort of trouble.
    pub kind: ErrorKind,
    /// What to do next.
    pub retry: Retry,
    /// Which platform.
    pub platform: PlatformId,
    /// Which operation, in the provider's words.
    pub operation: &'static str,
    /// HTTP status, where there was one.
    pub status: Option<u16>,
    /// The platform's own code, redacted and cut to 200 characters.
    pub remote_code: String,
    /// The platform's own words, redacted and cut to 500 characters.
    pub remote_message: String,
    /// The earliest instant the platform allows the next try.
    pub retry_after: Option<UtcMs>,
    /// How far the call came, where no answer came back.
    pub reach: Option<Reach>,
    /// What it answered, to be kept where its owner can look at it; `None` where there was no answer.
    pub reply: Option<Box<RawReply>>,
}

impl ProviderError {
    /// An error with the retry that follows from its kind.
    #[must_use]
    pub fn new(kind: ErrorKind, platform: PlatformId, operation: &'static str) -> Self {
        let retry = match kind {
            ErrorKind::OutcomeUnknown => Retry::Confirm,
            ErrorKind::AuthExpired
            | ErrorKind::RateLimited
            | ErrorKind::QuotaExhausted
            | ErrorKind::Unavailable
            | ErrorKind::Network
            | ErrorKind::Certificate => Retry::After,
            _ => Retry::Never,
        };
        Self {
            kind,
            retry,
            platform,
            operation,
            status: None,
            remote_code: String::new(),
            remote_message: String::new(),
            retry_after: None,
            reach: None,
            reply: None,
        }
    }

    /// The same error with the HTTP status and the platform's own code and words.
    #[must_use]
    pub fn replied(mut self, status: u16, code: &str, message: &str) -> Self {
        self.status = Some(status);
        self.remote_code = code.chars().take(200).collect();
        self.remote_message = message.chars().take(500).collect();
        self
    }

    /// The post a refused one repeats, where the platform named it.
    #[must_use]
    pub fn repeats(&self) -> Option<&Repeats> {
        self.reply.as_deref()?.repeats.as_ref()
    }

    /// The same error with the earliest next try.
    #[must_use]
    pub const fn not_before(mut self, instant: Option<UtcMs>) -> Self {
        self.retry_after = instant;
        self
    }
}

/// Every code a client can meet. Gains a member only when somebody acts on it differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request is not one Postroom understands.
    InvalidRequest,
    /// No such post, publication, account or file.
    NotFound,
    /// The post cannot go out as it is: see the findings.
    PreflightFailed,
    /// What was asked does not fit the state the thing is in.
    WrongState,
    /// The account must be linked again.
    RelinkNeeded,
    /// The platform lacks a permission from this account.
    MissingScope,
    /// The platform restricts this account.
    AccountRestricted,
    /// The account is a personal one, and the platform lets apps act for professional ones only.
    PersonalAccount,
    /// The platform does not accept the user's own app.
    AppRefused,
    /// Name or password refused.
    CredentialsRefused,
    /// The person refused in the browser.
    ConsentRefused,
    /// Linking took too long.
    LinkTimedOut,
    /// Linking was stopped here.
    LinkCancelled,
    /// The answer in the browser did not belong to this attempt.
    LinkMismatch,
    /// The platform is limiting us; it will be tried again.
    RateLimited,
    /// A quota is used up.
    QuotaExhausted,
    /// The platform refused the text.
    ContentRejected,
    /// The platform refused a picture.
    MediaRejected,
    /// The file is not a picture Postroom can use.
    MediaUnreadable,
    /// The picture is larger than Postroom opens.
    MediaTooLarge,
    /// A picture's file is gone.
    FileMissing,
    /// The platform does not know this (any more).
    RemoteNotFound,
    /// It was changed at the platform since, and is left as it is.
    ChangedElsewhere,
    /// The platform cannot do this.
    Unsupported,
    /// The platform is down.
    PlatformUnavailable,
    /// The platform cannot be reached.
    Offline,
    /// The server's certificate is not one to trust.
    CertificateRefused,
    /// The platform answered nonsense.
    PlatformProtocol,
    /// Sent, no answer, and nothing can tell whether it is live.
    OutcomeUnknown,
    /// The time passed while Postroom could not run.
    Missed,
    /// Posts go out at another time than was chosen: after it had passed, or because the zone's rules changed.
    TimeMoved,
    /// This computer's clock differs from the platforms'.
    ClockWrong,
    /// No key opens the sealed secrets: locked, gone or not chosen.
    VaultUnavailable,
    /// A sealed value does not open: damaged or moved.
    VaultCorrupt,
    /// Another runner holds this profile.
    ProfileBusy,
    /// This folder is a restored or copied profile.
    ProfileCopied,
    /// The database is damaged or newer than this version.
    DatabaseUnusable,
    /// The disk is full or refuses writing.
    StorageFailed,
    /// This verb is not in this version.
    NotAvailable,
    /// A defect of Postroom's own.
    Internal,
}

impl From<ErrorKind> for ErrorCode {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::AuthExpired | ErrorKind::AuthRevoked => Self::RelinkNeeded,
            ErrorKind::MissingScope => Self::MissingScope,
            ErrorKind::AccountRestricted => Self::AccountRestricted,
            ErrorKind::PersonalAccount => Self::PersonalAccount,
            ErrorKind::RateLimited => Self::RateLimited,
            ErrorKind::QuotaExhausted => Self::QuotaExhausted,
            ErrorKind::ContentRejected | ErrorKind::Duplicate => Self::ContentRejected,
            ErrorKind::MediaRejected => Self::MediaRejected,
            ErrorKind::NotFound => Self::RemoteNotFound,
            ErrorKind::Unsupported => Self::Unsupported,
            ErrorKind::Unavailable => Self::PlatformUnavailable,
            ErrorKind::Network => Self::Offline,
            ErrorKind::Certificate => Self::CertificateRefused,
            ErrorKind::Protocol => Self::PlatformProtocol,
            ErrorKind::OutcomeUnknown => Self::OutcomeUnknown,
        }
    }
}
