//! The list of bad days, by hand: what ordinary life does to an app that publishes.

/// A bad day.
#[derive(Debug)]
pub struct Case {
    /// Its name in tests.
    pub id: &'static str,
    /// What happened, as a person would tell it.
    pub title: &'static str,
}

const fn case(id: &'static str, title: &'static str) -> Case {
    Case { id, title }
}

/// Every case, in the order of the document. A line without a test makes the layer fail.
pub const CASES: &[Case] = &[
    case("text_too_long", "The text is too long"),
    case("too_many_pictures", "Too many pictures"),
    case("picture_too_large", "The picture's file is too large"),
    case("picture_too_many_pixels", "The picture claims more than 64 megapixels"),
    case("picture_broken", "The picture's file is broken"),
    case("picture_hostile", "The picture is made to harm its decoder"),
    case("picture_gone", "The picture's file is gone at its time"),
    case("account_unknown", "No such account"),
    case("time_past", "The time has passed"),
    case("time_missing", "The local time does not exist"),
    case("time_twice", "The local time exists twice"),
    case("instance_unreachable", "The instance cannot be reached"),
    case("instance_lying", "The instance answers something false"),
    case("instance_slow", "The instance is slow"),
    case("certificate_bad", "The instance's certificate is not good"),
    case("started_twice", "Postroom is started twice"),
    case("window_and_terminal", "Window and command line at once"),
    case("two_runners", "Two runners on one profile"),
    case("disk_full", "The disk is full"),
    case("database_damaged", "The database is damaged"),
    case("database_newer", "The database is from a newer version"),
    case("keychain_gone", "There is no keychain"),
    case("keychain_locked", "The keychain is locked"),
    case("keychain_asking", "The keychain asks and nobody answers"),
    case("keychain_other_key", "The key is another one"),
    case("window_killed", "The window's process is killed"),
    case("clock_wrong", "The clock is wrong by hours"),
    case("slept_within_grace", "Asleep at the time, awake within 15 minutes"),
    case("slept_past_grace", "Asleep for longer, over many posts"),
    case("offline_at_due", "Offline at the time"),
    case("reboot", "The computer restarts in between"),
];
