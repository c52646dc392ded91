//! The app's own window under WebDriver, looked at as assistive technology does: by role and name.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::{Capabilities, Key, WebDriver, WebElement, error::WebDriverErrorInner};

use crate::{
    browser::{connect, free_port, listening},
    command::{Running, program, root},
    keys::{NAMES, TABS, tab_to},
    process,
    session::Session,
    wait::until,
};

/// The running app with its window.
#[derive(Debug)]
pub struct Window {
    /// The WebDriver session; it outlives the window.
    pub driver: WebDriver,
    /// The app's process.
    pub pid: u32,
    results: std::path::PathBuf,
    _tauri_driver: Running,
}

impl Window {
    /// Starts the app on the session's profile and waits for its window.
    pub async fn open(session: &Session, args: &[&str]) -> Result<Self> {
        Self::open_program(session, &program("POSTROOM_BIN", "postroom")?, args).await
    }

    /// The same with a copy of the program that lies elsewhere.
    pub async fn open_program(session: &Session, app: &Path, args: &[&str]) -> Result<Self> {
        let profile = session.profile().display().to_string();
        let args: Vec<&str> = ["--data", &profile].into_iter().chain(args.iter().copied()).collect();
        Self::begin(session, app, &args).await
    }

    /// Starts the app with these words and no others, as a launcher does with none.
    pub async fn open_with(session: &Session, args: &[&str]) -> Result<Self> {
        Self::begin(session, &program("POSTROOM_BIN", "postroom")?, args).await
    }

    async fn begin(session: &Session, app: &Path, args: &[&str]) -> Result<Self> {
        let (port, native) = (free_port()?, free_port()?);
        let mut command = session.command("tauri-driver");
        command.arg("--port").arg(port.to_string()).arg("--native-port").arg(native.to_string());
        let tauri_driver = Running::quiet(command, "", &session.log("tauri-driver"))?;
        let mut wishes = Capabilities::new();
        wishes.set("tauri:options", json!({ "application": logged(session, app)?, "args": args }))?;
        // The one in front passes requests on to the other, whether that listens yet or not.
        listening(native).await?;
        let driver = connect(port, wishes).await?;
        let found = process::named(tauri_driver.pid(), "postroom")?;
        let pid = found.first().context("the app does not run")?.pid;
        Ok(Self { driver, pid, results: session.results().to_owned(), _tauri_driver: tauri_driver })
    }

    /// A start of the program by a person, while it runs already: ends by itself.
    pub fn start_again(session: &Session) -> Result<Command> {
        let mut command = session.command(program("POSTROOM_BIN", "postroom")?);
        command.arg("--data").arg(session.profile());
        Ok(command)
    }

    /// Waits until there is no window.
    pub async fn closed(&self) -> Result<()> {
        until("the window to be gone", async || Ok(self.driver.windows().await?.is_empty().then_some(()))).await
    }

    /// Waits until there is a window (again) and looks at it.
    pub async fn reopened(&self) -> Result<()> {
        let handle = until("the window to come back", async || Ok(self.driver.windows().await?.pop())).await?;
        Ok(self.driver.switch_to_window(handle).await?)
    }

    /// Waits for the visible element with this role whose name is, or begins with, `name`.
    pub async fn by_role(&self, role: &str, name: &str) -> Result<WebElement> {
        let found = until(&format!("{role} {name:?}"), async || find(&self.driver, role, name).await).await;
        match found {
            Ok(element) => Ok(element),
            Err(error) => {
                self.screenshot(&format!("missing {role}")).await?;
                bail!("{error}\n{}", self.report().await?)
            }
        }
    }

    /// Whether such an element is there now.
    pub async fn has(&self, role: &str, name: &str) -> Result<bool> {
        Ok(find(&self.driver, role, name).await?.is_some())
    }

    /// Waits until no such element is there.
    pub async fn gone(&self, role: &str, name: &str) -> Result<()> {
        until(&format!("{role} {name:?} to be gone"), async || Ok((!self.has(role, name).await?).then_some(()))).await
    }

    /// Walks to the element with Tab. Fails when the keyboard does not reach it.
    pub async fn tab_to(&self, role: &str, name: &str) -> Result<WebElement> {
        let element = self.by_role(role, name).await?;
        tab_to(&self.driver, name).await.map(|()| element)
    }

    /// Walks to the element and presses Enter.
    pub async fn press(&self, role: &str, name: &str) -> Result<()> {
        self.tab_to(role, name).await?;
        self.keys(Key::Enter + "").await
    }

    /// Walks to exactly this element and presses Enter: for names that those of others begin with.
    pub async fn press_this(&self, role: &str, name: &str) -> Result<()> {
        let focused = "return document.activeElement === arguments[0]";
        for _ in 0..TABS {
            // What is drawn anew in between is looked for again.
            let element = self.by_role(role, name).await?.to_json()?;
            let there = self.driver.execute(focused, vec![element]).await;
            if there.is_ok_and(|there| there.json().as_bool() == Some(true)) {
                return self.keys(Key::Enter + "").await;
            }
            self.keys(Key::Tab + "").await?;
        }
        bail!("the keyboard does not reach {role} {name:?}")
    }

    /// Types into whatever has the focus.
    pub async fn keys(&self, keys: impl Into<thirtyfour::TypingData>) -> Result<()> {
        let keys: thirtyfour::TypingData = keys.into();
        Ok(self.driver.action_chain().send_keys(keys).perform().await?)
    }

