//! The hops between this computer and an account, in the order they are tried, and what can be wrong with each.

use serde::{Deserialize, Serialize};

use crate::ErrorCode;

/// A hop. Each rests on those before it: the first that is broken is the one to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Hop {
    /// This computer has a way into a network.
    Network,
    /// The proxy lets calls through.
    Proxy,
    /// The server's name leads somewhere.
    Name,
    /// Somebody listens there.
    Connection,
    /// The server's certificate is one to trust.
    Certificate,
    /// This computer's clock is right.
    Clock,
    /// What answers is the platform.
    Answer,
    /// The pages where access is given answer.
    Authorization,
    /// The browser can come back to this computer.
    Loopback,
    /// A browser can be opened.
    Browser,
    /// The key to sealed secrets is there.
    Key,
    /// The user's own app is known, where the platform wants one.
    OwnApp,
    /// The platform accepts that app.
    Client,
    /// The way back is registered with it.
    Redirect,
    /// There is access, and it holds.
    Token,
    /// All permissions that are needed were granted.
    Scopes,
    /// The account is one that can be used.
    Kind,
    /// A harmless read succeeds.
    Read,
}

impl Hop {
    /// All of them, in order.
    pub const ALL: [Self; 18] = [
        Self::Network,
        Self::Proxy,
        Self::Name,
        Self::Connection,
        Self::Certificate,
        Self::Clock,
        Self::Answer,
        Self::Authorization,
        Self::Loopback,
        Self::Browser,
        Self::Key,
        Self::OwnApp,
        Self::Client,
        Self::Redirect,
        Self::Token,
        Self::Scopes,
        Self::Kind,
        Self::Read,
    ];
}

/// What came of a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum HopState {
    /// In order.
    Ok,
    /// Not in order.
    Broken,
    /// Not tried, because one before it is broken, or the check was ended.
    NotTried,
    /// There is no such thing here, or nobody can tell from here.
    NotApplicable,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Diagnosis {
    /// No way leads out of this computer.
    NoNetwork,
    /// The proxy that is set does not answer.
    ProxyUnreachable,
    /// The proxy refuses to connect.
    ProxyRefuses,
    /// The server's name leads nowhere.
    NoName,
    /// Something at that address refuses connections.
    ConnectionRefused,
    /// No connection in time.
    NoConnection,
    /// The practice network does not run.
    PracticeOff,
    /// The certificate's last day has passed.
    CertificateExpired,
    /// The certificate's first day is still to come.
    CertificateNotYetValid,
    /// The certificate is for another name.
    CertificateWrongName,
    /// The certificate is signed by nobody this computer trusts.
    CertificateUnknownIssuer,
    /// The certificate cannot be used.
    CertificateUnusable,
    /// What answers does not speak TLS.
    NoTls,
    /// This computer's clock is wrong.
    ClockWrong,
    /// Connected and asked, and no whole answer came.
    NoAnswer,
    /// A page answers in the platform's place: that of a network one has to sign in to.
    SignInPage,
    /// What answers is not the platform.
    NotThePlatform,
    /// The platform is in trouble.
    PlatformDown,
    /// The platform wants fewer calls.
    TooManyCalls,
    /// The pages where access is given cannot be reached.
    AuthorizationUnreached,
    /// They are in trouble.
    AuthorizationDown,
    /// No port for the way back is free.
    PortsTaken,
    /// The port was opened and cannot be reached.
    LoopbackBlocked,
    /// No browser can be opened.
    NoBrowser,
    /// No key opens the sealed secrets.
    KeyUnavailable,
    /// The platform wants an app of the user's own, and none was entered.
    AppMissing,
    /// The platform refuses the app's id or secret.
    AppRefused,
    /// The id that was entered is that of the app around the one the platform wants.
    OuterAppId,
    /// The server forgot the client that was registered with it.
    ClientForgotten,
    /// The way back is not registered with the app.
    RedirectRefused,
    /// The app may not ask for a permission.
    ScopeRefused,
    /// There is no access in the profile, or it does not open.
    TokenMissing,
    /// The access has expired, and nothing renews it.
    TokenExpired,
    /// The platform ended the access.
    TokenEnded,
    /// The access has to be renewed, and could not be just now.
    TokenNotRenewed,
    /// A permission that is needed was not granted.
    ScopeMissing,
    /// The account is of a kind that cannot be used.
    KindWrong,
    /// The account is a personal one, and the platform lets apps act for professional ones only.
    PersonalAccount,
    /// The platform restricts the account.
    AccountRestricted,
    /// The access belongs to another account.
    OtherAccount,
    /// The read failed in another way.
    ReadFailed,
    /// It took longer than it may.
    TookTooLong,
}

/// What the app itself can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Nothing: it is mended elsewhere, then tried again.
    TryAgain,
    /// Link the account again.
    Relink,
    /// Enter the user's own app.
    OwnApp,
    /// Start the practice network.
    Practice,
    /// See to the key.
    Key,
}

impl Diagnosis {
    /// The code that clients meet this with.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::NoNetwork
            | Self::ProxyUnreachable
            | Self::ProxyRefuses
            | Self::NoName
            | Self::ConnectionRefused
            | Self::NoConnection
            | Self::NoAnswer
            | Self::SignInPage
            | Self::AuthorizationUnreached
            | Self::TokenNotRenewed
            | Self::TookTooLong => ErrorCode::Offline,
            Self::CertificateExpired
            | Self::CertificateNotYetValid
            | Self::CertificateWrongName
            | Self::CertificateUnknownIssuer
            | Self::CertificateUnusable
            | Self::NoTls => ErrorCode::CertificateRefused,
            Self::ClockWrong => ErrorCode::ClockWrong,
            Self::NotThePlatform | Self::ReadFailed => ErrorCode::PlatformProtocol,
            Self::PlatformDown | Self::AuthorizationDown | Self::PracticeOff => ErrorCode::PlatformUnavailable,
            Self::TooManyCalls => ErrorCode::RateLimited,
            Self::PortsTaken | Self::LoopbackBlocked | Self::NoBrowser | Self::AppMissing => ErrorCode::NotAvailable,
            Self::KeyUnavailable => ErrorCode::VaultUnavailable,
            Self::AppRefused | Self::OuterAppId | Self::RedirectRefused => ErrorCode::AppRefused,
            Self::ScopeRefused | Self::ScopeMissing => ErrorCode::MissingScope,
            Self::ClientForgotten
            | Self::TokenMissing
            | Self::TokenExpired
            | Self::TokenEnded
            | Self::KindWrong
            | Self::OtherAccount => ErrorCode::RelinkNeeded,
            Self::AccountRestricted => ErrorCode::AccountRestricted,
            Self::PersonalAccount => ErrorCode::PersonalAccount,
        }
    }

    /// What the app can do about it.
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::ClientForgotten
            | Self::TokenMissing
            | Self::TokenExpired
            | Self::TokenEnded
            | Self::ScopeMissing
            | Self::KindWrong
            | Self::OtherAccount => Remedy::Relink,
            Self::AppMissing | Self::AppRefused | Self::OuterAppId | Self::RedirectRefused | Self::ScopeRefused => {
                Remedy::OwnApp
            }
            Self::PracticeOff => Remedy::Practice,
            Self::KeyUnavailable => Remedy::Key,
            _ => Remedy::TryAgain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_names_every_hop_once() {
        let mut names: Vec<_> = Hop::ALL.iter().map(|hop| serde_json::to_string(hop).unwrap()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), Hop::ALL.len());
        assert!(Hop::ALL.iter().enumerate().all(|(at, hop)| *hop as usize == at), "in the order they are declared");
    }
}
