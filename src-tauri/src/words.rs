//! Every sentence the shell itself says: tray, notifications, native dialogs. The window has its own table.

/// The product, as people read it.
pub const PRODUCT: &str = "Postroom";

/// Tray: nothing is scheduled.
pub const NOTHING_NEXT: &str = "Nothing scheduled";
/// Tray: before the next post.
pub const NEXT: &str = "Next post";
/// Tray: the queue is paused.
pub const PAUSED: &str = "Paused";
/// Tray: no publication asks for its owner.
pub const NOTHING_NEEDED: &str = "Nothing needs you";
/// Tray: before the number of publications that ask for their owner.
pub const NEEDS_YOU: &str = "Needs you";
/// Tray: stop sending.
pub const PAUSE: &str = "Pause all";
/// Tray: send again.
pub const RESUME: &str = "Resume all";
/// Tray: write a post.
pub const COMPOSE: &str = "Compose";
/// Tray: show the window.
pub const OPEN: &str = "Open Postroom";
/// Tray: end the program.
pub const QUIT: &str = "Quit";

/// Said once, when the window is first closed.
pub const STILL_RUNNING: &str = "Postroom keeps running";
/// The same, where something shows tray icons.
pub const IN_TRAY: &str = "It is in the tray now; posts go out on time. Open it again from there, \
                           or by starting Postroom once more.";
/// The same, where nothing shows tray icons.
pub const IN_BACKGROUND: &str = "This desktop shows no tray icons, so Postroom works out of sight; posts go out on \
                                 time. Start Postroom once more to open its window.";

/// Title of the question before quitting.
pub const QUIT_TITLE: &str = "Quit Postroom?";
/// Button: do not quit.
pub const KEEP_RUNNING: &str = "Keep running";
/// Button: quit although posts wait.
pub const QUIT_ANYWAY: &str = "Quit anyway";
/// Button: look at what waits instead.
pub const SHOW_QUEUE: &str = "Show the queue";

/// Button on a notification.
pub const SHOW: &str = "Show";
/// Button on a notification about a post that did not go out.
pub const RETRY: &str = "Try again";
/// Button on a notification about an account whose access ended.
pub const RELINK: &str = "Link again";

/// Title when the program cannot start.
pub const CANNOT_START: &str = "Postroom cannot start";

/// Title of the file chooser.
pub const CHOOSE_PICTURES: &str = "Choose pictures";
/// Kind of file in the file chooser.
pub const PICTURES: &str = "Pictures";

/// The question before quitting, for `count` posts of which the first is due at `first`.
pub fn quit_question(count: u32, first: Option<&str>) -> String {
    let posts = if count == 1 { "1 post waits".to_owned() } else { format!("{count} posts wait") };
    let when = first.map(|at| format!(" The first is due {at}.")).unwrap_or_default();
    format!("{posts} to go out.{when} Nothing goes out while Postroom is not running.")
}
