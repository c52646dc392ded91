//! What changed, told to every open window and client: reads of that kind are stale.

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Accounts or attempts to link.
    Accounts,
    /// Posts or media.
    Posts,
    /// Publications or the queue.
    Publications,
    /// Notices.
    Notices,
    /// Settings.
    Settings,
    /// The practice network.
    Practice,
    /// A check of connections.
    Doctor,
    /// The window was asked to show a place.
    Navigate,
}

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What kind of thing.
    pub topic: Topic,
    /// Which one, where it is one.
    pub id: Option<String>,
}
