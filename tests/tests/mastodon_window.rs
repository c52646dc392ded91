//! A Mastodon server through the window: named wrongly, then rightly; agreed to in a real browser; a post with every
//! option published, seen in the queue and on the server; unlinked, and the access given back. What is new in it is looked
//! at in both themes, and breaks no rule of axe.

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Session, Window, simulated::Simulated, until};
use serde_json::json;
use simulator::{Command, Effect};
use thirtyfour::{Key, WebDriver};

const OWNER: &str = "ash";
const PASSWORD: &str = "correct horse";
const HANDLE: &str = "ash@example.social";
const WORDS: &str = "Which boat shall we paint first? #harbour";
const WARNING: &str = "Boats, at length";
const ANSWERS: [&str; 2] = ["The green one", "The old one"];

/// A server whose handles are under a name of their own, as those with a name in the net have it.
fn serve(session: &Session) -> Result<Simulated> {
    let server = Simulated::start("mastodon", &session.path("server"))?;
    server.control(&Command::add_account(OWNER, PASSWORD))?;
    server.set(&json!({"domain": "example.social"}))?;
    Ok(server)
}

/// A website that is no server of the family.
fn website(session: &Session) -> Result<Simulated> {
    let website = Simulated::start("mastodon", &session.path("website"))?;
    website.set(&json!({"hostile": "html"}))?;
    Ok(website)
}

/// Looks at what is shown in both themes.
async fn look(window: &Window, name: &str, broken: &mut Vec<String>) -> Result<()> {
    for theme in ["dark", "light"] {
        window.call("settings_change", json!({ "theme": theme })).await?;
        window.screenshot(&format!("{name} {theme}")).await?;
        broken.extend(window.axe().await?.into_iter().map(|rule| format!("{name} {theme}: {rule}")));
    }
    Ok(())
}

/// Types a server's name and goes on.
async fn name_server(window: &Window, server: &str) -> Result<()> {
    window.tab_to("textbox", "Server").await?;
    window.replace(server).await?;
    window.keys(Key::Enter + "").await
}

/// Names what is no server and what is not there: each is said beside the field, and nothing is opened.
async fn name_wrongly(window: &Window, website: &Simulated, broken: &mut Vec<String>) -> Result<()> {
    window.tab_to("textbox", "Server").await?;
    window.replace("mastodon.social").await?;
    look(window, "mastodon link", broken).await?;
    name_server(window, "our harbour").await?;
    window.text("does not read like the name of a server").await?;
    name_server(window, website.url()).await?;
    window.text("is not a Mastodon-compatible server").await?;
    look(window, "mastodon wrong server", broken).await?;
    // Nothing listens on a port reserved for discarding.
    name_server(window, "http://127.0.0.1:9").await?;
    window.text("cannot be reached").await
}

async fn link(session: &Session, window: &Window, broken: &mut Vec<String>) -> Result<Simulated> {
    let (server, website) = (serve(session)?, website(session)?);
    window.press("link", "Accounts").await?;
    window.by_role("heading", "Accounts").await?;
    window.press("button", "Link account").await?;
    window.press("button", "Mastodon").await?;
    name_wrongly(window, &website, broken).await?;
    name_server(window, server.url()).await?;
    let consent = session.opened_url(0).await?;
    ensure!(consent.starts_with(server.url()) && consent.contains("code_challenge="), "{consent}");
    window.screenshot("mastodon consent").await?;
    let browser = Browser::start(session).await?;
    browser.visit(&consent).await?;
    browser.type_into("User name", OWNER).await?;
    browser.type_into("Password", PASSWORD).await?;
    browser.press("Log in").await?;
    browser.press("Authorize").await?;
    browser.arrived("http://127.0.0.1:").await?;
    window.text(&format!("{HANDLE} is linked")).await?;
    browser.quit().await?;
    window.screenshot("mastodon linked").await?;
    window.press("button", "Write a post").await?;
    window.by_role("heading", "Compose").await?;
    Ok(server)
}

