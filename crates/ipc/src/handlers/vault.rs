//! The key to a profile's secrets.

use std::sync::Arc;

use app::{App, Error, VaultChoice};
use domain::Secret;

use super::{id, typed::Handed};
use crate::wire::{
    Nothing, RecoveryKeyView, SecretPiece, VaultBackend, VaultPlace, VaultRecover, VaultRotate, VaultUnlock, VaultView,
};

pub(crate) async fn vault_show(app: &Arc<App>, _: Nothing) -> Result<VaultView, Error> {
    app.look_for_key().await;
    let (vault, beside) = (app.vault_view().await?, app.keys_beside().await?);
    let known = [VaultBackend::Keychain, VaultBackend::Passphrase, VaultBackend::Environment];
    Ok(VaultView {
        backend: known.into_iter().find(|backend| word(*backend) == vault.backend),
        state: vault.state.to_owned(),
        reason: vault.reason,
        recovery_key_made_at: beside.recovery_made_at.map(domain::UtcMs::to_rfc3339),
        spare_keys: u32::try_from(beside.spare).unwrap_or(u32::MAX),
    })
}

pub(crate) async fn vault_unlock(app: &Arc<App>, asked: VaultUnlock) -> Result<VaultView, Error> {
    let mut handed = Handed::to(app);
    app.open_with(handed.take(asked.passphrase)?).await?;
    handed.done();
    vault_show(app, Nothing {}).await
}

pub(crate) async fn vault_rotate(app: &Arc<App>, asked: VaultRotate) -> Result<VaultView, Error> {
    let mut handed = Handed::to(app);
    match (asked.account, asked.secret) {
        (Some(account), None) => app.rotate_account_key(id(&account)?).await?,
        (Some(_), Some(_)) => return Err(Error::invalid("An account's key is made here and not handed in.")),
        (None, Some(key)) => app.rotate_keys(VaultChoice::Environment(handed.take(key)?)).await?,
        (None, None) => app.rotate_keys(VaultChoice::Auto).await?,
    }
    handed.done();
    vault_show(app, Nothing {}).await
}

pub(crate) async fn vault_move(app: &Arc<App>, to: VaultPlace) -> Result<VaultView, Error> {
    let mut handed = Handed::to(app);
    let secret = handed.take_any(to.secret)?;
    app.change_profile_key(choice(to.backend, secret)?).await?;
    handed.done();
    vault_show(app, Nothing {}).await
}

pub(crate) async fn vault_recovery_key(app: &Arc<App>, _: Nothing) -> Result<RecoveryKeyView, Error> {
    let key = app.make_recovery_key().await?;
    Ok(RecoveryKeyView { recovery_key: SecretPiece::new(key.expose().clone()) })
}

pub(crate) async fn vault_recover(app: &Arc<App>, asked: VaultRecover) -> Result<VaultView, Error> {
    let mut handed = Handed::to(app);
    let (key, secret) = (handed.take(asked.recovery_key)?, handed.take_any(asked.to.secret)?);
    app.recover(&key, choice(asked.to.backend, secret)?).await?;
    handed.done();
    vault_show(app, Nothing {}).await
}

const fn word(backend: VaultBackend) -> &'static str {
    match backend {
        VaultBackend::Keychain => "keychain",
        VaultBackend::Passphrase => "passphrase",
        VaultBackend::Environment => "environment",
    }
}

fn choice(backend: VaultBackend, secret: Option<Secret<String>>) -> Result<VaultChoice, Error> {
    match (backend, secret.filter(|secret| !secret.expose().is_empty())) {
        (VaultBackend::Keychain, None) => Ok(VaultChoice::Keychain),
        (VaultBackend::Keychain, Some(_)) => Err(Error::invalid("The keychain takes no passphrase or key of yours.")),
        (VaultBackend::Passphrase, Some(secret)) => Ok(VaultChoice::Passphrase(secret)),
        (VaultBackend::Environment, Some(secret)) => Ok(VaultChoice::Environment(secret)),
        (_, None) => Err(Error::invalid("The new passphrase or key is missing.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(backend: VaultBackend, secret: Option<&str>) -> Result<VaultChoice, Error> {
        choice(backend, secret.map(Secret::from))
    }

    #[test]
    fn each_place_takes_what_it_needs_and_nothing_else() {
        assert!(matches!(of(VaultBackend::Keychain, None), Ok(VaultChoice::Keychain)));
        assert!(matches!(of(VaultBackend::Passphrase, Some("long enough")), Ok(VaultChoice::Passphrase(_))));
        assert!(matches!(of(VaultBackend::Environment, Some("key")), Ok(VaultChoice::Environment(_))));
        for (backend, secret) in [
            (VaultBackend::Keychain, Some("x")),
            (VaultBackend::Passphrase, None),
            (VaultBackend::Environment, Some("")),
        ] {
            assert!(of(backend, secret).is_err());
        }
    }
}
