//! Sentences about publications: what happened, whether it is live, what happens next.

use std::fmt;

use domain::{
    ErrorCode, ErrorKind, HeldReason, ProviderError,
    doctor::Diagnosis,
    error::{CertificateFault, Reach},
    ports::Notice,
};

use crate::{Error, time_check};

/// What a try without a network leaves as its cause.
pub(crate) const OFFLINE: &str = "offline";
/// The cause of what waits for its account, also once that is linked again.
pub(crate) const RELINK: &str = "relink_needed";

/// Whom a sentence is about.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// Name of the platform for people.
    pub platform: &'a str,
    /// Handle of the account.
    pub handle: &'a str,
}

/// What a failed call means, without what happens next.
#[must_use]
pub fn trouble(who: Who<'_>, error: &ProviderError) -> String {
    let Who { platform, handle } = who;
    match error.kind {
        ErrorKind::AuthExpired => format!("{platform} did not renew the access of {handle} just now."),
        ErrorKind::AuthRevoked => format!("{platform} ended the access of {handle}."),
        ErrorKind::MissingScope => format!("{handle} did not grant Postroom the permission to do this on {platform}."),
        ErrorKind::AccountRestricted => format!("{platform} restricts the account {handle}."),
        ErrorKind::PersonalAccount => personal(who),
        ErrorKind::RateLimited => format!("{platform} is limiting {handle}."),
        ErrorKind::QuotaExhausted => format!("{handle} has used up its quota on {platform}."),
        ErrorKind::ContentRejected => format!("{platform} refused this post of {handle}."),
        ErrorKind::MediaRejected => format!("{platform} refused a picture of this post."),
        ErrorKind::Duplicate => format!("{platform} says {handle} posted this before."),
        ErrorKind::NotFound => format!("{platform} no longer knows something this post refers to."),
        ErrorKind::Unsupported => format!("{platform} cannot do what this post asks for."),
        ErrorKind::Unavailable => format!("{platform} is in trouble and took nothing."),
        ErrorKind::Network | ErrorKind::Certificate => unreached(platform, error.reach),
        ErrorKind::Protocol => format!("{platform} answered something Postroom does not understand."),
        ErrorKind::OutcomeUnknown => format!("{platform} did not answer after the post was sent."),
    }
}

/// How much of a post is live: "It is not live", or of a thread "1 of 3 parts is live, the rest is not".
#[derive(Debug, Clone, Copy)]
pub struct Live {
    parts_live: usize,
    parts: usize,
}

impl Live {
    /// Nothing of it.
    pub const NOTHING: Self = Self { parts_live: 0, parts: 1 };

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.parts_live == 0
    }

    /// So many of so many parts.
    #[must_use]
    pub const fn of(parts_live: usize, parts: usize) -> Self {
        Self { parts_live, parts }
    }
}

impl fmt::Display for Live {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts;
        match self.parts_live {
            0 => out.write_str("It is not live"),
            1 => write!(out, "1 of {parts} parts is live, the rest is not"),
            live => write!(out, "{live} of {parts} parts are live, the rest is not"),
        }
    }
}

/// What happens after a try that had no effect.
#[must_use]
pub fn tried_again(kind: ErrorKind, live: Live) -> String {
    match kind {
        ErrorKind::Network => {
            format!(
                "{live}; it goes out by itself when the network is back, and you are asked if that is long after its time."
            )
        }
        _ => format!("{live}; it will be tried again by itself."),
    }
}

/// Why a post waits while its server is left alone.
pub(crate) fn left_alone(who: Who<'_>, kind: ErrorKind, live: Live) -> String {
    let platform = who.platform;
    let trouble = match kind {
        ErrorKind::Network => format!("The server of {platform} cannot be reached."),
        ErrorKind::Certificate => format!("The certificate of {platform}'s server is not one to trust."),
        _ => format!("{platform} is in trouble: calls to it failed one after the other."),
    };
    format!(
        "{trouble} Postroom leaves it alone and looks again by itself. {live}; it goes out when {platform} is back, and you are asked if that is long after its time."
    )
}

/// Why a post waits for its account's budget.
pub(crate) fn budget_used(who: Who<'_>, live: Live) -> String {
    let Who { platform, handle } = who;
    format!("{handle} has used what {platform} allows for now. {live}; it goes out by itself when there is room again.")
}

