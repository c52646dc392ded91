//! What linking works with from outside: clock, randomness, and the way to the platform.

use std::sync::Arc;

use domain::ports::{Clock, Random};
use net::Client;

/// The ports and the client linking works with.
#[derive(Clone)]
pub struct World {
    /// Tells when the attempt ends.
    pub clock: Arc<dyn Clock>,
    /// Makes state, verifier and nonce.
    pub random: Arc<dyn Random>,
    /// Calls the platform's endpoints.
    pub client: Client,
}
