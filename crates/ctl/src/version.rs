//! What `--version` says: the version, and any guard that was taken away for a test. A build for people has them all.

/// A word behind the version where a feature is on.
macro_rules! named {
    ($name:ident, $feature:literal) => {
        #[cfg(feature = $feature)]
        macro_rules! $name {
            () => {
                concat!(" ", $feature)
            };
        }
        #[cfg(not(feature = $feature))]
        macro_rules! $name {
            () => {
                ""
            };
        }
    };
}

named!(absence, "break_absence");
named!(confirm, "break_confirm");
named!(fence, "break_fence");
named!(intent, "break_intent");
named!(linking, "break_linking");
named!(lock, "break_lock");
named!(memory, "break_memory");
named!(record_key, "break_record_key");
named!(refresh_lock, "break_refresh_lock");
named!(rotation, "break_rotation");
named!(sealing, "break_sealing");
named!(sync, "break_sync");
named!(points, "failpoints");

/// The version, followed by the features that take a guard away.
pub const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    absence!(),
    confirm!(),
    fence!(),
    intent!(),
    linking!(),
    lock!(),
    memory!(),
    record_key!(),
    refresh_lock!(),
    rotation!(),
    sealing!(),
    sync!(),
    points!()
);

#[cfg(all(test, not(feature = "broken")))]
mod tests {
    use super::VERSION;

    #[test]
    fn nothing_is_missing_by_default() {
        assert_eq!(VERSION, env!("CARGO_PKG_VERSION"));
    }
}
