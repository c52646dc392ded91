//! How many calls a platform allows, and how many of them were made: pure counting, at a given instant.
//!
//! A window begins with the first call counted in it. What the headers of an answer say is the truth; our own count
//! stands where they say nothing.

use crate::{forecast::Quota, time::UtcMs};

/// Whose calls a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// Those of one account.
    Account,
    /// Those of this app to one server, whichever account they are for.
    Server,
}

/// A documented limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Short name, unique within its platform: `posts`.
    pub name: &'static str,
    /// Whose calls it counts.
    pub holder: Holder,
    /// Points in a window.
    pub allowed: i64,
    /// Length of a window in milliseconds.
    pub window_ms: i64,
    /// Points of the operations that cost something of their own.
    pub costs: &'static [(&'static str, i64)],
    /// Points of every other call.
    pub other: i64,
    /// Points left for looking: nothing is published with them.
    pub reserve: i64,
    /// Where the figures come from and when they were read.
    pub source: &'static str,
}

impl Limit {
    /// Points that a call costs.
    #[must_use]
    pub fn cost(&self, operation: &str) -> i64 {
        self.costs.iter().find(|(name, _)| *name == operation).map_or(self.other, |(_, points)| *points)
    }
}

/// What the headers of an answer said of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Points in a window.
    pub limit: i64,
    /// Points left in this one.
    pub remaining: i64,
    /// When it ends.
    pub reset_at: UtcMs,
}

/// Headers tell whole seconds: windows that end within this time of each other are the same.
const SAME_END_MS: i64 = 2_500;
/// A window told may end this much later than the documented length allows; a clock may be set back by as much.
const LONGER_MS: i64 = 5_000;
/// No window is longer than this, in milliseconds: a day, and a little.
const LONGEST_MS: i64 = 86_400_000 + LONGER_MS;

/// Which of a platform's limits an answer to `operation` spoke of; `None` when it was none that is known.
#[must_use]
pub fn spoken_of(limits: &[Limit], operation: &str, told: Told, now: UtcMs) -> Option<usize> {
    let lasts_ms = told.reset_at.since(now);
    if lasts_ms > LONGEST_MS {
        return None;
    }
    let fits = |limit: &Limit| lasts_ms <= limit.window_ms.saturating_add(LONGER_MS);
    let shortest = |wanted: &dyn Fn(&Limit) -> bool| {
        let known = limits.iter().enumerate().filter(|(_, limit)| wanted(limit));
        known.min_by_key(|(_, limit)| limit.window_ms).map(|(index, _)| index)
    };
    let counts = |limit: &Limit| limit.cost(operation) > 0;
    // A server may have other figures than those documented, and longer windows.
    shortest(&|limit| fits(limit) && limit.allowed == told.limit)
        .or_else(|| shortest(&|limit| fits(limit) && counts(limit)))
        .or_else(|| shortest(&counts))
}

/// One window of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// When it began.
    pub begun: UtcMs,
    /// When it ends.
    pub ends: UtcMs,
    /// Points used.
    pub used: i64,
    /// Points allowed.
    pub allowed: i64,
}

impl Window {
    /// A window that begins now.
    #[must_use]
    pub fn begin(allowed: i64, window_ms: i64, now: UtcMs) -> Self {
        Self { begun: now, ends: now.plus_ms(window_ms), used: 0, allowed }
    }

    /// This window, or a new one where it has ended, or was begun by a clock that was wrong.
    #[must_use]
    pub fn at(self, limit: &Limit, now: UtcMs) -> Self {
        let ahead = self.begun.since(now) > LONGER_MS;
        if now >= self.ends || ahead { Self::begin(self.allowed, limit.window_ms, now) } else { self }
    }

    /// Counts a call.
    pub const fn count(&mut self, points: i64) {
        self.used = self.used.saturating_add(points);
    }

