//! The window comes and goes; the app stays.

mod clipboard;
mod outage;
mod planning;
mod views;

use anyhow::{Result, ensure};
use journeys::{Session, Tray, TrayMenu, Window, process, until};
use serde_json::json;

/// Waits until no web process is left below the app.
async fn no_web_process(pid: u32) -> Result<()> {
    until("the web process to end", async || Ok(process::named(pid, "WebKitWebProcess")?.is_empty().then_some(())))
        .await
}

#[tokio::test]
async fn closing_the_window_keeps_the_app_and_a_second_start_opens_it_again() -> Result<()> {
    let session = Session::start("window-close").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    ensure!(process::named(window.pid, "WebKitWebProcess")?.len() == 1, "one web process shows the window");
    window.screenshot("compose").await?;

    session.close("^Postroom$").await?;
    window.closed().await?;
    no_web_process(window.pid).await?;
    ensure!(process::alive(window.pid), "the app ended with its window");
    let said =
        session.notifications.find("the sentence about closing", |n| n.title == "Postroom keeps running").await?;
    ensure!(said.body.contains("in the tray"), "{said:?}");

    let menu = TrayMenu::open(&session).await?;
    ensure!(menu.labels().await?.iter().any(|label| label == "Nothing scheduled"), "{:?}", menu.labels().await?);

    let again = tokio::process::Command::from(Window::start_again(&session)?).status().await?;
    ensure!(again.success(), "the second start ended with {again}");
    window.reopened().await?;
    window.by_role("heading", "Compose").await?;

    session.close("^Postroom$").await?;
    window.closed().await?;
    menu.press("Open Postroom").await?;
    window.reopened().await?;
    window.by_role("heading", "Compose").await?;
    ensure!(window.errors().await?.is_empty(), "{:?}", window.errors().await?);
    let said = session.notifications.all().into_iter().filter(|n| n.title == "Postroom keeps running").count();
    ensure!(said == 1, "closing was explained {said} times");

    menu.press("Quit").await?;
    until("the app to end", async || Ok((!process::alive(window.pid)).then_some(()))).await
}

#[tokio::test]
async fn the_tray_pauses_resumes_and_leads_to_compose() -> Result<()> {
    let mut session = Session::start("window-tray").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    window.press("link", "Queue").await?;
    window.by_role("heading", "Queue").await?;
    let menu = TrayMenu::open(&session).await?;
    menu.press("Compose").await?;
    window.by_role("heading", "Compose").await?;
    menu.press("Pause all").await?;
    menu.label("Resume all").await?;
    menu.label("Paused").await?;
    session.start_panel().await?;
    let menu = TrayMenu::open(&session).await?;
    menu.press("Resume all").await?;
    menu.label("Pause all").await.map(drop)
}

#[tokio::test]
async fn without_a_tray_the_app_says_how_to_come_back() -> Result<()> {
    let session = Session::start_with("window-no-tray", Tray::None).await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    session.close("^Postroom$").await?;
    window.closed().await?;
    let said =
        session.notifications.find("the sentence about closing", |n| n.title == "Postroom keeps running").await?;
    ensure!(said.body.contains("Start Postroom once more"), "{said:?}");
    let again = tokio::process::Command::from(Window::start_again(&session)?).status().await?;
    ensure!(again.success(), "the second start ended with {again}");
    window.reopened().await?;
    window.by_role("heading", "Compose").await.map(drop)
}

#[tokio::test]
async fn quitting_asks_while_a_post_waits() -> Result<()> {
    let session = Session::start("window-quit").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    window.call("practice_start", json!({})).await?;
    let account = window.call("practice_link", json!({ "kind": "a" })).await?;
    let draft = json!({ "accounts": [account["id"]], "content": { "parts": [{ "text": "Fish & chips_now" }] } });
    let when = json!({ "kind": "instant", "at": "2099-12-24T08:30:00Z", "zone": "Europe/Berlin" });
    window.call("posts_create", json!({ "draft": draft, "when": when })).await?;
    let menu = TrayMenu::open(&session).await?;
    let next = menu.label("Next post: 24 Dec 09:30 CET").await?;
    ensure!(next.ends_with("Fish & chips_now"), "{next}");

    menu.press("Quit").await?;
    session.focus("Quit Postroom").await?;
    window.screenshot("behind the question").await?;
    session.screenshot("quit")?;
    for (safe, view) in [("Return", "Compose"), ("Escape", "Queue")] {
        session.press_away("Quit Postroom", safe).await?;
        ensure!(process::alive(window.pid), "{safe} quits");
        window.by_role("heading", view).await?;
        menu.press("Quit").await?;
    }
    session.focus("Quit Postroom").await?;
    session.press("Right")?;
    session.press_away("Quit Postroom", "Return").await?;
    until("the app to end", async || Ok((!process::alive(window.pid)).then_some(()))).await
}

#[tokio::test]
async fn what_was_written_survives_the_end_of_the_program() -> Result<()> {
    let session = Session::start("window-autosave").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    let words = "Half a thought about the harbour";
    window.tab_to("textbox", "Text").await?;
    window.keys(words).await?;
    window.text("Draft saved").await?;
    process::kill(window.pid)?;
    until("the app to be gone", async || Ok((!process::alive(window.pid)).then_some(()))).await?;
    drop(window);

    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("textbox", "Text").await?;
    let value = "return [...document.querySelectorAll('textarea')].map((e) => e.value).join()";
    until("the words to be there again", async || {
        Ok((window.driver.execute(value, vec![]).await?.json() == words).then_some(()))
    })
    .await
}
