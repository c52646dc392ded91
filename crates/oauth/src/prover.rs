//! Proofs of possession for whoever makes an account's calls.

use std::sync::Arc;

use domain::{
    ErrorKind, PlatformId, ProviderError, Secret,
    ports::{Clock, Proofs, Random},
};

use crate::{Dpop, World};

const OPERATION: &str = "access";

/// An account's key with what signing takes.
pub struct Prover {
    key: Dpop,
    platform: PlatformId,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Prover {
    /// For the calls of one account.
    #[must_use]
    pub fn new(key: Dpop, platform: PlatformId, world: &World) -> Self {
        Self { key, platform, clock: Arc::clone(&world.clock), random: Arc::clone(&world.random) }
    }
}

impl Proofs for Prover {
    fn proof(&self, method: &str, url: &str, token: &Secret<String>) -> Result<Secret<String>, ProviderError> {
        let made = self.key.proof(self.random.as_ref(), self.clock.now(), method, url, Some(token));
        made.map_err(|_| ProviderError::new(ErrorKind::AuthRevoked, self.platform.clone(), OPERATION))
    }

    fn hear(&self, url: &str, nonce: &str) {
        self.key.hear(url, nonce);
    }
}
