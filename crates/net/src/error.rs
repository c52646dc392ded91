//! What can go wrong below HTTP, sorted by what the server may have seen.

use domain::{ErrorKind, Outage, PlatformId, ProviderError, Retry, error::Reach};

/// Why no complete answer came although the request may have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoAnswer {
    /// The time limit ended first: stalled, or dripping too slowly.
    TimedOut,
    /// The connection broke before the answer began.
    ConnectionLost,
    /// The answer began and broke off, or was not HTTP.
    Truncated,
    /// The answer was larger than the caller allows.
    TooLarge,
}

/// A request that brought no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// Nothing reached the server: its name did not resolve, it refused the connection, or TLS failed.
    #[error("not sent ({reach:?}): {detail}")]
    NotSent {
        /// How far it came.
        reach: Reach,
        /// Redacted words for the log.
        detail: String,
    },
    /// Something was sent, or may have been; the server may have acted on it.
    #[error("no answer ({reason:?}{}): {detail}", status.map(|s| format!(", HTTP {s}")).unwrap_or_default())]
    NoAnswer {
        /// How the answer went missing.
        reason: NoAnswer,
        /// The status, where the answer had begun.
        status: Option<u16>,
        /// Redacted words for the log.
        detail: String,
    },
    /// Nothing was sent: the server is left alone for a while, because calls to it failed one after the other.
    #[error("not sent: {} is left alone", .0.server)]
    LeftAlone(Outage),
    /// The request could not be built: URL, header, scheme or body. Nothing was sent.
    #[error("bad request: {0}")]
    BadRequest(String),
}

impl NetError {
    /// Whether the server can have seen the request.
    #[must_use]
    pub const fn may_have_arrived(&self) -> bool {
        matches!(self, Self::NoAnswer { .. })
    }

    /// How far the call came.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        match self {
            Self::NotSent { reach, .. } => *reach,
            Self::NoAnswer { reason: NoAnswer::TimedOut, .. } => Reach::Silent,
            Self::NoAnswer { reason: NoAnswer::ConnectionLost | NoAnswer::Truncated, .. } => Reach::BrokeOff,
            Self::NoAnswer { reason: NoAnswer::TooLarge, .. } => Reach::Endless,
            Self::LeftAlone(_) => Reach::LeftAlone,
            Self::BadRequest(_) => Reach::Unclear,
        }
    }

    /// This failure of a call that changes something others can see: silence means the outcome is unknown.
    #[must_use]
    pub fn of_effect(&self, platform: PlatformId, operation: &'static str) -> ProviderError {
        self.to_provider(ErrorKind::OutcomeUnknown, platform, operation)
    }

    /// This failure of a call that only asks: silence means ask again later.
    #[must_use]
    pub fn of_question(&self, platform: PlatformId, operation: &'static str) -> ProviderError {
        self.to_provider(ErrorKind::Network, platform, operation)
    }

    fn to_provider(&self, silence: ErrorKind, platform: PlatformId, operation: &'static str) -> ProviderError {
        let kind = match self {
            Self::NotSent { reach: Reach::Certificate(_), .. } => ErrorKind::Certificate,
            Self::NotSent { .. } => ErrorKind::Network,
            Self::LeftAlone(outage) => outage.kind,
            // It answered, only too much: that is no trouble of the network, and says nothing of an effect.
            Self::NoAnswer { reason: NoAnswer::TooLarge, .. } if silence == ErrorKind::Network => ErrorKind::Protocol,
            Self::NoAnswer { .. } => silence,
            Self::BadRequest(_) => ErrorKind::Protocol,
        };
        let mut error = ProviderError::new(kind, platform, operation);
        error.reach = Some(self.reach());
        error.remote_message = self.to_string().chars().take(500).collect();
        if let Self::LeftAlone(outage) = self {
            error.retry_after = Some(outage.until);
        }
        if let Self::NoAnswer { status, .. } = self {
            error.status = *status;
            if kind == ErrorKind::Protocol {
                error.retry = Retry::After;
            }
        }
        error
    }
}

#[cfg(test)]
mod tests {
    use domain::error::CertificateFault;

    use super::*;

    #[test]
    fn silence_is_unknown_for_an_effect_and_a_retry_for_a_question() {
        let platform = PlatformId::parse("practice").unwrap();
        let silent = NetError::NoAnswer { reason: NoAnswer::TimedOut, status: None, detail: String::new() };
        assert_eq!(silent.of_effect(platform.clone(), "publish").retry, Retry::Confirm);
        assert_eq!(silent.of_question(platform.clone(), "read").retry, Retry::After);
        assert!(silent.may_have_arrived());
        let much = NetError::NoAnswer { reason: NoAnswer::TooLarge, status: Some(200), detail: String::new() };
        assert_eq!(much.of_effect(platform.clone(), "publish").kind, ErrorKind::OutcomeUnknown);
        let question = much.of_question(platform.clone(), "read");
        assert_eq!((question.kind, question.retry), (ErrorKind::Protocol, Retry::After), "the network is well");
        let refused = NetError::NotSent { reach: Reach::Refused, detail: String::new() };
        assert_eq!(refused.of_effect(platform.clone(), "publish").retry, Retry::After);
        assert!(!refused.may_have_arrived());
        let reach = Reach::Certificate(CertificateFault::Expired);
        let expired = NetError::NotSent { reach, detail: String::new() }.of_effect(platform.clone(), "publish");
        assert_eq!((expired.kind, expired.reach), (ErrorKind::Certificate, Some(reach)));
        assert_eq!(NetError::BadRequest(String::new()).of_effect(platform, "publish").retry, Retry::Never);
    }
}
