//! What only a desktop can do, asked for by use cases and filled in by the window's shell; the headless
//! runner and the command line have [`Headless`].

use std::path::PathBuf;

use async_trait::async_trait;

/// What this desktop offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// `linux`, `macos`, `windows`, or `none` without a window.
    pub os: &'static str,
    /// Whether something shows tray icons.
    pub tray: bool,
}

/// A picture without a file: the pixels of a clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, row by row from the top.
    pub rgba: Vec<u8>,
}

/// The desktop around the app.
#[async_trait]
pub trait Desktop: Send + Sync {
    /// What it offers now.
    fn offer(&self) -> Offer;
    /// Opens an https (or loopback http) address in the system browser; `false` when that failed.
    fn open_url(&self, url: &str) -> bool;
    /// Lets the owner choose picture files; empty when cancelled.
    async fn pick_images(&self) -> Vec<PathBuf>;
    /// The picture on the clipboard; `None` when it holds none, or where there is no clipboard.
    async fn clipboard_picture(&self) -> Option<Pixels> {
        None
    }
}

/// No desktop: opens nothing, picks nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Headless;

#[async_trait]
impl Desktop for Headless {
    fn offer(&self) -> Offer {
        Offer { os: "none", tray: false }
    }

    fn open_url(&self, _url: &str) -> bool {
        false
    }

    async fn pick_images(&self) -> Vec<PathBuf> {
        Vec::new()
    }
}
