//! Walking a page by keyboard, in the app's window and in the browser alike.

use anyhow::{Result, bail};
use serde_json::json;
use thirtyfour::{Key, WebDriver};

/// Finds elements by role and name, and tells what has the focus.
pub(crate) const NAMES: &str = include_str!("names.js");
/// Tab presses after which an element counts as unreachable.
pub(crate) const TABS: usize = 120;

/// Presses Tab until the focused element's name is, or begins with, `name`.
pub(crate) async fn tab_to(driver: &WebDriver, name: &str) -> Result<()> {
    let mut passed = Vec::new();
    for _ in 0..TABS {
        let focus = driver.execute(NAMES, vec![json!("focus")]).await?;
        let focused = focus.json()[1].as_str().unwrap_or_default().to_owned();
        if !focused.is_empty() && focused.starts_with(name) {
            return Ok(());
        }
        passed.push(focused);
        driver.action_chain().send_keys(Key::Tab + "").perform().await?;
    }
    bail!("{TABS} times Tab did not reach {name:?}; it went over {passed:?}")
}
