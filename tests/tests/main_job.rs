//! The main job by keyboard alone: link in a real browser, compose with a picture, schedule, close the window; the
//! post goes out once, and the window opens again on it.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Session, TrayMenu, Window, process, until};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const TEXT: &str = "Morning light over the harbour";
const ALT: &str = "A band of colours from red to blue";

/// Links an account of kind A: in the window up to the browser, there with Tab and Enter, and back.
async fn link_practice_account(session: &Session, window: &Window) -> Result<()> {
    window.press("link", "Accounts").await?;
    window.by_role("heading", "Accounts").await?;
    window.press("button", "Link account").await?;
    window.press("button", "Practice network").await?;
    window.press("button", "Open the browser").await?;
    let consent = session.opened_url(0).await?;
    ensure!(consent.starts_with("http://127.0.0.1:") && consent.contains("code_challenge="), "{consent}");
    let browser = Browser::start(session).await?;
    browser.visit(&consent).await?;
    browser.type_into("Display name", "Robin").await?;
    browser.press("Allow").await?;
    browser.arrived("http://127.0.0.1:").await?;
    window.text("is linked").await?;
    browser.quit().await?;
    window.press("button", "Write a post").await?;
    window.by_role("heading", "Compose").await?;
    let chip = window.by_role("button", "Robin").await?;
    if chip.attr("aria-pressed").await?.as_deref() != Some("true") {
        window.press("button", "Robin").await?;
    }
    Ok(())
}

/// A picture whose every pixel is known, made by another program.
fn source_picture(session: &Session) -> Result<std::path::PathBuf> {
    let file = session.path("harbour.png");
    let made = Command::new("convert").args(["-size", "640x400", "gradient:red-blue"]).arg(&file).status()?;
    ensure!(made.success(), "ImageMagick made no picture");
    Ok(file)
}

/// The pixels of a picture as ImageMagick decodes them.
fn pixels(file: &Path) -> Result<Vec<u8>> {
    let output = Command::new("convert").arg(file).args(["-depth", "8", "rgba:-"]).output()?;
    ensure!(output.status.success() && !output.stdout.is_empty(), "ImageMagick cannot read {}", file.display());
    Ok(output.stdout)
}

/// Adds a picture with the system's own file chooser, and describes it.
async fn add_picture(session: &Session, window: &Window, file: &Path) -> Result<()> {
    window.press("button", "Add pictures").await?;
    session.focus("Choose pictures").await?;
    until("the file chooser to take the path", async || {
        // A slash opens the field for a path, and letters typed while it opens are lost: once more if need be.
        session.press("ctrl+a")?;
        session.type_text(&file.display().to_string())?;
        session.press("Return")?;
        session.no_window("Choose pictures").await
    })
    .await?;
    window.by_role("button", "Add alt text to picture 1").await?;
    session.focus("Postroom").await?;
    window.press("button", "Add alt text to picture 1").await?;
    window.tab_to("textbox", "Describe the picture").await?;
    window.keys(ALT).await?;
    window.press("button", "Save alt text").await?;
    window.by_role("button", "Edit alt text of picture 1").await.map(drop)
}

async fn timeline(base: &str) -> Result<Vec<Value>> {
    let body: Value = serde_json::from_slice(&served(&format!("{base}/timeline.json")).await?)?;
    body["posts"].as_array().cloned().context("no list of posts")
}

/// The practice network's address, from the file it keeps in the profile.
fn practice_url(session: &Session) -> Result<String> {
    let found = walk(&session.profile()).into_iter().find(|path| path.ends_with("address.json"));
    let text = fs::read_to_string(found.context("no address.json in the profile")?)?;
    let address: Value = serde_json::from_str(&text)?;
    Ok(address["url"].as_str().context("no url")?.to_owned())
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { vec![entry.path()] }).collect()
}

#[expect(clippy::disallowed_methods, reason = "the witness must not share the app's HTTP client")]
async fn served(url: &str) -> Result<Vec<u8>> {
    Ok(reqwest::get(url).await?.error_for_status()?.bytes().await?.to_vec())
}

