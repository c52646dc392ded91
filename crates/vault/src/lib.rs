//! Seals secrets for storage and opens them again. It owns the sealed byte format, the two levels of keys
//! and the three places the upper key can live: the system's keychain, behind a passphrase, or handed in. A recovery
//! key on paper opens it as well.
//!
//! It refuses to write plaintext in place of a sealed value, to replace a key that exists, and to read the
//! environment or files: callers pass bytes in and store the bytes they get.
//!
//! ```
//! # struct Counter(std::sync::atomic::AtomicU8);
//! # impl domain::ports::Random for Counter {
//! #     fn fill(&self, bytes: &mut [u8]) {
//! #         bytes.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
//! #     }
//! # }
//! # let random = Counter(1.into());
//! use vault::{BackendKind, Context, DataKey, ProfileKey};
//! let profile_key = ProfileKey::generate(BackendKind::Keychain, &random);
//! let data_key = DataKey::generate(&profile_key, &random);
//! let place = Context { table: "grant", row: "acc_1", column: "access", key_version: 1, platform: "bluesky", account: "acc_1" };
//! let sealed = vault::seal(&data_key, &place, b"token", &random)?;
//! assert_eq!(vault::open(&data_key, &place, &sealed)?.expose(), b"token");
//! # Ok::<(), vault::VaultError>(())
//! ```

mod cipher;
mod context;
pub mod environment;
mod error;
mod gate;
mod guards;
mod key;
pub mod keychain;
pub mod passphrase;
mod recovery;
mod sealed;
#[cfg(test)]
mod testing;

pub use context::Context;
pub use error::VaultError;
pub use key::{BackendKind, DataKey, ProfileKey};
pub use keychain::{Keychain, Presence};
pub use recovery::RecoveryKey;
pub use sealed::{SEALING_BROKEN, backend_of, open, seal, unwrap, wrap};
