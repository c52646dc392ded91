//! The private desktop itself.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::{
    bus,
    command::{Running, environment, program, root, within},
    keyring,
    notifications::Notifications,
    process,
    wait::until,
};

/// Whether something on the desktop shows tray icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tray {
    /// The panel of Xfce.
    Panel,
    /// Nothing, as on GNOME.
    None,
}

/// A private desktop. Dropping it ends everything that runs on it.
#[derive(Debug)]
pub struct Session {
    // Fields are dropped in this order: programs before the bus, the bus before the display.
    panel: Option<Running>,
    dunst: Option<Running>,
    services: Vec<Running>,
    keyring: Option<Running>,
    /// Every notification shown so far.
    pub notifications: Notifications,
    bus: zbus::Connection,
    _daemon: Running,
    _display: Running,
    environment: Vec<(String, String)>,
    results: PathBuf,
    folder: TempDir,
}

/// Key of the profile, for tests that keep it out of the keyring: 32 bytes in base64.
const KEY: &str = "cG9zdHJvb20tam91cm5leXMtdGVzdC1rZXktMzItYnk=";

/// Notifications stay until somebody presses them.
const DUNST: &str = "[global]\n    follow = none\n    idle_threshold = 0\n[urgency_normal]\n    timeout = 0\n";

/// Stands in for `xdg-open`: notes the address, so that the test can take it to its browser.
const XDG_OPEN: &str = "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$POSTROOM_OPENED\"\n";

impl Session {
    /// A desktop with a tray; `name` is that of the folder for pictures and logs.
    pub async fn start(name: &str) -> Result<Self> {
        Self::start_with(name, Tray::Panel).await
    }

    /// A desktop with or without a tray.
    pub async fn start_with(name: &str, tray: Tray) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("postroom-").tempdir()?;
        let results = fresh_results(name)?;
        let mut environment = folders(folder.path())?;
        let log = |program: &str| results.join(format!("{program}.log"));

        let mut xvfb = within(&environment, "Xvfb");
        xvfb.args(["-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp"]);
        let (display, number) = Running::announcing(xvfb, &log("xvfb"))?;
        environment.push(("DISPLAY".to_owned(), format!(":{number}")));

