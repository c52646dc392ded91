//! What goes wrong, and at which call.

use serde::Serialize;

/// A fault of the network, or of the server as seen through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nobody listens.
    Refuse,
    /// The connection is taken and closed before a byte is read.
    DropBeforeSend,
    /// The call is carried out and the connection closed without an answer.
    DropAfterSend,
    /// Never an answer; nothing was done.
    TimeOut,
    /// The call is carried out and half of the answer arrives.
    HalfResponse,
    /// The call is carried out and its answer arrives a byte every two seconds.
    SlowDrip,
    /// The connection is reset once the request was read; nothing was done.
    Reset,
    /// What answers does not speak TLS.
    TlsError,
    /// The name leads nowhere.
    DnsFailure,
    /// The call is carried out, and a gateway answers 502.
    ServerError,
    /// 429 with a time to wait for.
    Limited,
    /// 429 without one.
    LimitedUntimed,
    /// The call is carried out, and the answer says that it is shorter than it is.
    WrongLength,
    /// The connection is closed without an answer, and the call carried out later.
    LateAcceptance,
}

impl Fault {
    pub const ALL: [Self; 14] = [
        Self::Refuse,
        Self::DropBeforeSend,
        Self::DropAfterSend,
        Self::TimeOut,
        Self::HalfResponse,
        Self::SlowDrip,
        Self::Reset,
        Self::TlsError,
        Self::DnsFailure,
        Self::ServerError,
        Self::Limited,
        Self::LimitedUntimed,
        Self::WrongLength,
        Self::LateAcceptance,
    ];

    /// Whether it happens before there is a request to look at: then the call before it is refused with a 503, so that
    /// the door knows which one comes.
    pub const fn comes_first(self) -> bool {
        matches!(self, Self::Refuse | Self::DropBeforeSend | Self::TlsError | Self::DnsFailure)
    }
}

/// A step of publishing. The network has no picture that is still being worked on: asking for a container's state, the
/// only status there is, is the way kind b reads back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    TokenRenewal,
    MediaUpload,
    Container,
    Publish,
    ReadBack,
}

impl Step {
    pub const ALL: [Self; 5] = [Self::TokenRenewal, Self::MediaUpload, Self::Container, Self::Publish, Self::ReadBack];

    /// The step a call belongs to.
    pub fn of(method: &str, path: &str) -> Option<Self> {
        match (method, path) {
            ("POST", "/oauth/token") => Some(Self::TokenRenewal),
            ("POST", "/api/media") => Some(Self::MediaUpload),
            ("POST", "/api/containers") => Some(Self::Container),
            ("POST", "/api/posts") => Some(Self::Publish),
            ("POST", path) if path.ends_with("/publish") => Some(Self::Publish),
            ("GET", path) if path.starts_with("/api/posts/by-key/") || path.starts_with("/api/containers/") => {
                Some(Self::ReadBack)
            }
            ("GET", path) if path.starts_with("/api/me/posts") => Some(Self::ReadBack),
            _ => None,
        }
    }

    /// The kinds of account that make it.
    pub const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Container => &["b"],
            Self::ReadBack => &["a", "b", "r", "c"],
            _ => &["a", "b", "r", "c", "d"],
        }
    }
}
