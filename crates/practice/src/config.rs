//! What an operator may choose: the data folder, the port and the numbers of the fact sheet.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use serde::Serialize;

/// How one practice network is run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of everything it keeps (journal, media, control token); made with mode 0700.
    pub data: PathBuf,
    /// Port on 127.0.0.1; 0 takes the last one again if it is free, else any free one.
    pub port: u16,
    /// The numbers of the fact sheet.
    pub limits: Limits,
    /// Makes ids, tokens and delays repeatable (tests only: whoever knows the seed knows the tokens).
    pub seed: Option<u64>,
    /// Milliseconds the clock its answers tell (`Date`) is ahead of this computer's (tests of wrong clocks only).
    pub date_ahead_ms: Arc<AtomicI64>,
}

impl Config {
    /// A network in `data` on a port of its own choice, with the limits of the fact sheet.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into(), port: 0, limits: Limits::default(), seed: None, date_ahead_ms: Arc::default() }
    }

    /// The same with a fixed port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }
}

/// Limits and life times. `Default` is the fact sheet (`docs/platforms/practice.md`).
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest text, in extended grapheme clusters.
    pub text_graphemes: usize,
    /// Longest text, in bytes.
    pub text_bytes: usize,
    /// Pictures in one post.
    pub media_per_post: usize,
    /// Largest picture, in bytes.
    pub media_bytes: usize,
    /// Longest alternative text, in extended grapheme clusters.
    pub alt_graphemes: usize,
    /// Calls that publish, per account and window.
    pub posts_per_window: u32,
    /// Length of the rate window, in seconds.
    pub window_s: u32,
    /// Longest time until a post of kind R or C is read back, in milliseconds.
    pub visible_after_max_ms: u32,
    /// Longest time after which an unanswered call still takes effect, in milliseconds.
    pub late_accept_ms: u32,
    /// Longest time the switch `hang` holds a connection, in milliseconds.
    pub hang_max_ms: u32,
    /// Life of an idempotency key, in seconds.
    pub key_life_s: u32,
    /// How long kind R refuses the same text again, in seconds.
    pub repeat_window_s: u32,
    /// Life of an unpublished container, in seconds.
    pub container_life_s: u32,
    /// Life of an access token, in seconds.
    pub access_token_life_s: u32,
    /// Life of an unused refresh token, in seconds.
    pub refresh_token_life_s: u32,
    /// Time in which a spent refresh token returns its successor again, in milliseconds.
    pub refresh_grace_ms: u32,
    /// Life of an authorization code, in milliseconds.
    pub code_life_ms: u32,
    /// Life of an open consent page, in milliseconds.
    pub consent_life_ms: u32,
    /// Most accounts; beyond it 503 `full`.
    pub max_accounts: usize,
    /// Most sessions, containers and media each; beyond it 503 `full`.
    pub max_objects: usize,
    /// Most posts; beyond it 503 `full`.
    pub max_posts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text_graphemes: 500,
            text_bytes: 20_000,
            media_per_post: 4,
            media_bytes: 5_000_000,
            alt_graphemes: 1_000,
            posts_per_window: 300,
            window_s: 300,
            visible_after_max_ms: 1_000,
            late_accept_ms: 2_000,
            hang_max_ms: 60_000,
            key_life_s: 86_400,
            repeat_window_s: 600,
            container_life_s: 86_400,
            access_token_life_s: 3_600,
            refresh_token_life_s: 30 * 86_400,
            refresh_grace_ms: 30_000,
            code_life_ms: 60_000,
            consent_life_ms: 600_000,
            max_accounts: 1_000,
            max_objects: 50_000,
            max_posts: 50_000,
        }
    }
}

/// The part of [`Limits`] that `GET /api/limits` shows.
#[derive(Debug, Serialize)]
pub(crate) struct PublicLimits {
    text_graphemes: usize,
    media_per_post: usize,
    media_bytes: usize,
    alt_graphemes: usize,
    posts_per_window: u32,
    window_s: u32,
    visible_after_max_ms: u32,
    late_accept_ms: u32,
    key_life_s: u32,
    repeat_window_s: u32,
    container_life_s: u32,
    access_token_life_s: u32,
}

impl From<&Limits> for PublicLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            text_graphemes: limits.text_graphemes,
            media_per_post: limits.media_per_post,
            media_bytes: limits.media_bytes,
            alt_graphemes: limits.alt_graphemes,
            posts_per_window: limits.posts_per_window,
            window_s: limits.window_s,
            visible_after_max_ms: limits.visible_after_max_ms,
            late_accept_ms: limits.late_accept_ms,
            key_life_s: limits.key_life_s,
            repeat_window_s: limits.repeat_window_s,
            container_life_s: limits.container_life_s,
            access_token_life_s: limits.access_token_life_s,
        }
    }
}
