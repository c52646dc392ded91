//! The items of the tray's menu whose text follows the queue.

use tauri::{Wry, menu::MenuItem};

/// Items whose text follows the queue.
pub struct Menu {
    /// The next post.
    pub next: MenuItem<Wry>,
    /// How many posts need their owner.
    pub needs: MenuItem<Wry>,
    /// Pause or resume.
    pub pause: MenuItem<Wry>,
}
