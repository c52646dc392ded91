//! Telling once, and not for every post, that the network is gone or what answers is not to be trusted.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::{ErrorCode, ErrorKind, ProviderError, ports::Notice};

use crate::words::{self, Who};

/// Tries before the owner is told: some 15 s, so that a network that comes up after a wake, or its sign-in page, is no news.
const TRIES_BEFORE: i64 = 4;

/// Whether the owner was told since a platform was last reached.
#[derive(Debug, Default)]
pub struct Unreachable(AtomicBool);

impl Unreachable {
    /// The notice to give after a failed try; `None` when it was given, or nothing is wrong with the network.
    pub fn told(&self, who: Who<'_>, error: &ProviderError, tries: i64) -> Option<Notice> {
        let body = match error.kind {
            ErrorKind::Network => "Due posts wait and go out by themselves when the network is back; you are asked about those that come too late. None is lost.".to_owned(),
            ErrorKind::Certificate => format!(
                "{} Due posts are tried again by themselves. None is lost.",
                words::unreached(who.platform, error.reach)
            ),
            _ => return None,
        };
        let news = tries >= TRIES_BEFORE && !self.0.swap(true, Ordering::Relaxed);
        news.then(|| Notice {
            code: ErrorCode::from(error.kind),
            title: format!("{} cannot be reached", who.platform),
            body,
            publication: None,
            account: None,
        })
    }

    /// The same where a server is left alone because it was not reached.
    pub fn told_of_server(&self, who: Who<'_>, kind: ErrorKind) -> Option<Notice> {
        let platform = domain::PlatformId::postroom();
        self.told(who, &ProviderError::new(kind, platform, "left_alone"), TRIES_BEFORE)
    }

    /// A platform answered.
    pub fn reached(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use domain::PlatformId;

    use super::*;

    #[test]
    fn it_is_told_once_until_a_platform_is_reached() {
        let who = Who { platform: "Practice", handle: "robin" };
        let error = |kind| ProviderError::new(kind, PlatformId::parse("practice").unwrap(), "post");
        let (network, gone) = (error(ErrorKind::Network), Unreachable::default());
        assert_eq!(gone.told(who, &network, 1), None, "the network may just be coming up");
        assert_eq!(gone.told(who, &error(ErrorKind::Unavailable), 9), None);
        assert!(gone.told(who, &network, 4).is_some());
        assert_eq!(gone.told(who, &network, 5), None);
        gone.reached();
        let certificate = gone.told(who, &error(ErrorKind::Certificate), 4).unwrap();
        assert_eq!(certificate.code, ErrorCode::CertificateRefused);
    }
}
