//! A group is made, written to, renamed and forgotten; its accounts stay what they are.

use anyhow::{Result, ensure};
use journeys::{Window, stage::Stage};
use serde_json::json;

const TEXT: &str = "The harbour is closed on Monday";

/// Whether an account or a group is chosen in the composer.
async fn chosen(window: &Window, name: &str) -> Result<bool> {
    Ok(window.by_role("button", name).await?.attr("aria-pressed").await?.as_deref() == Some("true"))
}

/// Makes the choice in the composer so, whatever it was.
async fn choose(stage: &Stage, name: &str, on: bool) -> Result<()> {
    if chosen(&stage.window, name).await? != on {
        // The list of accounts at the side has the same name.
        stage.window.press_this("button", name).await?;
    }
    ensure!(chosen(&stage.window, name).await? == on, "{name} stays as it was");
    Ok(())
}

async fn make(stage: &mut Stage) -> Result<()> {
    stage.show("Accounts").await?;
    stage.window.press("button", "Groups").await?;
    stage.window.by_role("dialog", "Groups").await?;
    stage.window.tab_to("textbox", "New group").await?;
    stage.window.keys("Town").await?;
    for handle in ["Robin", "Harbour News"] {
        stage.window.tab_to("checkbox", handle).await?;
        stage.window.keys(" ").await?;
    }
    stage.look("groups").await?;
    stage.window.press("button", "Make group").await?;
    stage.window.text("2 accounts").await?;
    stage.close("dialog", "Groups").await?;
    // The list can be narrowed to it.
    stage.window.tab_to("radio", "All").await?;
    stage.window.keys(thirtyfour::Key::Right + "").await?;
    stage.window.gone("article", "Notice board").await?;
    stage.window.by_role("article", "Harbour News").await?;
    stage.look("group").await
}

/// One press chooses both, and nobody else is written to.
async fn write(stage: &mut Stage) -> Result<()> {
    stage.show("Compose").await?;
    for name in ["Robin", "Harbour News", "Notice board"] {
        choose(stage, name, false).await?;
    }
    stage.window.press("button", "All of Town").await?;
    for (name, on) in [("Robin", true), ("Harbour News", true), ("Notice board", false), ("All of Town", true)] {
        ensure!(chosen(&stage.window, name).await? == on, "{name}");
    }
    stage.window.press("button", "All of Town").await?;
    ensure!(!chosen(&stage.window, "Robin").await?, "a second press chooses none of them");
    stage.window.press("button", "All of Town").await?;
    stage.window.tab_to("textbox", "Text").await?;
    stage.window.keys(TEXT).await?;
    stage.window.text("Draft saved").await?;
    stage.look("group-compose").await?;
    stage.window.choose_time("Now").await?;
    stage.window.press("button", "Publish 2 posts").await?;
    stage.in_state("published", 2).await?;
    ensure!(stage.live_are(2).await? == [TEXT, TEXT], "{:?}", stage.live()?);
    let listed = stage.publications("closed on Monday").await?;
    let mut handles: Vec<_> = listed.iter().filter_map(|each| each["handle"].as_str()).collect();
    handles.sort_unstable();
    ensure!(handles == ["Harbour News", "Robin"], "{handles:?}");
    Ok(())
}

async fn rename_and_forget(stage: &Stage) -> Result<()> {
    let window = &stage.window;
    let before = window.call("groups_list", json!({})).await?;
    stage.show("Accounts").await?;
    window.press("button", "Groups").await?;
    window.press("button", "Change Town").await?;
    window.tab_to("textbox", "Name").await?;
    window.replace("The whole town").await?;
    window.press("button", "Save group").await?;
    window.by_role("button", "Change The whole town").await?;
    window.gone("button", "Change Town").await?;
    let after = window.call("groups_list", json!({})).await?;
    ensure!(after[0]["accounts"] == before[0]["accounts"] && after[1].is_null(), "{before} {after}");
    stage.close("dialog", "Groups").await?;
    stage.show("Compose").await?;
    window.by_role("button", "All of The whole town").await?;

    stage.show("Accounts").await?;
    window.press("button", "Groups").await?;
    window.press("button", "Forget The whole town").await?;
    window.gone("button", "Change The whole town").await?;
    stage.close("dialog", "Groups").await?;
    ensure!(window.call("groups_list", json!({})).await? == json!([]), "it is forgotten");
    for handle in ["Robin", "Harbour News", "Notice board"] {
        window.by_role("article", handle).await?;
    }
    stage.show("Compose").await?;
    window.gone("button", "All of").await
}

#[tokio::test]
async fn a_group_is_made_written_to_renamed_and_forgotten() -> Result<()> {
    let mut stage = Stage::open("accounts-groups").await?;
    for (kind, name) in [("a", "Robin"), ("b", "Harbour News"), ("c", "Notice board")] {
        stage.link(kind, name).await?;
    }
    make(&mut stage).await?;
    write(&mut stage).await?;
    rename_and_forget(&stage).await?;
    stage.done().await
}