        let (daemon, bus, address) = bus::start(&environment, folder.path(), &log("bus")).await?;
        let notifications = Notifications::listen(&address).await?;
        environment.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), address));

        let mut session = Self {
            panel: None,
            dunst: None,
            services: Vec::new(),
            keyring: None,
            notifications,
            bus,
            _daemon: daemon,
            _display: display,
            environment,
            results,
            folder,
        };
        session.services().await?;
        if tray == Tray::Panel {
            session.start_panel().await?;
        }
        Ok(session)
    }

    async fn services(&mut self) -> Result<()> {
        let ready = self.path("openbox-is-ready");
        let mut openbox = self.command("openbox");
        openbox.arg("--startup").arg(format!("touch {}", ready.display()));
        self.serve("openbox", openbox, "")?;
        let mut dunst = self.command("dunst");
        dunst.arg("-config").arg(self.path("dunstrc"));
        fs::write(self.path("dunstrc"), DUNST)?;
        self.dunst = Some(Running::quiet(dunst, "", &self.log("dunst"))?);
        until("the window manager", async || Ok(ready.exists().then_some(()))).await?;
        self.start_keyring(true).await?;
        bus::name(&self.bus, "org.freedesktop.Notifications").await
    }

    /// Starts the keyring, unlocked or locked; there is none running before.
    pub async fn start_keyring(&mut self, unlocked: bool) -> Result<()> {
        self.keyring = Some(keyring::daemon(&self.environment, unlocked, &self.bus, &self.log("keyring")).await?);
        Ok(())
    }

    /// Ends the keyring and waits until the bus has noticed.
    pub async fn stop_keyring(&mut self) -> Result<()> {
        drop(self.keyring.take());
        bus::no_name(&self.bus, "org.freedesktop.secrets").await
    }

    /// Starts the panel, which shows tray icons; a second call restarts it.
    pub async fn start_panel(&mut self) -> Result<()> {
        self.stop_panel().await?;
        let settings = "/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd";
        if !bus::has(&self.bus, "org.xfce.Xfconf").await? {
            self.serve("xfconfd", self.command(settings), "")?;
            bus::name(&self.bus, "org.xfce.Xfconf").await?;
        }
        let mut panel = self.command("xfce4-panel");
        panel.args(["--disable-wm-check", "--sm-client-disable"]);
        self.panel = Some(Running::quiet(panel, "", &self.log("panel"))?);
        bus::name(&self.bus, "org.kde.StatusNotifierWatcher").await
    }

    /// Ends the panel and waits until the bus has noticed.
    pub async fn stop_panel(&mut self) -> Result<()> {
        drop(self.panel.take());
        bus::no_name(&self.bus, "org.kde.StatusNotifierWatcher").await
    }

    /// Ends the notification server, so that another can take its place.
    pub(crate) async fn stop_dunst(&mut self) -> Result<()> {
        drop(self.dunst.take());
        bus::no_name(&self.bus, "org.freedesktop.Notifications").await
    }

    /// Starts what screen readers use; programs started from now on can be read through it.
    pub async fn start_reading(&mut self) -> Result<()> {
        self.set("NO_AT_BRIDGE", "0");
        let mut launcher = self.command("/usr/libexec/at-spi-bus-launcher");
        launcher.arg("--launch-immediately");
        self.serve("at-spi", launcher, "")?;
        bus::name(&self.bus, "org.a11y.Bus").await
    }

    /// Starts a program of `tests/desktop` with one word, and waits until it says that it is ready.
    pub(crate) fn start_script(&self, name: &str, word: impl AsRef<OsStr>) -> Result<Running> {
        let mut command = self.command("/usr/bin/python3");
        command.arg(root().join("tests/desktop").join(name).with_extension("py")).arg(word);
        let (running, said) = Running::announcing(command, &self.log(name))?;
        ensure!(said == "ready", "{name} said {said:?}");
        Ok(running)
    }

    fn serve(&mut self, name: &str, command: Command, input: &str) -> Result<()> {
        let log = self.log(name);
        self.services.push(Running::quiet(command, input, &log)?);
        Ok(())
    }

    /// A command that will run on this desktop.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        within(&self.environment, program)
    }

    /// The variables of everything started here.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// One of them.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a variable for everything started from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Starts the app on this desktop, without WebDriver; it cannot be looked into, only at.
    pub fn start_app(&self, args: &[&str]) -> Result<Running> {
        let mut app = self.command(program("POSTROOM_BIN", "postroom")?);
        app.arg("--data").arg(self.profile()).args(["--vault", "env"]).args(args);
        Running::quiet(app, "", &self.log("postroom"))
    }

    /// A path in the session's own folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The profile that the app of this session uses.
    pub fn profile(&self) -> PathBuf {
        self.path("profile")
    }

    /// Where a program's messages go; kept after the test.
    pub fn log(&self, program: &str) -> PathBuf {
        self.results.join(format!("{program}.log"))
    }

    /// Folder of pictures and logs; kept after the test.
    pub fn results(&self) -> &Path {
        &self.results
    }

    /// The session bus.
    pub fn bus(&self) -> &zbus::Connection {
        &self.bus
    }

    /// Where the session bus listens.
    pub(crate) fn bus_address(&self) -> &str {
        let known = self.environment.iter().find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS");
        known.map_or("", |(_, address)| address)
    }

    /// How many addresses and folders were handed to `xdg-open`.
    pub fn opened_count(&self) -> usize {
        fs::read_to_string(self.path("opened")).unwrap_or_default().lines().count()
    }

    /// The next address that was handed to the system browser, after `seen` earlier ones.
    pub async fn opened_url(&self, seen: usize) -> Result<String> {
        let file = self.path("opened");
        until("an address for the browser", async || {
            let text = fs::read_to_string(&file).unwrap_or_default();
            let whole = text.rsplit_once('\n').map(|(lines, _)| lines).unwrap_or_default();
            Ok(whole.lines().nth(seen).map(str::to_owned))
        })
        .await
    }

    /// Presses keys in whatever window has the focus: `ctrl+v`.
    pub fn press(&self, keys: &str) -> Result<()> {
        let done = self.command("xdotool").args(["key", "--clearmodifiers", keys]).status()?;
        ensure!(done.success(), "xdotool could not press {keys}");
        Ok(())
    }

    /// Types into whatever window has the focus.
    pub fn type_text(&self, text: &str) -> Result<()> {
        let done = self.command("xdotool").args(["type", "--delay", "15", text]).status()?;
        ensure!(done.success(), "xdotool could not type");
        Ok(())
    }

    /// `Some` when no window with this title is to be seen, after giving one that is closing a moment.
    pub async fn no_window(&self, title: &str) -> Result<Option<()>> {
        for _ in 0..60 {
            let search = ["search", "--onlyvisible", "--name", title];
            if !self.command("xdotool").args(search).output()?.status.success() {
                return Ok(Some(()));
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        Ok(None)
    }

    /// Closes a window by its title, with the keys of the desktop.
    pub async fn close(&self, title: &str) -> Result<()> {
        self.press_away(title, "alt+F4").await
    }

    /// Presses keys in the window with this title until it is gone: what is pressed while the window manager still gives
    /// another one the focus goes to nobody.
    pub async fn press_away(&self, title: &str, keys: &str) -> Result<()> {
        self.focus(title).await?;
        until(&format!("{title} to be gone after {keys}"), async || {
            // It may go away between being found and being activated, which is then waited for without end.
            let activate = ["2", "xdotool", "search", "--onlyvisible", "--name", title, "windowactivate", "--sync"];
            if self.command("timeout").args(activate).output()?.status.success() {
                self.press(keys)?;
            }
            self.no_window(title).await
        })
        .await
    }

    /// Waits for a window with this title and gives it the focus.
    pub async fn focus(&self, title: &str) -> Result<()> {
        until(&format!("a window called {title}"), async || {
            let search = ["search", "--onlyvisible", "--name", title, "windowactivate", "--sync"];
            Ok(self.command("xdotool").args(search).output()?.status.success().then_some(()))
        })
        .await
    }

    /// A picture of the whole screen.
    pub fn screenshot(&self, name: &str) -> Result<()> {
        let file = self.results.join(format!("{name}.png"));
        self.command("scrot").arg("--overwrite").arg(file).status()?;
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The practice network outlives the app on purpose, and so may a browser's helpers; not the test, though.
        let mark = format!("POSTROOM_OPENED={}", self.path("opened").display());
        process::kill_marked(&mark);
    }
}

/// An empty folder beside the build for what a person wants to see afterwards.
fn fresh_results(name: &str) -> Result<PathBuf> {
    let target = std::env::current_exe()?.ancestors().nth(3).context("no target folder")?.to_owned();
    let folder = target.join("journeys").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Makes the folders and returns the whole environment of the session, display and bus apart.
fn folders(base: &Path) -> Result<Vec<(String, String)>> {
    let mut folders = Vec::new();
    for (variable, name) in [
        ("HOME", "home"),
        ("XDG_RUNTIME_DIR", "runtime"),
        ("XDG_DATA_HOME", "home/.local/share"),
        ("XDG_CONFIG_HOME", "home/.config"),
        ("XDG_CACHE_HOME", "home/.cache"),
        ("XDG_STATE_HOME", "home/.local/state"),
    ] {
        let path = base.join(name);
        DirBuilder::new().recursive(true).mode(0o700).create(&path)?;
        folders.push((variable.to_owned(), path.display().to_string()));
    }
    let programs = base.join("bin");
    fs::create_dir(&programs)?;
    let mut script =
        File::options().create(true).write(true).truncate(true).mode(0o755).open(programs.join("xdg-open"))?;
    script.write_all(XDG_OPEN.as_bytes())?;
    let path = environment("PATH").unwrap_or_else(|| "/usr/bin:/bin".to_owned());
    for (variable, value) in [
        ("PATH", format!("{}:{path}", programs.display())),
        ("POSTROOM_OPENED", base.join("opened").display().to_string()),
        ("POSTROOM_VAULT_KEY", KEY.to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("TZ", "Europe/Berlin".to_owned()),
        ("NO_AT_BRIDGE", "1".to_owned()),
        ("XDG_CURRENT_DESKTOP", "XFCE".to_owned()),
        ("XDG_DATA_DIRS", "/usr/local/share:/usr/share".to_owned()),
        ("XDG_CONFIG_DIRS", "/etc/xdg".to_owned()),
        ("POSTROOM_WORKSPACE", root().display().to_string()),
    ] {
        folders.push((variable.to_owned(), value));
    }
    Ok(folders)
}
