//! Platforms: what each can do as data, and how it is done as steps. A provider sees a token, a prepared
//! part and the HTTP client; never the store, the queue or the vault. Retrying, waiting as told, logging and
//! token renewal sit around every provider, never in one.

pub mod bluesky;
mod calls;
pub mod change;
pub mod descriptor;
pub mod effect;
mod guards;
pub mod mastodon;
pub mod media;
pub mod practice;
pub mod provider;
pub mod registry;
pub mod shown;
#[cfg(test)]
mod testing;

pub use descriptor::Descriptor;
pub use provider::Provider;
pub use registry::Registry;
