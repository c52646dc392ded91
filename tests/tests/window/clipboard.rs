//! What another program holds on the clipboard to do harm is not taken, and holds nothing up.

use anyhow::{Result, ensure};
use journeys::{
    Session, Window,
    copied::{Copied, Harm},
    process, until,
};
use serde_json::json;
use thirtyfour::Key;

/// What the field says of a clipboard that gave nothing: no text in time, or more than the core would hold.
const REFUSED: [&str; 2] =
    ["No text could be read from the clipboard.", "That is longer than any secret. It was not taken."];

/// Presses Ctrl+V where the focus is.
async fn paste(window: &Window) -> Result<()> {
    let keys = window.driver.action_chain().key_down(Key::Control).send_keys("v").key_up(Key::Control);
    Ok(keys.perform().await?)
}

/// Waits until the field in front shows this many dots.
async fn dots(window: &Window, count: usize) -> Result<()> {
    until(&format!("{count} dots"), async || {
        let shown = window.driver.execute("return document.activeElement.value", vec![]).await?;
        Ok((*shown.json() == json!("•".repeat(count))).then_some(()))
    })
    .await
}

/// Waits until the field says that nothing was taken, and holds nothing.
async fn refused(window: &Window) -> Result<()> {
    let look = "return arguments[0].some((said) => document.body.innerText.includes(said))";
    until("the field to say that nothing was taken", async || {
        let said = window.driver.execute(look, vec![json!(REFUSED)]).await?;
        Ok(said.json().as_bool().unwrap_or(false).then_some(()))
    })
    .await?;
    dots(window, 0).await
}

/// A picture is asked for as the composer does: nothing is kept, and the window is there.
async fn no_picture(window: &Window) -> Result<()> {
    window.press("link", "Compose").await?;
    window.by_role("textbox", "Text").await?.click().await?;
    paste(window).await?;
    let kept = window.call("media_clipboard", json!({})).await?;
    ensure!(kept == json!([]), "it was kept: {kept}");
    window.by_role("heading", "Compose").await?;
    ensure!(process::named(window.pid, "WebKitWebProcess")?.len() == 1, "it ended the window");
    Ok(())
}

#[tokio::test]
async fn who_holds_the_clipboard_to_do_harm_gets_nowhere() -> Result<()> {
    let session = Session::start("window-clipboard").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    for harm in [Harm::Hung, Harm::Bomb, Harm::Endless] {
        let hostile = Copied::hostile(&session, harm)?;
        if harm == Harm::Bomb {
            no_picture(&window).await?;
        }
        window.press("link", "Accounts").await?;
        window.press("button", "Link account").await?;
        window.press("button", "Bluesky").await?;
        window.press("radio", "App password").await?;
        window.by_role("textbox", "App password").await?.click().await?;
        paste(&window).await?;
        refused(&window).await?;
        drop(hostile);
        let _honest = Copied::start(&session, "abcd-efgh-ijkl-mnop")?;
        paste(&window).await?;
        dots(&window, 19).await?;
        window.keys(Key::Escape + "").await?;
        window.gone("dialog", "Link account").await?;
    }
    ensure!(window.errors().await?.is_empty(), "{:?}", window.errors().await?);
    Ok(())
}