    /// Takes what was told. Within the same window an answer that overtook another takes nothing back.
    pub fn told(&mut self, limit: &Limit, told: Told, now: UtcMs) {
        let used = told.limit.saturating_sub(told.remaining).max(0);
        let same = told.reset_at.since(self.ends).abs() <= SAME_END_MS;
        let begun = if same { self.begun } else { told.reset_at.plus_ms(-limit.window_ms).min(now) };
        *self = Self {
            begun,
            ends: told.reset_at,
            used: if same { used.max(self.used.min(told.limit)) } else { used },
            allowed: told.limit,
        };
    }

    /// Points left.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.allowed.saturating_sub(self.used).max(0)
    }

    /// Points held back of `reserve`: none where the window is too small for that.
    #[must_use]
    pub const fn reserved(&self, reserve: i64) -> i64 {
        if self.allowed >= reserve.saturating_mul(4) { reserve } else { 0 }
    }

    /// When a call that costs `points` may be made; `None` for now. Points held back count only where a window has
    /// room for both.
    #[must_use]
    pub fn wait(&self, points: i64, reserve: i64) -> Option<UtcMs> {
        let reserve = self.reserved(reserve);
        let short = points > 0 && self.left() < points.saturating_add(reserve) && self.used > 0;
        short.then_some(self.ends)
    }
}

/// Where a limit stands, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Short name of the limit: `posts`.
    pub name: String,
    /// Whose calls it counts.
    pub holder: Holder,
    /// Points allowed in a window.
    pub allowed: i64,
    /// Points used in this one.
    pub used: i64,
    /// Points left.
    pub left: i64,
    /// Length of a window in milliseconds.
    pub window_ms: i64,
    /// When the window ends; `None` while none has begun.
    pub resets_at: Option<UtcMs>,
    /// Points that publishing one part costs of it.
    pub per_post: i64,
    /// Points of it that nothing is published with.
    pub reserve: i64,
    /// When a post may go out as far as this limit goes; `None` for now.
    pub wait_until: Option<UtcMs>,
    /// Where the documented figure comes from.
    pub source: String,
}

