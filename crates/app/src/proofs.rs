//! The keys that accounts' tokens are bound to (RFC 9449). Sealed beside the tokens, opened for each call; what servers
//! want in the next proof is kept in memory for as long as the process lives.

use std::sync::Arc;

use domain::{ErrorCode, Secret, ports::Proofs};
use oauth::{Dpop, Prover};
use store::{account::Account, secret::Field};

use crate::{App, Error};

impl App {
    /// The key an account's tokens are bound to, where they are.
    pub(crate) async fn proof_key(&self, account: &Account) -> Result<Option<Dpop>, Error> {
        if store::secret::get(&mut *self.store.read().await?, account.id, Field::ProofKey).await?.is_none() {
            return Ok(None);
        }
        let kept = self.open_token(account, Field::ProofKey).await?;
        let key = hex::decode(kept.expose()).ok().and_then(|bytes| Dpop::of(Secret::new(bytes)).ok());
        let key = key.ok_or_else(|| {
            let action = "Link the account again.";
            Error::new(ErrorCode::VaultCorrupt, "The key of this access cannot be used.", action)
        })?;
        Ok(Some(key.with_nonces(self.heard.of(account.id))))
    }

    /// What proves that an account's token is ours, where that has to be proved.
    pub(crate) async fn prover(&self, account: &Account) -> Result<Option<Arc<dyn Proofs>>, Error> {
        let key = self.proof_key(account).await?;
        Ok(key.map(|key| self.proving(account.platform.clone(), key)))
    }

    /// The same with a key in hand.
    pub(crate) fn proving(&self, platform: domain::PlatformId, key: Dpop) -> Arc<dyn Proofs> {
        Arc::new(Prover::new(key, platform, &self.oauth_world()))
    }
}

/// A key as it is sealed: its DER in hexadecimal, a text like the tokens.
pub(crate) fn to_keep(key: &Dpop) -> Secret<String> {
    Secret::new(hex::encode(key.to_keep().expose()))
}
