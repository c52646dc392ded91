//! Platforms: what each can do as data, and how it is done as steps. A provider sees a token, a prepared
//! part and the HTTP client; never the store, the queue or the vault. Retrying, waiting as told, logging and
//! token renewal sit around every provider, never in one.

pub mod bluesky;
mod calls;
pub mod change;
pub mod defined;
pub mod descriptor;
pub mod discord;
pub mod effect;
pub mod github;
pub mod google;
mod guards;
pub mod guide;
pub mod instagram;
pub mod link_only;
pub mod linkedin;
pub mod mastodon;
pub mod media;
pub mod microsoft;
pub mod practice;
pub mod provider;
pub mod registry;
pub mod shown;
pub mod slack;
#[cfg(test)]
mod testing;
pub mod wordpress;
pub mod wordpress_com;
pub mod x;

pub use descriptor::Descriptor;
pub use provider::Provider;
pub use registry::Registry;
