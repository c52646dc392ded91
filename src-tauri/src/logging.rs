//! Where messages go: to standard error what `POSTROOM_LOG` asks for, to the profile's log what happened.

use std::{path::Path, sync::Mutex};

use app::logs::LogFile;
use tracing_subscriber::{EnvFilter, Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// Crates of ours; others are heard from warnings on, they log what passes through them.
const OWN: [&str; 12] = [
    "app",
    "domain",
    "ipc",
    "net",
    "oauth",
    "postroom_shell",
    "practice",
    "providers",
    "queue",
    "store",
    "vault",
    "ctl",
];

/// `POSTROOM_LOG` chooses what standard error shows, in the syntax of `RUST_LOG`; warnings otherwise. The log of the
/// profile, where there is one, has what our own crates tell from `info` on.
pub fn start(profile: Option<&Path>) {
    let asked = EnvFilter::try_from_env("POSTROOM_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let shown = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(asked);
    let kept = profile.map(|profile| {
        let own = OWN.map(|name| (name, tracing::Level::INFO));
        let filter = Targets::new().with_default(tracing::Level::WARN).with_targets(own);
        let file = Mutex::new(LogFile::of(profile));
        tracing_subscriber::fmt::layer().with_ansi(false).with_writer(file).with_filter(filter)
    });
    tracing_subscriber::registry().with(shown).with(kept).init();
}
