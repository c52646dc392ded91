//! Ports: what the core needs from the world and outer crates provide.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    account::PlatformId,
    budget::Told,
    error::{ErrorCode, ProviderError},
    ids::{AccountId, PublicationId},
    outage::Outage,
    secret::Secret,
    time::UtcMs,
};

/// The wall clock and the steady clock. The only place instants come from.
pub trait Clock: Send + Sync {
    /// The wall clock now.
    fn now(&self) -> UtcMs;
    /// Milliseconds on a clock that never jumps; for measuring, not for dates.
    fn monotonic_ms(&self) -> u64;
}

/// Cryptographically secure randomness.
pub trait Random: Send + Sync {
    /// Fills the buffer with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Gives a provider its access token and, once, a fresh one when the platform refused it.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// The current access token, refreshed first when it is about to end.
    async fn access(&self) -> Result<Secret<String>, ProviderError>;
    /// A token newer than the refused one. At most one refresh runs per account at a time.
    async fn renew(&self, refused: &Secret<String>) -> Result<Secret<String>, ProviderError>;
    /// What proves that the token just given is ours; `None` where whoever has it may use it.
    async fn proofs(&self) -> Result<Option<Arc<dyn Proofs>>, ProviderError> {
        Ok(None)
    }
}

/// Proves, call by call, that a token is used by whom it was given to (RFC 9449).
pub trait Proofs: Send + Sync {
    /// The proof for one call with `token`: the value of the header `DPoP`.
    fn proof(&self, method: &str, url: &str, token: &Secret<String>) -> Result<Secret<String>, ProviderError>;
    /// Takes the nonce of a server's answer, for the proofs to come.
    fn hear(&self, url: &str, nonce: &str);
}

/// One external call, as the call log keeps it: never a body, a token or a query string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Ties together the calls made for one step; random hex.
    pub correlation: String,
    /// When the request was sent.
    pub at: UtcMs,
    /// The platform called.
    pub platform: PlatformId,
    /// The account it was made for, where there is one.
    pub account: Option<AccountId>,
    /// The publication it was made for, where there is one.
    pub publication: Option<PublicationId>,
    /// The provider's name for what it did: `create_record`.
    pub operation: String,
    /// Method and URL without query: `POST https://host/path`.
    pub target: String,
    /// HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
    /// Milliseconds from sending to the end of the answer.
    pub latency_ms: i64,
    /// Why there was no answer, redacted; empty otherwise.
    pub failure: String,
}

/// Keeps a row for every external call.
pub trait CallLog: Send + Sync {
    /// Takes one finished call; must not block.
    fn record(&self, call: Call);
    /// Takes the time a server (`https://example.org`) had when it answered (`Date`), as soon as it is known; must not
    /// block.
    fn heard_time(&self, _server: &str, _theirs: UtcMs) {}
}

/// A call that reached its server, as far as limits are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted<'a> {
    /// The platform called.
    pub platform: &'a PlatformId,
    /// The account it was made for, where there is one.
    pub account: Option<AccountId>,
    /// The server's origin.
    pub server: &'a str,
    /// The provider's name for what it did.
    pub operation: &'static str,
    /// When it was answered, or given up.
    pub at: UtcMs,
    /// What the answer said of a limit.
    pub told: Option<Told>,
}

/// Keeps the count of what platforms allow.
pub trait Budget: Send + Sync {
    /// Takes one call that went out; must not block.
    fn made(&self, call: Counted<'_>);
}

/// Keeps which servers are left alone.
pub trait Outages: Send + Sync {
    /// A server went down, stays down, or (`None`) is back; must not block.
    fn changed(&self, server: &str, outage: Option<&Outage>);
}

/// Something the owner should know, shown natively and kept in the in-app list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it is about; decides the words.
    pub code: ErrorCode,
    /// One line.
    pub title: String,
    /// What happened, whether it is live, what to do.
    pub body: String,
    /// The publication to open, where there is one.
    pub publication: Option<PublicationId>,
    /// The account concerned, where there is one.
    pub account: Option<AccountId>,
}

/// Shows a native notification.
pub trait Notifier: Send + Sync {
    /// Hands the notice to the desktop; failures are logged by the implementation.
    fn notify(&self, notice: &Notice);
}