/// How far a call came, in words.
pub(crate) fn unreached(platform: &str, reach: Option<Reach>) -> String {
    match reach {
        Some(Reach::NoName) => {
            format!("The server of {platform} could not be found: its name leads nowhere. Nothing was sent.")
        }
        Some(Reach::Refused) => format!("The server of {platform} refuses connections. Nothing was sent."),
        Some(Reach::NoConnection) => {
            format!("The server of {platform} could not be connected to in time. Nothing was sent.")
        }
        Some(Reach::NoTls) => {
            format!("What answers for {platform} does not speak https as it should. Nothing was sent.")
        }
        Some(Reach::Silent) => format!("The server of {platform} did not answer in time."),
        Some(Reach::BrokeOff) => format!("The answer of {platform} broke off."),
        Some(Reach::Endless) => format!("The server of {platform} answered more than Postroom reads."),
        Some(Reach::Certificate(fault)) => format!("{} Nothing was sent.", certificate(platform, fault)),
        Some(Reach::LeftAlone) => {
            format!("The server of {platform} is left alone for now: calls to it failed one after the other.")
        }
        Some(Reach::Unclear) | None => format!("{platform} could not be reached; nothing was sent."),
    }
}

fn certificate(platform: &str, fault: CertificateFault) -> String {
    let server = format!("The certificate of {platform}'s server");
    match fault {
        CertificateFault::Expired => format!("{server} has expired."),
        CertificateFault::NotYetValid => format!("{server} is not valid yet; this computer's date may be wrong."),
        CertificateFault::WrongName => {
            format!("{server} is for another address: it may not be the server it claims to be.")
        }
        CertificateFault::UnknownIssuer => format!("{server} is signed by nobody this computer trusts."),
        CertificateFault::Revoked => format!("{server} was taken back by its issuer."),
        CertificateFault::Unusable => format!("{server} cannot be used."),
    }
}

/// What to do about a server that was not reached, or not as it should be.
pub(crate) fn remedy(error: &ProviderError) -> &'static str {
    match error.reach {
        Some(Reach::NoName) => "Check the server's address and that this computer is online, then try again.",
        Some(Reach::Certificate(CertificateFault::Expired | CertificateFault::NotYetValid)) => {
            "Check this computer's date and time. If they are right, the server's owner must renew the certificate."
        }
        Some(Reach::Certificate(_)) => {
            "Check the server's address and the network you are on; a hotel's sign-in page does this too. Postroom never goes on without a good certificate."
        }
        Some(Reach::Refused | Reach::NoTls | Reach::Endless) => "Check the server's address, then try again.",
        _ => "Try again in a while.",
    }
}

/// Why an account cannot be read.
pub(crate) fn blind(who: Who<'_>) -> String {
    let Who { platform, handle } = who;
    format!("{platform} lets Postroom post as {handle}, and not read what is there. Only you can look.")
}

/// Why a publication with a row that cannot be read goes no further.
pub(crate) const UNREADABLE: &str = "Something of this post is damaged in the database, so nothing more of it is sent. Look at the account: some of it may be live. Then write it again, or restore a backup.";

/// Why a publication waits for its owner.
#[must_use]
pub fn held(who: Who<'_>, reason: HeldReason, live: Live) -> String {
    let Who { platform, handle } = who;
    match reason {
        HeldReason::Paused => "Everything is paused. It waits; nothing is lost.".to_owned(),
        HeldReason::Missed => missed("").to_owned(),
        HeldReason::Relink => format!("{platform} needs {handle} to be linked again. {live}; it waits and nothing is lost."),
        HeldReason::Quota => format!("{handle} has used what {platform} allows until long after its time. {live}; you are asked when there is room again, or give it another time now."),
        HeldReason::Offline => format!("There is no network. {live}; it waits."),
        HeldReason::FileMissing => {
            format!("A picture of this post is gone from the profile folder, or damaged there. {live}; add the picture again, then retry.")
        }
        HeldReason::Restored => {
            "This profile is a copy or a restored backup, and the post may have gone out since. Look at the account, then decide.".to_owned()
        }
        HeldReason::VaultLocked => {
            format!("The key that opens the access of {handle} is locked or gone. {live}; unlock the keychain and resume.")
        }
        HeldReason::ClockWrong => {
            format!("This computer's clock and that of {platform} differ. {live}; set the clock, or publish it now.")
        }
    }
}

/// Why what is due by a wrong clock waits.
pub(crate) fn clock_wrong(platform: &str, ahead_ms: i64) -> String {
    format!(
        "This computer's clock is {} that of {platform}. It is not live; set the clock and it goes out at its time, or publish it now.",
        time_check::in_words(ahead_ms)
    )
}

/// Telling it once for all of them.
pub(crate) fn clock_notice(reason: &str) -> Notice {
    Notice {
        code: ErrorCode::ClockWrong,
        title: "This computer's clock is wrong".to_owned(),
        body: format!("{reason} Scheduled posts wait until the clocks agree."),
        publication: None,
        account: None,
    }
}

