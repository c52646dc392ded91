//! From the first start to the first published post by somebody who knows nothing but what the screens say; and what a
//! profile from an earlier release looks like in the window.
//!
//! `cargo xtask package` runs this with the installed package and keeps the figures (`POSTROOM_NEWCOMER`); the pictures
//! of the guides are taken on the way.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Session, Window, environment, http, newcomer, newcomer::Newcomer, pds::Pds, root, until};
use serde_json::Value;

const WORDS: &str = "Hello! My first post from Postroom.";

/// Writes the first post, publishes it now, and looks for it in the queue.
async fn first_post(window: &Window, person: &mut Newcomer) -> Result<()> {
    person.goes_on("write");
    window.by_role("heading", "Compose").await?;
    person.types(window, "Text", WORDS).await?;
    window.text("Draft saved").await?;
    window.screenshot("written").await?;
    person.goes_on("publish");
    // Nobody chooses what is chosen already.
    if window.by_role("radio", "Now").await?.attr("aria-checked").await?.as_deref() != Some("true") {
        person.presses(window, "radio", "Now").await?;
    }
    person.presses(window, "button", "Publish 1 post").await?;
    person.goes_on("see it live");
    person.presses(window, "link", "Queue").await?;
    window.by_role("button", "Open post").await?;
    person.reads(&window.driver).await?;
    window.screenshot("published").await?;
    person.presses(window, "button", "Open post").await
}

fn keep(name: &str, way: &Value) -> Result<()> {
    eprintln!("newcomer: {name}: {way:#}");
    environment("POSTROOM_NEWCOMER").map_or(Ok(()), |file| newcomer::keep(Path::new(&file), name, way))
}

#[tokio::test]
async fn a_first_post_on_the_practice_network() -> Result<()> {
    let session = Session::start("newcomer-practice").await?;
    let window = Window::open_with(&session, &[]).await?;
    let mut person = Newcomer::begins("link an account");
    window.by_role("heading", "First steps").await?;
    person.reads(&window.driver).await?;
    window.screenshot("first start").await?;
    person.presses(&window, "button", "Start with the practice network").await?;
    window.by_role("button", "Open the browser").await?;
    person.reads(&window.driver).await?;
    person.presses(&window, "button", "Open the browser").await?;
    let browser = Browser::start(&session).await?;
    browser.visit(&session.opened_url(0).await?).await?;
    person.reads(&browser.driver).await?;
    person.presses_in(&browser, "Allow").await?;
    window.text("is linked").await?;
    browser.quit().await?;
    person.reads(&window.driver).await?;
    person.presses(&window, "button", "Write a post").await?;
    first_post(&window, &mut person).await?;
    let way = person.ends();
    let live = session.opened_url(1).await?;
    ensure!(String::from_utf8(http::get(&live)?.done()?.body)?.contains(WORDS), "{live} shows another page");
    ensure!(way["actions"].as_u64().context("no count")? <= 10, "the way has become longer: {way:#}");
    keep("practice", &way)
}

#[tokio::test]
async fn a_first_post_on_bluesky() -> Result<()> {
    let session = Session::start("newcomer-bluesky").await?;
    let servers = session.path("servers");
    fs::create_dir(&servers)?;
    let pds = Pds::start(&servers)?;
    let owner = pds.person("robin.test")?;
    let window = Window::open_with(&session, &[]).await?;
    let mut person = Newcomer::begins("make an app password at Bluesky (reckoned, not driven)");
    // Settings, Privacy and security, App passwords, Add, a name, Create, Copy: 7 presses and about 60 words.
    person.would_do(7, 8, 60);
    person.goes_on("link an account");
    window.by_role("heading", "First steps").await?;
    person.reads(&window.driver).await?;
    person.presses(&window, "button", "Link another account").await?;
    window.by_role("button", "Bluesky").await?;
    person.reads(&window.driver).await?;
    window.screenshot("platforms").await?;
    person.presses(&window, "button", "Bluesky").await?;
    window.by_role("textbox", "App password").await?;
    person.reads(&window.driver).await?;
    person.types(&window, "Handle", &owner.handle).await?;
    person.types(&window, "App password", &owner.app_password).await?;
    window.screenshot("link").await?;
    // Where Bluesky is for this test; a person leaves the field as it is, and it does not count.
    window.tab_to("textbox", "Server").await?;
    window.replace(&pds.url).await?;
    person.presses(&window, "button", "Link account").await?;
    window.text("is linked").await?;
    person.reads(&window.driver).await?;
    window.screenshot("linked").await?;
    person.presses(&window, "button", "Write a post").await?;
    first_post(&window, &mut person).await?;
    let way = person.ends();
    let posts = pds.posts(&owner)?;
    ensure!(posts.len() == 1 && posts[0]["value"]["text"] == WORDS, "{posts:?}");
    ensure!(way["actions"].as_u64().context("no count")? <= 21, "the way has become longer: {way:#}");
    guide_pictures(&window).await?;
    keep("bluesky", &way)
}

/// What the guides show besides: choosing a time, and the account with its way out.
async fn guide_pictures(window: &Window) -> Result<()> {
    window.press("link", "Compose").await?;
    window.by_role("heading", "Compose").await?;
    window.press("link", "Accounts").await?;
    window.by_role("heading", "Accounts").await?;
    window.screenshot("account").await
}

/// The newest profile kept of an earlier release, opened in the window.
#[tokio::test]
async fn a_profile_of_an_earlier_release_shows_its_posts() -> Result<()> {
    let session = Session::start("newcomer-earlier").await?;
    let mut releases: Vec<PathBuf> =
        fs::read_dir(root().join("tests/databases"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    releases.sort();
    let release = releases.pop().context("no profile of any release is kept")?;
    // With its record outside the profile, or it would be taken for a copy.
    for (from, to) in [("profile/.", session.profile()), ("state/.", session.path("home/.local/state"))] {
        fs::create_dir_all(&to)?;
        let copied = Command::new("cp").arg("-R").arg(release.join(from)).arg(&to).status()?;
        ensure!(copied.success(), "{} could not be copied", release.display());
    }
    let mut session = session;
    session.set("POSTROOM_VAULT_KEY", fs::read_to_string(release.join("vault.key"))?.trim());
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.press("link", "Queue").await?;
    window.by_role("heading", "Queue").await?;
    window.text("For a morning in March").await?;
    let said: Value = serde_json::from_slice(&fs::read(release.join("shown.json"))?)?;
    let there = window.call("publications_list", serde_json::json!({})).await?;
    let count = |value: &Value| value.as_array().map(Vec::len);
    ensure!(count(&said["publications"]) == count(&there), "{there:#}");
    until("no error in the page", async || Ok(window.errors().await?.is_empty().then_some(()))).await
}
