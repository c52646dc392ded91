//! Every view in both themes and in both languages, with something in it: no rule of axe is broken, nothing fails in
//! the page, nothing is wider than the window.

use anyhow::{Result, ensure};
use journeys::{Session, Window, until};
use serde_json::{Value, json};
use thirtyfour::Key;

const REFUSED: &str = "This one is refused";
const WORDS: &str = "Fresh mackerel from seven, until it is gone. Today's boats: https://example.com/boats #harbour";

/// A small world: two accounts, and a post in each state that a view shows differently.
async fn fill(window: &Window) -> Result<()> {
    window.call("practice_start", json!({})).await?;
    let mut accounts = Vec::new();
    for (kind, name) in [("a", "Robin"), ("b", "Harbour News")] {
        let account = window.call("practice_link", json!({ "kind": kind, "name": name })).await?;
        accounts.push(account["id"].clone());
    }
    let later = json!({ "kind": "wall", "wall": "2099-12-24T09:30", "zone": "Europe/Berlin" });
    let now = json!({ "kind": "now" });
    create(window, &accounts, "Good morning from the harbour", &now).await?;
    until("two published posts", async || Ok(count(window, "published").await?.ge(&2).then_some(()))).await?;
    window.call("practice_fault", json!({ "kind": "reject", "times": 1 })).await?;
    create(window, &accounts[..1], REFUSED, &now).await?;
    until("a refused post", async || Ok(count(window, "failed").await?.ge(&1).then_some(()))).await?;
    create(window, &accounts, "Season's greetings", &later).await?;
    window.call("settings_change", json!({ "close_explained": true })).await.map(drop)
}

async fn create(window: &Window, accounts: &[Value], text: &str, when: &Value) -> Result<()> {
    let draft = json!({ "accounts": accounts, "content": { "parts": [{ "text": text }] } });
    window.call("posts_create", json!({ "draft": draft, "when": when })).await.map(drop)
}

async fn count(window: &Window, state: &str) -> Result<u64> {
    let status = window.call("queue_status", json!({})).await?;
    Ok(status["by_state"][state].as_u64().unwrap_or(0))
}

/// Looks at what is shown now: a picture, and the rules it breaks.
async fn look(window: &Window, name: &str, broken: &mut Vec<String>) -> Result<()> {
    window.screenshot(name).await?;
    broken.extend(window.axe().await?.into_iter().map(|rule| format!("{name}: {rule}")));
    Ok(())
}

/// A dialog behind a button, looked at and closed again.
async fn look_into(window: &Window, button: &str, dialog: &str, name: &str, broken: &mut Vec<String>) -> Result<()> {
    window.press("button", button).await?;
    window.by_role("dialog", dialog).await?;
    look(window, name, broken).await?;
    window.keys(Key::Escape + "").await?;
    window.gone("dialog", dialog).await
}

/// Something to be seen while composing.
async fn write(window: &Window) -> Result<()> {
    window.tab_to("textbox", "Text").await?;
    window.replace(WORDS).await?;
    window.text("Draft saved").await?;
    let shown = "return document.querySelector('section[aria-label=\"Preview\"]').innerText";
    until("the preview", async || {
        let shown = window.driver.execute(shown, vec![]).await?;
        Ok(shown.json().as_str().unwrap_or_default().contains("example.com").then_some(()))
    })
    .await
}

/// Every view with something in it, and the dialogs that lead on from it.
async fn look_around(window: &Window, theme: &str, broken: &mut Vec<String>) -> Result<()> {
    for (view, waits_for) in [
        ("Compose", ("textbox", "Text")),
        ("Queue", ("button", "Try again")),
        ("Accounts", ("button", "Link account")),
        ("Settings", ("radiogroup", "Theme")),
    ] {
        window.press("link", view).await?;
        window.by_role("heading", view).await?;
        window.by_role(waits_for.0, waits_for.1).await?;
        if view == "Compose" {
            write(window).await?;
        }
        look(window, &format!("{} {theme}", view.to_lowercase()), broken).await?;
    }
    window.press("link", "Accounts").await?;
    look_into(window, "Link account", "Link account", &format!("link {theme}"), broken).await?;
    look_into(window, "Unlink Robin", "Unlink Robin", &format!("unlink {theme}"), broken).await?;
    look_into(window, "Notices", "Notices", &format!("notices {theme}"), broken).await?;
    look_into(window, "Keyboard shortcuts", "Keyboard shortcuts", &format!("keys {theme}"), broken).await?;
    window.press("link", "Queue").await?;
    window.press("button", REFUSED).await?;
    window.by_role("dialog", REFUSED).await?;
    window.text("What happened").await?;
    look(window, &format!("details {theme}"), broken).await?;
    window.keys(Key::Escape + "").await?;
    window.gone("dialog", REFUSED).await
}