/// Why a publication past its grace waits for its owner, by the cause of its last trouble.
#[must_use]
pub fn missed(cause: &str) -> &'static str {
    match cause {
        OFFLINE => {
            "There was no network at its time. It is not live; publish it now, give it another time, or cancel it."
        }
        "platform_unavailable" | "certificate_refused" => {
            "Its platform was down at its time. It is not live; publish it now, give it another time, or cancel it."
        }
        "quota_exhausted" => {
            "Its account had used what the platform allows at its time. It is not live; publish it now, give it another time, or cancel it."
        }
        RELINK => {
            "Its account had to be linked again at its time. It is not live; publish it now, give it another time, or cancel it."
        }
        _ => {
            "Its time passed while Postroom could not run. It is not live; publish it now, give it another time, or cancel it."
        }
    }
}

/// The same where something was sent and may be live: then nobody may be told that it is not.
pub(crate) fn held_in_doubt(who: Who<'_>, reason: HeldReason) -> String {
    let Who { platform, handle } = who;
    let first = match reason {
        HeldReason::Paused => "resume".to_owned(),
        HeldReason::Relink => format!("link {handle} again"),
        HeldReason::VaultLocked => "unlock the keychain".to_owned(),
        HeldReason::FileMissing => "add the picture that is gone again".to_owned(),
        HeldReason::Missed
        | HeldReason::Quota
        | HeldReason::Offline
        | HeldReason::Restored
        | HeldReason::ClockWrong => "retry".to_owned(),
    };
    format!(
        "{platform} did not answer after the post was sent. It may be live; {first}, and Postroom looks before anything is sent again."
    )
}

/// A failed platform call as an error for whoever asked.
pub(crate) fn platform_error(who: Who<'_>, error: &ProviderError) -> Error {
    let action = match error.kind {
        ErrorKind::AuthExpired | ErrorKind::AuthRevoked | ErrorKind::MissingScope => "Link the account again.",
        ErrorKind::Network | ErrorKind::Certificate => remedy(error),
        ErrorKind::Unavailable | ErrorKind::RateLimited => "Try again in a while.",
        ErrorKind::PersonalAccount => "Switch it to a professional account there, then link it again.",
        _ => "Look at the details for what the platform said.",
    };
    let status = error.status.map(|status| format!("HTTP {status} ")).unwrap_or_default();
    Error::new(error.kind.into(), trouble(who, error), action)
        .with_details(format!("{}: {status}{} {}", error.operation, error.remote_code, error.remote_message))
}

/// A server that was asked whether an account is there: what answers may be no server of that platform at all.
pub(crate) fn link_error(who: Who<'_>, error: &ProviderError) -> Error {
    let mut told = platform_error(who, error);
    let endless = error.reach == Some(Reach::Endless);
    if endless || matches!(error.kind, ErrorKind::Protocol | ErrorKind::Unsupported | ErrorKind::NotFound) {
        told.code = ErrorKind::Protocol.into();
        told.message = format!("What answers at this address is no server of {}. Nothing was linked.", who.platform);
        "Check the server's address, then try again.".clone_into(&mut told.action);
    }
    if error.kind == ErrorKind::PersonalAccount {
        told.message.push_str(" Nothing was linked.");
    }
    told
}

/// Why nobody may act for an account, and what changes that.
fn personal(who: Who<'_>) -> String {
    let Who { platform, handle } = who;
    format!(
        "{handle} is a personal account, and {platform} lets apps act for professional ones only: switch it in its settings at {platform} to a business or creator account."
    )
}

/// What is wrong with the client that a platform is asked through, and what mends it; `{platform}` and `{handle}` stand for
/// their names.
pub(crate) const fn of_app(diagnosis: Diagnosis) -> (&'static str, &'static str) {
    match diagnosis {
        Diagnosis::AppMissing => (
            "{platform} wants an app of your own, and Postroom does not know it yet.",
            "Make one as the guide to {platform} says, then enter it under Settings, Your apps.",
        ),
        Diagnosis::AppRefused => (
            "{platform} does not accept your app: its id is not known there, or the secret is not the right one.",
            "Copy client id and secret anew from the app's page at {platform} and enter them under Settings, Your apps. An API key is neither of them.",
        ),
        Diagnosis::OuterAppId => (
            "The client id is not one of {platform}: it belongs to the app around it, which has ids of its own for each product, such as the App ID of a Facebook app.",
            "On the app's page open the settings of {platform} itself, copy the id and the secret that stand there, and enter them under Settings, Your apps.",
        ),
        Diagnosis::ClientForgotten => (
            "The server has forgotten Postroom, as some do when nothing was sent for long.",
            "Link {handle} again: Postroom then registers anew.",
        ),
        Diagnosis::RedirectRefused => (
            "The way back is not registered with your app, or not to the letter.",
            "Copy the redirect addresses from Settings, Your apps, into the app's page at {platform}: `localhost` and `127.0.0.1`, the port and every slash count. See too that the client id is this app's.",
        ),
        _ => (
            "Your app may not ask for a permission that Postroom needs.",
            "Add the permission or the product to the app, as the guide to {platform} says.",
        ),
    }
}