    /// Chooses when to publish with the arrow keys.
    pub async fn choose_time(&self, label: &str) -> Result<()> {
        let chosen =
            "return document.querySelector('[role=radiogroup][aria-label=When] [aria-checked=true]').innerText";
        let chosen = self.driver.execute(chosen, vec![]).await?;
        self.tab_to("radio", chosen.json().as_str().unwrap_or_default()).await?;
        for _ in 0..4 {
            if self.by_role("radio", label).await?.attr("aria-checked").await?.as_deref() == Some("true") {
                return Ok(());
            }
            self.keys(Key::Right + "").await?;
        }
        bail!("the arrow keys do not reach {label}")
    }

    /// Chooses in a field of choices by the first letters of a choice.
    pub async fn choose(&self, label: &str, choice: &str) -> Result<()> {
        self.tab_to("combobox", label).await?;
        self.keys(choice).await?;
        until(&format!("{choice} chosen as {label}"), async || {
            let chosen = "const e = document.activeElement; return e.options ? e.options[e.selectedIndex].text : ''";
            let chosen = self.driver.execute(chosen, vec![]).await?;
            Ok(chosen.json().as_str().unwrap_or_default().starts_with(choice).then_some(()))
        })
        .await
    }

    /// Replaces what the focused field holds.
    pub async fn replace(&self, text: &str) -> Result<()> {
        let all = self.driver.action_chain().key_down(Key::Control).send_keys("a").key_up(Key::Control);
        Ok(all.send_keys(text).perform().await?)
    }

    /// Waits until the page shows this text anywhere.
    pub async fn text(&self, text: &str) -> Result<()> {
        let look = "return document.body.innerText.includes(arguments[0])";
        let what = format!("the text {text:?}");
        let seen = until(&what, async || {
            Ok(self.driver.execute(look, vec![json!(text)]).await?.json().as_bool().unwrap_or(false).then_some(()))
        });
        match seen.await {
            Ok(()) => Ok(()),
            Err(error) => bail!("{error}\n{}", self.report().await?),
        }
    }

    /// Rules of axe that the page breaks, each with the elements concerned.
    pub async fn axe(&self) -> Result<Vec<String>> {
        let file = root().join("node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&file).with_context(|| format!("{}: run npm ci", file.display()))?;
        self.driver.execute(axe, Vec::new()).await?;
        let run = "const done = arguments[arguments.length - 1]; axe.run().then((r) => done(r.violations), (e) => done([{ id: String(e), nodes: [] }]));";
        let found = self.driver.execute_async(run, Vec::new()).await?;
        let violations = found.json().as_array().cloned().context("axe did not answer")?;
        Ok(violations.iter().map(|violation| format!("{}: {}", violation["id"], targets(violation))).collect())
    }

    /// Calls a handler from the page, as the window itself does.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value> {
        let script = "const [method, params, done] = arguments;
            window.__TAURI_INTERNALS__.invoke('ipc', { method, params })
                .then((ok) => done({ ok }), (bad) => done({ bad }));";
        let answer = self.driver.execute_async(script, vec![json!(method), params]).await?;
        let mut answer = answer.json().clone();
        anyhow::ensure!(answer.get("bad").is_none(), "{method}: {answer}");
        Ok(answer["ok"].take())
    }

    /// A picture of the page, kept after the test; nothing in it moves any more.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let still = "return document.getAnimations().every((one) => one.playState !== 'running' \
                     || one.effect.getComputedTiming().iterations === Infinity)";
        until("the page to be still", async || {
            Ok(self.driver.execute(still, Vec::new()).await?.json().as_bool().unwrap_or(false).then_some(()))
        })
        .await?;
        // What the page holds by now has to be painted, too.
        let painted = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        self.driver.execute_async(painted, Vec::new()).await?;
        Ok(self.driver.screenshot(&self.results.join(format!("{name}.png"))).await?)
    }

    /// What is on the page and what went wrong in it, for the message of a failed test.
    pub async fn report(&self) -> Result<String> {
        let errors = self.driver.execute("return window.__postroom_errors || []", Vec::new()).await?;
        let elements = self.driver.execute(NAMES, vec![json!("list")]).await?;
        Ok(format!("errors in the page: {}\nelements: {:#}", errors.json(), elements.json()))
    }

    /// What went wrong in the page since it was opened.
    pub async fn errors(&self) -> Result<Vec<String>> {
        let errors = self.driver.execute("return window.__postroom_errors || []", Vec::new()).await?;
        Ok(serde_json::from_value(errors.json().clone())?)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // Ending the session politely would wait for a window that may be gone; its server is killed instead.
        let _ = self.driver.clone().leak();
    }
}

async fn find(driver: &WebDriver, role: &str, name: &str) -> Result<Option<WebElement>> {
    let found = match driver.execute(NAMES, vec![json!("find"), json!(role), json!(name)]).await {
        // It was drawn anew while it was looked for.
        Err(error) if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) => return Ok(None),
        found => found?,
    };
    if found.json().is_null() { Ok(None) } else { Ok(Some(found.element()?)) }
}

fn targets(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().cloned().unwrap_or_default();
    nodes.iter().map(|node| node["target"].to_string()).collect::<Vec<_>>().join(", ")
}

/// A script that runs the app with its messages in a log: WebDriver would throw them away.
fn logged(session: &Session, app: &Path) -> Result<String> {
    let script = session.path("postroom-logged");
    let log = session.log("postroom");
    fs::write(&script, format!("#!/bin/sh\nexec '{}' \"$@\" 2>>'{}'\n", app.display(), log.display()))?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    Ok(script.display().to_string())
}
