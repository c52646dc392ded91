//! The system packages that Postroom needs, and how each system is asked for them.
//!
//! Owns three lists per system: to build, to run, to test. Installs only where it can do so exactly (apt); elsewhere it
//! prints the line and stops.

use std::{
    fs,
    io::{BufRead, IsTerminal, Write},
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{cmd::Cmd, env};

/// A system whose package manager we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    Debian,
    Fedora,
    Arch,
    MacOs,
    Windows,
    Unknown,
}

/// What the packages are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Build,
    Run,
    Test,
}

/// The names of the packages, one list per system and purpose.
pub fn list(system: System, purpose: Purpose) -> &'static [&'static str] {
    match (system, purpose) {
        (System::Debian, Purpose::Build) => &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"],
        // The indicator library is loaded by name while running: without it there is no tray, and no other sign.
        (System::Debian, Purpose::Run) => &[
            "libayatana-appindicator3-1",
            "xdg-utils",
            "gstreamer1.0-plugins-good",
            "gstreamer1.0-libav",
            "gnome-keyring",
        ],
        (System::Debian, Purpose::Test) => DEBIAN_TEST,
        (System::Fedora, Purpose::Build) => &["gcc", "gcc-c++", "make", "pkgconf-pkg-config", "webkit2gtk4.1-devel"],
        (System::Fedora, Purpose::Run) => {
            &["libayatana-appindicator-gtk3", "xdg-utils", "gstreamer1-plugins-good", "gnome-keyring"]
        }
        (System::Arch, Purpose::Build) => &["base-devel", "pkgconf", "webkit2gtk-4.1"],
        (System::Arch, Purpose::Run) => {
            &["libayatana-appindicator", "xdg-utils", "gst-plugins-good", "gst-libav", "gnome-keyring"]
        }
        (System::MacOs, Purpose::Build) => &["pkgconf"],
        (System::Windows, Purpose::Build) => &["Microsoft.VisualStudio.2022.BuildTools"],
        (System::Windows, Purpose::Run) => &["Microsoft.EdgeWebView2Runtime"],
        _ => &[],
    }
}

/// A desktop session of its own, a driver for the web view, a browser for consent, a C++ build and PHP for the
/// real servers.
const DEBIAN_TEST: &[&str] = &[
    "git",
    "python3-venv",
    "webkit2gtk-driver",
    "xvfb",
    "dbus",
    "dbus-x11",
    "xdotool",
    "openbox",
    "dunst",
    "libnotify-bin",
    "libsecret-tools",
    "libglib2.0-bin",
    "xfce4-panel",
    "scrot",
    "python3-gi",
    "gir1.2-gtk-3.0",
    "at-spi2-core",
    "gir1.2-atspi-2.0",
    "chromium",
    "chromium-driver",
    "fonts-dejavu-core",
    "imagemagick",
    "procps",
    "fakeroot",
    "faketime",
    "php-cli",
    "php-sqlite3",
    "php-mysql",
    "mariadb-server-core",
    "php-xml",
    "php-mbstring",
];

impl System {
    /// The system this runs on.
    pub fn here() -> Self {
        match std::env::consts::OS {
            "linux" => Self::from_os_release(&fs::read_to_string("/etc/os-release").unwrap_or_default()),
            "macos" => Self::MacOs,
            "windows" => Self::Windows,
            _ => Self::Unknown,
        }
    }

    fn from_os_release(text: &str) -> Self {
        let ids: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
            .flat_map(|value| value.trim_matches('"').split_whitespace())
            .collect();
        let known = [("debian", Self::Debian), ("fedora", Self::Fedora), ("rhel", Self::Fedora), ("arch", Self::Arch)];
        known.into_iter().find(|(id, _)| ids.contains(id)).map_or(Self::Unknown, |(_, system)| system)
    }

    /// The line a person types to install packages here, without `sudo`.
    pub fn install_line(self, packages: &[&str]) -> String {
        let names = packages.join(" ");
        match self {
            Self::Debian => format!("apt-get install -y --no-install-recommends {names}"),
            Self::Fedora => format!("dnf install -y {names}"),
            Self::Arch => format!("pacman -S --needed --noconfirm {names}"),
            Self::MacOs => format!("brew install {names}"),
            Self::Windows => {
                packages.iter().map(|name| format!("winget install --exact --id {name}")).collect::<Vec<_>>().join("\n")
            }
            Self::Unknown => String::new(),
        }
    }

    /// A program that succeeds when the package is there.
    fn query(self, package: &str) -> Option<Cmd> {
        let here = Path::new(".");
        Some(match self {
            Self::Debian => Cmd::new("dpkg-query", here).args(["-W", "-f=${db:Status-Status}", package]),
            Self::Fedora => Cmd::new("rpm", here).args(["-q", "--whatprovides", package]),
            Self::Arch => Cmd::new("pacman", here).args(["-T", package]),
            Self::MacOs => Cmd::new("brew", here).args(["list", "--formula", package]),
            Self::Windows => Cmd::new("winget", here).args(["list", "--exact", "--id", package]),
            Self::Unknown => return None,
        })
    }

    fn has(self, package: &str) -> bool {
        // Without the package manager itself nothing can be said to be missing.
        let Some(Ok(outcome)) = self.query(package).map(|query| query.run()) else { return self == Self::Unknown };
        outcome.ok && (self != Self::Debian || outcome.text.trim() == "installed")
    }
}

/// Makes sure that the packages for these purposes are there; returns how many were looked for.
pub fn ensure_installed(purposes: &[Purpose], yes: bool) -> Result<usize> {
    let system = System::here();
    let wanted: Vec<_> = purposes.iter().flat_map(|&purpose| list(system, purpose)).copied().collect();
    let missing = missing(&wanted, |package| system.has(package));
    if missing.is_empty() {
        return Ok(wanted.len());
    }
    let line = system.install_line(&missing);
    if system != System::Debian {
        bail!("Postroom needs packages that are not installed here. Install them, then try again:\n\n{line}\n");
    }
    println!("Postroom needs these system packages, which are not installed: {}", missing.join(" "));
    let sudo = !is_root()?;
    ensure!(!sudo || env::find_program("sudo").is_some(), "neither root nor sudo: as root, run\n\n{line}\n");
    ensure!(yes || env::is_ci() || confirmed(&line)?, "nothing was installed. To do it by hand:\n\n{line}\n");
    apt(&missing, sudo)?;
    let left = self::missing(&missing, |package| system.has(package));
    ensure!(left.is_empty(), "apt ended well, but these are still missing: {}", left.join(" "));
    Ok(wanted.len())
}

fn missing<'a>(wanted: &[&'a str], has: impl Fn(&str) -> bool) -> Vec<&'a str> {
    wanted.iter().copied().filter(|package| !has(package)).collect()
}

fn is_root() -> Result<bool> {
    Ok(Cmd::new("id", Path::new(".")).args(["-u"]).read()?.trim() == "0")
}

fn confirmed(line: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("Run `{line}`? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn apt(packages: &[&str], sudo: bool) -> Result<()> {
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    for args in [vec!["update"], install] {
        let here = Path::new(".");
        let command = if sudo {
            Cmd::new("sudo", here).args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
        } else {
            Cmd::new("apt-get", here).env("DEBIAN_FRONTEND", "noninteractive")
        };
        let command = command.args(args).limit(Duration::from_mins(20)).echo(true);
        let outcome = command.run().context("install system packages")?;
        ensure!(outcome.ok, "`{}` failed:\n{}", command.line(), outcome.text);
    }
    Ok(())
}

#[cfg(test)]
#[path = "packages_tests.rs"]
mod tests;