/// The parts of the settings, by their place in the address.
const SETTINGS: [&str; 8] = ["general", "time", "notifications", "missed", "privacy", "logs", "practice", "about"];

/// What is cut off or pushed out of the window: longer words must not do that.
async fn too_wide(window: &Window) -> Result<Vec<String>> {
    let script = "const wide = document.documentElement.clientWidth;\
        return [...document.querySelectorAll('a, button, h1, h2, h3, label, p, select, input')]\
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > wide + 1)\
            .map((e) => e.outerHTML.slice(0, 120));";
    Ok(serde_json::from_value(window.driver.execute(script, vec![]).await?.json().clone())?)
}

/// A place in the window by its address, looked at once its own link or heading says that it is shown.
async fn visit(window: &Window, place: &str, shows: &str, name: &str, broken: &mut Vec<String>) -> Result<()> {
    window.driver.execute("location.hash = arguments[0]", vec![json!(place)]).await?;
    let shown = "const part = document.querySelector('main a[aria-current=location]')?.getAttribute('href');\
        return part ?? document.querySelector('main h1')?.innerText ?? ''";
    until(&format!("{place} to be shown"), async || {
        let shown = window.driver.execute(shown, vec![]).await?;
        Ok((shown.json().as_str() == Some(shows)).then_some(()))
    })
    .await?;
    look(window, name, broken).await?;
    broken.extend(too_wide(window).await?.into_iter().map(|wide| format!("{name}: too wide: {wide}")));
    Ok(())
}

#[tokio::test]
async fn every_view_and_every_part_of_the_settings_reads_in_both_languages() -> Result<()> {
    let session = Session::start("languages").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    fill(&window).await?;
    let mut broken = Vec::new();
    let places = ["compose", "queue", "accounts", "help"];
    let english = ["Compose", "Queue", "Accounts", "Help", "Settings"];
    let german = ["Verfassen", "Warteschlange", "Konten", "Hilfe", "Einstellungen"];
    for (language, [views @ .., settings]) in [("en", english), ("de", german)] {
        window.call("settings_change", json!({ "language": language, "theme": "light" })).await?;
        window.by_role("link", settings).await?;
        for (place, heading) in places.iter().zip(views) {
            visit(&window, place, heading, &format!("{place} {language}"), &mut broken).await?;
        }
        for part in SETTINGS {
            let (place, name) = (format!("settings/{part}"), format!("settings {part} {language}"));
            visit(&window, &place, &format!("#{place}"), &name, &mut broken).await?;
        }
    }
    ensure!(broken.is_empty(), "{broken:#?}");
    let errors = window.errors().await?;
    ensure!(errors.is_empty(), "{errors:?}");
    Ok(())
}

#[tokio::test]
async fn every_view_passes_axe_in_both_themes() -> Result<()> {
    let session = Session::start("views").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    let mut broken = Vec::new();
    for theme in ["light", "dark"] {
        window.call("settings_change", json!({ "theme": theme })).await?;
        look(&window, &format!("first start {theme}"), &mut broken).await?;
    }
    fill(&window).await?;
    for theme in ["light", "dark"] {
        window.call("settings_change", json!({ "theme": theme })).await?;
        look_around(&window, theme, &mut broken).await?;
    }
    ensure!(broken.is_empty(), "{broken:#?}");
    let errors = window.errors().await?;
    ensure!(errors.is_empty(), "{errors:?}");
    Ok(())
}