#[tokio::test]
async fn from_a_linked_account_to_a_published_post_by_keyboard() -> Result<()> {
    let session = Session::start("main-job").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    link_practice_account(&session, &window).await?;

    window.tab_to("textbox", "Text").await?;
    window.keys(TEXT).await?;
    let source = source_picture(&session)?;
    add_picture(&session, &window, &source).await?;
    window.screenshot("composed").await?;
    window.choose_time("In 5 seconds").await?;
    window.press("button", "Schedule 1 post").await?;
    window.text("Scheduled for").await?;
    session.close("^Postroom$").await?;
    window.closed().await?;
    until("the web process to end", async || {
        Ok(process::named(window.pid, "WebKitWebProcess")?.is_empty().then_some(()))
    })
    .await?;
    ensure!(process::alive(window.pid), "the app ended with its window");
    let menu = TrayMenu::open(&session).await?;

    let base = practice_url(&session)?;
    let posts =
        until("the post on the timeline", async || Ok(Some(timeline(&base).await?).filter(|posts| !posts.is_empty())))
            .await?;
    ensure!(posts.len() == 1 && posts[0]["text"] == TEXT, "{posts:#?}");
    let picture = &posts[0]["media"][0];
    ensure!(picture["alt"] == ALT, "{picture}");
    let bytes = served(picture["url"].as_str().context("no url")?).await?;
    let digest = hex::encode(Sha256::digest(&bytes));
    ensure!(picture["sha256"] == json!(digest), "the network serves what it says it has");
    let file = session.path("served");
    fs::write(&file, &bytes)?;
    ensure!(pixels(&file)? == pixels(&source)?, "the served picture shows other pixels");
    let kept =
        walk(&session.profile()).into_iter().any(|path| path.file_name().is_some_and(|name| name == digest.as_str()));
    ensure!(kept, "the served picture is not a rendition kept in the profile");

    menu.press("Open Postroom").await?;
    window.reopened().await?;
    window.press("link", "Queue").await?;
    window.press("button", "Open post").await?;
    let link = session.opened_url(1).await?;
    ensure!(link == posts[0]["url"].as_str().unwrap_or_default(), "{link}");
    let page = String::from_utf8(served(&link).await?)?;
    ensure!(page.contains(TEXT), "the link shows another page");
    ensure!(timeline(&base).await?.len() == 1, "posted twice");
    ensure!(window.errors().await?.is_empty(), "{:?}", window.errors().await?);
    Ok(())
}

#[tokio::test]
async fn a_refused_post_is_announced_explained_and_retried_once() -> Result<()> {
    let session = Session::start("rejection").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    link_practice_account(&session, &window).await?;
    window.call("practice_fault", json!({ "kind": "reject", "times": 1 })).await?;
    window.tab_to("textbox", "Text").await?;
    window.keys(TEXT).await?;
    window.choose_time("Now").await?;
    window.press("button", "Publish 1 post").await?;
    let notice = session.notifications.find("a notice of the refusal", |n| n.title != "Postroom keeps running").await?;
    ensure!(notice.actions.chunks(2).any(|action| action[0] == "default"), "a click leads somewhere: {notice:?}");
    let base = practice_url(&session)?;
    ensure!(timeline(&base).await?.is_empty(), "a refused post is not live");
    // A click on the notification opens the window at the post. No other notification may lie above it.
    window.call("settings_change", json!({ "close_explained": true })).await?;
    session.close("^Postroom$").await?;
    window.closed().await?;
    let clicked = session.command("dunstctl").args(["action", "0"]).status()?;
    ensure!(clicked.success(), "dunst could not press the notification");
    window.reopened().await?;
    window.by_role("heading", "Queue").await?;
    window.by_role("button", "Try again").await?;
    window.screenshot("refused").await?;
    window.press("button", "Try again").await?;
    until("the post on the timeline", async || Ok((timeline(&base).await?.len() == 1).then_some(()))).await?;
    window.by_role("button", "Open post").await?;
    ensure!(timeline(&base).await?.len() == 1, "posted twice");
    Ok(())
}
