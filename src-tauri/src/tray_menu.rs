//! The items of the tray's menu.

use tauri::{Wry, menu::MenuItem};

/// Items whose text follows the queue or the language.
pub struct Menu {
    /// The next post.
    pub next: MenuItem<Wry>,
    /// Whether the next days go out.
    pub week: MenuItem<Wry>,
    /// How many posts need their owner.
    pub needs: MenuItem<Wry>,
    /// Pause or resume.
    pub pause: MenuItem<Wry>,
    /// Write a post.
    pub compose: MenuItem<Wry>,
    /// Show the window.
    pub open: MenuItem<Wry>,
    /// End the program.
    pub quit: MenuItem<Wry>,
}
