//! Planning by keyboard: weekly slots, a post that comes again, the next free slot, and what the next days will bring.

use anyhow::{Result, ensure};
use journeys::{Session, Window, until};
use serde_json::{Value, json};

/// A picture in each theme, and the rules of axe that it breaks.
async fn look(window: &Window, name: &str, broken: &mut Vec<String>) -> Result<()> {
    for theme in ["dark", "light"] {
        window.call("settings_change", json!({ "theme": theme })).await?;
        let name = format!("{name} {theme}");
        window.screenshot(&name).await?;
        broken.extend(window.axe().await?.into_iter().map(|rule| format!("{name}: {rule}")));
    }
    Ok(())
}

async fn write(window: &Window, words: &str) -> Result<()> {
    window.press("link", "Compose").await?;
    window.by_role("heading", "Compose").await?;
    window.tab_to("textbox", "Text").await?;
    window.replace(words).await?;
    window.text("Draft saved").await
}

async fn slots(window: &Window, broken: &mut Vec<String>) -> Result<()> {
    window.press("link", "Accounts").await?;
    window.press("button", "Weekly slots of Robin").await?;
    window.by_role("dialog", "Weekly slots of Robin").await?;
    window.text("No slots yet.").await?;
    window.press("button", "Add slot").await?;
    window.text("Friday").await?;
    look(window, "slots", broken).await?;
    window.press("button", "Save slots").await?;
    window.gone("dialog", "Weekly slots of Robin").await
}

async fn a_series(window: &Window, broken: &mut Vec<String>) -> Result<()> {
    write(window, "Fresh mackerel from seven, until it is gone").await?;
    window.choose_time("At a time").await?;
    window.choose("Repeats", "Daily").await?;
    window.text("Next: ").await?;
    look(window, "repeat", broken).await?;
    window.press("button", "Schedule 1 post").await?;
    window.text("Repeats from").await
}

async fn in_the_next_slot(window: &Window) -> Result<()> {
    write(window, "What the weather will do").await?;
    window.choose_time("Next free slot").await?;
    window.press("button", "Schedule 1 post").await?;
    until("the post in its slot", async || {
        let found = window.call("publications_list", json!({ "search": "weather" })).await?;
        Ok(found[0]["schedule"]["wall"].as_str().is_some_and(|wall| wall.ends_with("T09:30:00")).then_some(()))
    })
    .await
}

async fn post(window: &Window, account: &Value, text: &str, when: &Value) -> Result<()> {
    let draft = json!({ "accounts": [account["id"]], "content": { "parts": [{ "text": text }] } });
    window.call("posts_create", json!({ "draft": draft, "when": when })).await.map(drop)
}

#[tokio::test]
async fn what_is_planned_by_rule_and_by_slot_is_told_ahead_with_what_stands_in_its_way() -> Result<()> {
    let session = Session::start("planning").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    window.call("practice_start", json!({})).await?;
    window.call("practice_link", json!({ "kind": "a", "name": "Robin" })).await?;
    let mut broken = Vec::new();
    slots(&window, &mut broken).await?;
    in_the_next_slot(&window).await?;
    let news = window.call("practice_link", json!({ "kind": "b", "name": "Harbour News" })).await?;
    a_series(&window, &mut broken).await?;
    let tomorrow = window.driver.execute("return new Date(Date.now() + 864e5).toISOString()", vec![]).await?;
    let later = json!({ "kind": "instant", "at": tomorrow.json(), "zone": "UTC" });
    post(&window, &news, "Two boats are late", &later).await?;
    window.press("link", "Queue").await?;
    window.text("posts planned for the next 7 days will go out").await?;
    look(&window, "forecast well", &mut broken).await?;

    window.call("practice_fault", json!({ "kind": "revoke", "times": 1 })).await?;
    post(&window, &news, "Is anybody there?", &json!({ "kind": "now" })).await?;
    window.text("will not").await?;
    look(&window, "forecast", &mut broken).await?;

    window.press("button", "Fresh mackerel from seven, until it is gone").await?;
    window.text("One of a series.").await?;
    look(&window, "series", &mut broken).await?;
    window.press("button", "End the series").await?;
    window.by_role("alertdialog", "End this series?").await?;
    window.press("button", "End the series").await?;
    window.text("The series has ended.").await?;
    ensure!(broken.is_empty(), "{broken:#?}");
    let errors = window.errors().await?;
    ensure!(errors.is_empty(), "{errors:?}");
    Ok(())
}