async fn type_into(window: &Window, label: &str, text: &str) -> Result<()> {
    window.tab_to("textbox", label).await?;
    window.keys(text).await
}

/// A post with every option there is.
async fn compose(window: &Window, broken: &mut Vec<String>) -> Result<()> {
    type_into(window, "Text", WORDS).await?;
    window.press("button", "Options for").await?;
    window.choose("Visibility", "Unlisted").await?;
    window.choose("Language", "English").await?;
    type_into(window, "Content warning", WARNING).await?;
    window.press("button", "Add a poll").await?;
    for (number, answer) in ANSWERS.iter().enumerate() {
        type_into(window, &format!("Answer {}", number + 1), answer).await?;
    }
    window.text("Draft saved").await?;
    until("the preview to show the warning", async || {
        let shown = preview(&window.driver).await?;
        Ok(shown.contains(WARNING).then_some(()))
    })
    .await?;
    window.press("button", WARNING).await?;
    let behind = preview(&window.driver).await?;
    ensure!(behind.contains(WORDS) && ANSWERS.iter().all(|answer| behind.contains(answer)), "{behind}");
    look(window, "mastodon written", broken).await
}

async fn preview(driver: &WebDriver) -> Result<String> {
    let shown = "return document.querySelector('section[aria-label=\"Preview\"]').innerText";
    Ok(driver.execute(shown, vec![]).await?.json().as_str().unwrap_or_default().to_owned())
}

async fn publish(window: &Window) -> Result<()> {
    window.choose_time("Now").await?;
    window.press("button", "Publish 1 post").await?;
    window.press("link", "Queue").await?;
    window.by_role("heading", "Queue").await?;
    window.by_role("button", "Open post").await?;
    window.text("Published").await?;
    window.screenshot("mastodon published").await
}

/// What the server took is what was written.
fn compare(server: &Simulated) -> Result<()> {
    let made: Vec<_> = server.effects()?.into_iter().filter(Effect::made_something).collect();
    let [post] = made.as_slice() else { anyhow::bail!("one post: {made:?}") };
    for (name, value) in [("text", WORDS), ("spoiler_text", WARNING), ("visibility", "unlisted"), ("language", "en")] {
        ensure!(post.get(name) == Some(value), "{name}: {post:?}");
    }
    let options = post.detail.get("poll").and_then(|poll| poll.get("options")).context("no poll")?;
    ensure!(*options == json!(ANSWERS), "{post:?}");
    Ok(())
}

async fn unlink(window: &Window, broken: &mut Vec<String>) -> Result<()> {
    window.press("link", "Accounts").await?;
    window.by_role("heading", "Accounts").await?;
    window.text(HANDLE).await?;
    look(window, "mastodon account", broken).await?;
    window.press("button", &format!("Unlink {HANDLE}")).await?;
    window.by_role("dialog", &format!("Unlink {HANDLE}")).await?;
    // The dialog itself is named like its button, and has the focus.
    window.tab_to("button", "Cancel").await?;
    window.keys(Key::Tab + "").await?;
    window.keys(Key::Enter + "").await?;
    window.text(&format!("{HANDLE} is unlinked")).await?;
    window.gone("button", &format!("Unlink {HANDLE}")).await
}

#[tokio::test]
async fn a_server_is_linked_posted_to_and_left_in_the_window() -> Result<()> {
    let session = Session::start("mastodon").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    let mut broken = Vec::new();
    let server = link(&session, &window, &mut broken).await?;
    ensure!(server.tokens_of(OWNER)? == 1, "one grant");
    compose(&window, &mut broken).await?;
    publish(&window).await?;
    compare(&server)?;
    unlink(&window, &mut broken).await?;
    until("the access to be given back", async || Ok((server.tokens_of(OWNER)? == 0).then_some(()))).await?;
    ensure!(broken.is_empty(), "{broken:#?}");
    let errors = window.errors().await?;
    ensure!(errors.is_empty(), "{errors:?}");
    compare(&server)
}
