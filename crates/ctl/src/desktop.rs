//! The desktop around a terminal: a browser can be opened, nothing can be picked.

use std::path::PathBuf;

use app::desktop::{Desktop, Offer, WebAddress};
use async_trait::async_trait;

/// The desktop around a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Terminal;

#[async_trait]
impl Desktop for Terminal {
    fn offer(&self) -> Offer {
        Offer { os: "none", tray: false }
    }

    fn open_url(&self, address: &WebAddress) -> bool {
        opener::open_browser(address.as_str()).is_ok()
    }

    async fn pick_images(&self) -> Vec<PathBuf> {
        Vec::new()
    }
}
