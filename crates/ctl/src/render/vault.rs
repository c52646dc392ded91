//! The key to a profile's secrets.

use ipc::wire::{RecoveryKeyView, VaultBackend, VaultView};

use super::{facts, spoken};
use crate::moment;

pub fn vault(view: &VaultView, zone: &str) -> String {
    let kept = match view.backend {
        Some(VaultBackend::Keychain) => "in the system's keychain",
        Some(VaultBackend::Passphrase) => "behind a passphrase",
        Some(VaultBackend::Environment) => "handed in by whoever starts Postroom",
        None => "not made yet",
    };
    let state = if view.reason.is_empty() { view.state.clone() } else { format!("{}: {}", view.state, view.reason) };
    let recovery = match &view.recovery_key_made_at {
        Some(at) => format!("made {}", moment::show(at, zone)),
        None => "none; `vault recovery-key` makes one".to_owned(),
    };
    let spare = match view.spare_keys {
        0 => String::new(),
        count => format!("{count}, to be dropped from the keychain at the next start"),
    };
    let state = spoken(&state);
    facts(&[("Key", kept.to_owned()), ("State", state), ("Recovery key", recovery), ("Old keys", spare)])
}

/// The one time it is said.
pub fn recovery_key(view: RecoveryKeyView) -> String {
    let key = view.recovery_key.into_secret();
    format!(
        "{}\n\nWrite it down and keep it away from this computer: it opens everything in this profile, and nobody can show \
         it again. It serves once, until the key is replaced.",
        key.expose()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(backend: Option<VaultBackend>) -> VaultView {
        VaultView {
            backend,
            state: "ready".to_owned(),
            reason: String::new(),
            recovery_key_made_at: None,
            spare_keys: 0,
        }
    }

    #[test]
    fn a_vault_says_where_its_key_is() {
        let shown = vault(&view(Some(VaultBackend::Keychain)), "UTC");
        assert_eq!(shown.lines().next(), Some("Key           in the system's keychain"));
        assert!(shown.contains("Recovery key  none") && !shown.contains("Old keys"), "{shown}");
        let left = VaultView { spare_keys: 1, ..view(Some(VaultBackend::Passphrase)) };
        assert!(vault(&left, "UTC").contains("Old keys      1,"));
    }
}
