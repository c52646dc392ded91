//! Where the window was: kept in the profile, put back within the screens there are now. Pure but for its file.
//!
//! Lengths are logical pixels, so that a screen of another scale shows the same window.

use std::{fs, path::PathBuf};

use serde::{Deserialize, Serialize};

/// Size of a window that never was anywhere.
const USUAL: (f64, f64) = (1180.0, 780.0);
/// Smallest size the interface works in.
pub const LEAST: (f64, f64) = (720.0, 520.0);
/// How much of the title bar must be on a screen for the window to be moved by hand: across and down.
const GRIP: (f64, f64) = (120.0, 24.0);
/// Largest file that is read.
const FILE_MAX_BYTES: u64 = 4 * 1024;

/// A rectangle on the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rectangle {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Across.
    pub width: f64,
    /// Down.
    pub height: f64,
}

/// Where a window is put.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opening {
    /// Upper left corner; `None` leaves it to the window manager.
    pub position: Option<(f64, f64)>,
    /// Across and down.
    pub size: (f64, f64),
    /// Whether it fills its screen.
    pub maximized: bool,
}

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Kept {
    normal: Rectangle,
    maximized: bool,
}

/// The last places of the window of one profile.
#[derive(Debug)]
pub struct History {
    file: PathBuf,
    /// The newest last. A window that is being maximised is large before it says that it is: the one before is meant.
    normal: Vec<Rectangle>,
}

impl History {
    /// Nothing seen yet; kept in `file`.
    pub fn new(file: PathBuf) -> Self {
        Self { file, normal: Vec::new() }
    }

    /// The window is there, neither maximised nor minimised.
    pub fn seen(&mut self, at: Rectangle) {
        if self.normal.last() != Some(&at) && [at.x, at.y, at.width, at.height].iter().all(|length| length.is_finite())
        {
            self.normal.push(at);
            let extra = self.normal.len().saturating_sub(2);
            self.normal.drain(..extra);
        }
    }

    /// Writes down where it is. A place that cannot be written is forgotten, no more.
    pub fn keep(&self, now: Option<Rectangle>, maximized: bool) {
        let same_size = |one: &Rectangle| now.is_some_and(|now| (now.width, now.height) == (one.width, one.height));
        let known = self.normal.iter().rev().find(|place| !(maximized && same_size(place)));
        let Some(normal) = known.copied().or_else(|| self.read().map(|kept| kept.normal)).or(now) else { return };
        let kept = serde_json::to_vec(&Kept { normal, maximized }).unwrap_or_default();
        if let Err(error) = app::paths::write_private(&self.file, &kept) {
            tracing::warn!(%error, "the place of the window could not be kept");
        }
    }

    /// Where to open it on these screens.
    pub fn opening(&self, screens: &[Rectangle]) -> Opening {
        let usual = Opening { position: None, size: USUAL, maximized: false };
        self.read().map_or(usual, |kept| fit(kept, screens))
    }

    fn read(&self) -> Option<Kept> {
        fs::metadata(&self.file).ok().filter(|about| about.len() <= FILE_MAX_BYTES)?;
        serde_json::from_slice(&fs::read(&self.file).ok()?).ok()
    }
}

/// The same place where its title bar can be reached, and no larger than the largest screen.
fn fit(kept: Kept, screens: &[Rectangle]) -> Opening {
    let Rectangle { x, y, width, height } = kept.normal;
    let most = |length: fn(&Rectangle) -> f64| screens.iter().map(length).fold(0.0, f64::max);
    let limit = |length: f64, least: f64, most: f64| length.min(if most > 0.0 { most } else { length }).max(least);
    let size =
        (limit(width, LEAST.0, most(|screen| screen.width)), limit(height, LEAST.1, most(|screen| screen.height)));
    let reachable = screens.iter().any(|screen| {
        let across = (x + size.0).min(screen.x + screen.width) - x.max(screen.x);
        across >= GRIP.0 && y >= screen.y && y + GRIP.1 <= screen.y + screen.height
    });
    Opening { position: reachable.then_some((x, y)), size, maximized: kept.maximized }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Rectangle = Rectangle { x: 0.0, y: 0.0, width: 1920.0, height: 1080.0 };

    fn at(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
        Rectangle { x, y, width, height }
    }

    fn opened(normal: Rectangle, screens: &[Rectangle]) -> Opening {
        fit(Kept { normal, maximized: false }, screens)
    }

    #[test]
    fn it_comes_back_where_it_was_and_never_out_of_reach() {
        let left = at(-1280.0, 0.0, 1280.0, 1024.0);
        for (normal, screens, position) in [
            (at(100.0, 50.0, 900.0, 700.0), vec![SCREEN], Some((100.0, 50.0))),
            (at(-1000.0, 50.0, 900.0, 700.0), vec![SCREEN, left], Some((-1000.0, 50.0))),
            (at(-1000.0, 50.0, 900.0, 700.0), vec![SCREEN], None),
            (at(1850.0, 50.0, 900.0, 700.0), vec![SCREEN], None),
            (at(100.0, -30.0, 900.0, 700.0), vec![SCREEN], None),
            (at(100.0, 1070.0, 900.0, 700.0), vec![SCREEN], None),
            (at(100.0, 50.0, 900.0, 700.0), vec![], None),
        ] {
            assert_eq!(opened(normal, &screens).position, position, "{normal:?} on {screens:?}");
        }
    }

    #[test]
    fn it_is_never_larger_than_a_screen_nor_too_small_to_use() {
        assert_eq!(opened(at(0.0, 0.0, 5000.0, 4000.0), &[SCREEN]).size, (1920.0, 1080.0));
        assert_eq!(opened(at(0.0, 0.0, 3.0, 0.0), &[SCREEN]).size, LEAST);
        assert_eq!(opened(at(0.0, 0.0, 900.0, 700.0), &[]).size, (900.0, 700.0));
    }

    #[test]
    fn a_maximised_window_remembers_the_size_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut history = History::new(folder.path().join("window.json"));
        assert_eq!(history.opening(&[SCREEN]), Opening { position: None, size: USUAL, maximized: false });
        history.seen(at(40.0, 60.0, 900.0, 700.0));
        history.seen(SCREEN);
        history.keep(Some(SCREEN), true);
        let back = Opening { position: Some((40.0, 60.0)), size: (900.0, 700.0), maximized: true };
        assert_eq!(history.opening(&[SCREEN]), back);
        // Opened maximised and closed so: the normal size is the one from before.
        let next = History::new(folder.path().join("window.json"));
        next.keep(Some(SCREEN), true);
        assert_eq!(next.opening(&[SCREEN]), back);
        history.keep(Some(at(40.0, 60.0, 900.0, 700.0)), false);
        assert!(!history.opening(&[SCREEN]).maximized);
    }

    #[test]
    fn a_damaged_file_is_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("window.json");
        for damaged in ["", "{", r#"{"normal":{"x":"a"},"maximized":true}"#, &"[".repeat(9000)] {
            fs::write(&file, damaged).expect("written");
            assert_eq!(History::new(file.clone()).opening(&[SCREEN]).size, USUAL, "{damaged:.20}");
        }
    }
}
