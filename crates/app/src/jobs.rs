//! The one kind of job, and how long a claim of it counts.

/// The kind of job that publishes; its key is the publication's id.
pub(crate) const PUBLISH: &str = "publish";

/// How long a claim counts without being extended, in milliseconds.
pub(crate) const LEASE_MS: i64 = 10 * 60 * 1_000;