impl Standing {
    /// As many posts as it allows, `holder` being whose calls it counts; `None` where posts cost nothing of it.
    #[must_use]
    pub fn quota(&self, holder: &str) -> Option<Quota> {
        let posts = |points: i64| {
            let count = points.saturating_sub(self.reserve).max(0).checked_div(self.per_post)?;
            u32::try_from(count).ok()
        };
        // What never fits is tried all the same, in a window of its own.
        let per_window = posts(self.allowed)?.max(1);
        let left = if self.used == 0 { per_window } else { posts(self.left)? };
        let holder = format!("{holder} {}", self.name);
        (self.per_post > 0).then_some(Quota {
            holder,
            left,
            resets_at: self.resets_at,
            per_window,
            window_ms: self.window_ms,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn limit(name: &'static str, allowed: i64, window_ms: i64, costs: &'static [(&'static str, i64)]) -> Limit {
        Limit { name, holder: Holder::Account, allowed, window_ms, costs, other: 0, reserve: 0, source: "" }
    }

    fn at(ms: i64) -> UtcMs {
        UtcMs::from_millis(ms)
    }

    #[test]
    fn a_full_window_says_when_it_ends_and_the_next_is_empty() {
        let posts = limit("posts", 2, 5 * MINUTE, &[("post", 1)]);
        let mut window = Window::begin(posts.allowed, posts.window_ms, at(0));
        assert_eq!(window.wait(1, 0), None);
        window.count(posts.cost("post"));
        window.count(posts.cost("read"));
        assert_eq!((window.left(), window.wait(1, 0)), (1, None));
        window.count(1);
        assert_eq!((window.left(), window.wait(1, 0)), (0, Some(at(5 * MINUTE))));
        assert_eq!(window.wait(0, 0), None, "looking costs nothing of it");
        let next = window.at(&posts, at(5 * MINUTE));
        assert_eq!((next.left(), next.ends), (2, at(10 * MINUTE)));
    }

    #[test]
    fn what_is_told_is_the_truth_and_is_not_taken_back_by_an_older_answer() {
        let posts = limit("posts", 300, 5 * MINUTE, &[("post", 1)]);
        let mut window = Window::begin(300, posts.window_ms, at(0));
        window.count(1);
        let told = |remaining| Told { limit: 10, remaining, reset_at: at(4 * MINUTE) };
        window.told(&posts, told(3), at(MINUTE));
        assert_eq!((window.allowed, window.used, window.ends), (10, 7, at(4 * MINUTE)));
        window.told(&posts, told(5), at(MINUTE));
        assert_eq!(window.used, 7, "an answer that was overtaken");
        window.told(&posts, Told { reset_at: at(9 * MINUTE), ..told(10) }, at(5 * MINUTE));
        assert_eq!((window.used, window.left()), (0, 10));
    }

    #[test]
    fn points_are_held_back_for_looking_where_there_are_many() {
        let window = |allowed, used| Window { begun: at(0), ends: at(MINUTE), used, allowed };
        assert_eq!(window(300, 250).wait(1, 30), None);
        assert_eq!(window(300, 270).wait(1, 30), Some(at(MINUTE)));
        assert_eq!(window(2, 1).wait(1, 30), None, "too few to hold any back");
        assert_eq!(window(2, 0).wait(5, 0), None, "what never fits is tried all the same");
    }

    #[test]
    fn a_clock_that_was_set_back_makes_nobody_wait() {
        let posts = limit("posts", 1, 5 * MINUTE, &[("post", 1)]);
        let mut window = Window::begin(1, posts.window_ms, at(1_000 * MINUTE));
        window.count(1);
        assert_eq!(window.at(&posts, at(0)).left(), 1);
        assert_eq!(window.at(&posts, at(1_000 * MINUTE - 3_000)).left(), 0, "a little is no matter");
    }

    #[test]
    fn a_standing_is_told_in_posts() {
        let standing = |allowed, used, per_post| Standing {
            name: "points".to_owned(),
            holder: Holder::Account,
            allowed,
            used,
            left: allowed - used,
            window_ms: MINUTE,
            resets_at: (used > 0).then(|| at(MINUTE)),
            per_post,
            reserve: Window { begun: at(0), ends: at(MINUTE), used, allowed }.reserved(30),
            wait_until: None,
            source: String::new(),
        };
        let quota = |allowed, used, per_post| {
            let quota = standing(allowed, used, per_post).quota("acc_1")?;
            assert_eq!((quota.holder.as_str(), quota.window_ms), ("acc_1 points", MINUTE));
            Some((quota.left, quota.per_window, quota.resets_at))
        };
        assert_eq!(quota(300, 0, 3), Some((90, 90, None)), "what is held back is for looking");
        assert_eq!(quota(300, 265, 3), Some((1, 90, Some(at(MINUTE)))));
        assert_eq!(quota(300, 300, 3), Some((0, 90, Some(at(MINUTE)))));
        assert_eq!(quota(2, 1, 1), Some((1, 2, Some(at(MINUTE)))), "too few to hold any back");
        assert_eq!(quota(2, 0, 5), Some((1, 1, None)), "what never fits is tried all the same");
        assert_eq!(quota(2, 2, 0), None, "posts cost nothing of it");
    }

    #[test]
    fn an_answer_speaks_of_the_limit_with_its_figure_then_of_the_shortest_that_counts_the_call() {
        let limits = [
            limit("statuses", 300, 180 * MINUTE, &[("post", 1)]),
            limit("calls", 300, 5 * MINUTE, &[("post", 1)]),
            limit("media", 30, 30 * MINUTE, &[("upload", 1)]),
        ];
        let told = |limit, minutes| Told { limit, remaining: 0, reset_at: at(minutes * MINUTE) };
        let of = |operation, told| spoken_of(&limits, operation, told, at(0)).map(|index| limits[index].name);
        assert_eq!(of("post", told(300, 4)), Some("calls"));
        assert_eq!(of("post", told(300, 120)), Some("statuses"));
        assert_eq!(of("upload", told(30, 20)), Some("media"));
        assert_eq!(of("post", told(600, 4)), Some("calls"), "a server with figures of its own");
        assert_eq!(of("read", told(77, 4)), None);
        assert_eq!(of("post", told(7, 600)), Some("calls"), "and with longer windows");
        assert_eq!(of("post", told(300, 2_000)), None, "no window is that long");
    }
}
