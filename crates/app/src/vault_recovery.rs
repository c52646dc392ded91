//! The recovery key: made and shown once, and the way back into a profile whose keychain or passphrase is lost.

use std::sync::Arc;

use domain::{ErrorCode, Secret, UtcMs};
use vault::{RecoveryKey, VaultError};

use crate::{
    App, Error, VaultChoice,
    keys::{Looked, vault_error},
};

/// What there is besides the profile key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeysBeside {
    /// When the recovery key was made; `None` where there is none.
    pub recovery_made_at: Option<UtcMs>,
    /// Keys that are not used any more and still in the keychain, as far as is known.
    pub spare: usize,
}

impl App {
    /// What there is besides the profile key.
    pub async fn keys_beside(&self) -> Result<KeysBeside, Error> {
        let mut conn = self.store.read().await?;
        let recovery = store::recovery::get(&mut conn).await?;
        let spare = store::spare_key::all(&mut conn).await?.len();
        Ok(KeysBeside { recovery_made_at: recovery.map(|recovery| recovery.made_at), spare })
    }

    /// Makes a recovery key, in place of the one before, and says it this once.
    pub async fn make_recovery_key(&self) -> Result<Secret<String>, Error> {
        self.must_have_key()?;
        let _turn = self.keys.changing.lock().await;
        let profile_key = self.profile_key(false).await?;
        let key = RecoveryKey::generate(self.random.as_ref());
        let failed = |error: VaultError| vault_error(&error);
        let sealed = key.lock(&profile_key, &self.keys.recovery_place(), self.random.as_ref()).map_err(failed)?;
        let text = key.text().map_err(failed)?;
        let mut tx = self.store.begin().await?;
        step!("vault.recovery.put", store::recovery::put(&mut tx, &sealed, self.clock.now()).await)?;
        step!("vault.recovery.commit", tx.commit().await)?;
        Ok(text)
    }

    /// Opens the profile with the recovery key, and replaces the profile key by one that is kept as `to` says. The
    /// recovery key has then done its work: it opens nothing any more.
    pub async fn recover(self: &Arc<Self>, typed: &Secret<String>, to: VaultChoice) -> Result<(), Error> {
        if matches!(to, VaultChoice::Auto) {
            return Err(Error::invalid("Say where the key is to be kept from now on."));
        }
        let key = RecoveryKey::parse(typed).map_err(|error| vault_error(&error))?;
        let kept = store::recovery::get(&mut *self.store.read().await?).await?.ok_or_else(|| {
            Error::new(
                ErrorCode::NotFound,
                "No recovery key opens this profile: none was made, or its key was changed since.",
                "Start Postroom with the keychain, passphrase or key it had.",
            )
        })?;
        let profile_key = key.unlock(&self.keys.recovery_place(), &kept.sealed).map_err(|error| match error {
            VaultError::OtherKey => Error::new(
                ErrorCode::InvalidRequest,
                "That recovery key is another profile's, or an older one of this profile.",
                "Use the one that was made last.",
            ),
            other => vault_error(&other),
        })?;
        *self.keys.held.lock().await = Some(profile_key);
        self.keys.note(|recorded| recorded.looked = Looked::Ready);
        self.change_profile_key(to).await
    }
}
