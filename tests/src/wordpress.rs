//! The real WordPress of `tests/servers/wordpress`, in a folder of a web server on this computer.

use std::{
    collections::BTreeMap,
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use url::{Url, form_urlencoded::Serializer};

use crate::{
    command::{environment, root},
    http::{self, call, get, value},
};

const START_LIMIT: Duration = Duration::from_mins(1);
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

/// Whose build of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// The one that is published, on its SQLite plug-in.
    Published,
    /// Debian's, on MariaDB.
    Debian,
}

/// A program that ends with this value.
#[derive(Debug)]
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running site; it ends with this value.
#[derive(Debug)]
pub struct Wordpress {
    _php: Ends,
    _database: Option<Ends>,
    folder: PathBuf,
    /// Its address, in a folder.
    pub url: String,
    /// Application passwords made by hand, by login name: `admin`, `author`, `contrib`.
    pub passwords: BTreeMap<String, String>,
}

impl Wordpress {
    /// Makes a site below `home` and serves it.
    pub fn start(home: &Path, build: Build) -> Result<Self> {
        let prepared = prepared()?;
        let folder = home.join("wordpress");
        std::fs::create_dir_all(&folder)?;
        let socket = folder.join("db.sock");
        let database = if build == Build::Debian { Some(database(&folder, &socket)?) } else { None };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let made = Command::new("bash")
            .arg(root().join("tests/servers/wordpress/make-site.sh"))
            .args([&prepared, &folder])
            .arg(port.to_string())
            .args(database.as_ref().map(|_| &socket))
            .stdin(Stdio::null())
            .output()?;
        ensure!(made.status.success(), "no site: {}", String::from_utf8_lossy(&made.stderr));
        let passwords = serde_json::from_slice(&made.stdout).context("the site named no people")?;
        let log = File::create(folder.join("php.log"))?;
        let php = Command::new("php")
            .args(["-d", "display_errors=0", "-S", &format!("127.0.0.1:{port}"), "-t"])
            .arg(folder.join("web"))
            .arg(folder.join("router.php"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("start PHP")?;
        let site = Self {
            _php: Ends(php),
            _database: database,
            folder,
            url: format!("http://127.0.0.1:{port}/blog"),
            passwords,
        };
        let begun = Instant::now();
        while !get(&format!("{}/wp-json/", site.url)).is_ok_and(|answer| answer.status == 200) {
            ensure!(begun.elapsed() < START_LIMIT, "the site did not come up");
            thread::sleep(Duration::from_millis(100));
        }
        Ok(site)
    }

    /// Sets the form of its links; the plain ones where it is empty.
    pub fn set_permalinks(&self, form: &str) -> Result<()> {
        let done = Command::new("php").arg(self.folder.join("permalinks.php")).arg(form).status()?;
        ensure!(done.success(), "the permalinks were not set");
        Ok(())
    }

    /// Signs in and decides on the page that approves an app, as a person without scripts does; where the browser is sent.
    pub fn decide(&self, address: &str, login: &str, yes: bool) -> Result<String> {
        let cookies = self.sign_in(login)?;
        let cookie = format!("Cookie: {cookies}");
        let page = call("GET", address, &[&cookie], &[])?.done()?;
        let html = String::from_utf8_lossy(&page.body).into_owned();
        let mut form = Serializer::new(String::new());
        for name in ["_wpnonce", "_wp_http_referer", "action", "app_id", "app_name", "success_url", "reject_url"] {
            if let Some(text) = input(&html, name) {
                form.append_pair(name, &text);
            }
        }
        form.append_pair(if yes { "approve" } else { "reject" }, "1");
        let at = Url::parse(address)?.join("authorize-application.php")?;
        let decided = call("POST", at.as_str(), &[FORM, &cookie], form.finish().as_bytes())?;
        let place = value(&decided.headers, "location").map(str::to_owned);
        place.with_context(|| format!("{}: {}", decided.status, String::from_utf8_lossy(&decided.body)))
    }

    fn sign_in(&self, login: &str) -> Result<String> {
        let form = Serializer::new(String::new())
            .extend_pairs([("log", login), ("pwd", &format!("{login}-pw")), ("testcookie", "1")])
            .finish();
        let test = "Cookie: wordpress_test_cookie=WP%20Cookie%20check";
        let signed_in = call("POST", &format!("{}/wp-login.php", self.url), &[FORM, test], form.as_bytes())?;
        ensure!(signed_in.status == 302, "the sign-in was answered {}", signed_in.status);
        let lines = signed_in.headers.iter().filter_map(|line| line.split_once(':'));
        let cookies = lines.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        let cookies: Vec<_> = cookies.filter_map(|(_, cookie)| cookie.trim().split(';').next()).collect();
        Ok(cookies.join("; "))
    }

    /// The names of somebody's application passwords.
    pub fn passwords_of(&self, login: &str) -> Result<Vec<String>> {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let admin = self.passwords.get(login).context("nobody of that name")?;
        let basic = format!("Authorization: Basic {}", STANDARD.encode(format!("{login}:{admin}")));
        let at = format!("{}/index.php?rest_route=/wp/v2/users/me/application-passwords", self.url);
        let told: Value = http::call("GET", &at, &[&basic], &[])?.done()?.json()?;
        let names = told.as_array().context("no list")?.iter().filter_map(|each| each["name"].as_str());
        Ok(names.map(str::to_owned).collect())
    }
}

/// A MariaDB server of the site's own, which listens to its socket alone.
fn database(folder: &Path, socket: &Path) -> Result<Ends> {
    let data = folder.join("db");
    let log = File::create(folder.join("db.log"))?;
    let only = ["--no-defaults", "--user=root"];
    let made = Command::new("mariadb-install-db")
        .args(only)
        .arg(format!("--datadir={}", data.display()))
        .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
        .stdin(Stdio::null())
        .output()
        .context("start mariadb-install-db (Debian: mariadb-server-core)")?;
    ensure!(made.status.success(), "no database: {}", String::from_utf8_lossy(&made.stderr));
    let path = environment("PATH").unwrap_or_default();
    let server = Command::new("mariadbd")
        .args(only)
        .env("PATH", format!("{path}:/usr/sbin"))
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}", socket.display()))
        .arg(format!("--pid-file={}", folder.join("db.pid").display()))
        .args(["--skip-networking", "--innodb-buffer-pool-size=32M", "--performance-schema=OFF"])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .map(Ends)
        .context("start mariadbd")?;
    let begun = Instant::now();
    while !socket.exists() {
        ensure!(begun.elapsed() < START_LIMIT, "the database did not come up");
        thread::sleep(Duration::from_millis(100));
    }
    Ok(server)
}

/// The value of a hidden input of a page.
fn input(html: &str, name: &str) -> Option<String> {
    let tag = html
        .split("<input")
        .find(|tag| tag.split('>').next().is_some_and(|tag| tag.contains(&format!("name=\"{name}\""))))?;
    let value = tag.split('>').next()?.split("value=\"").nth(1)?.split('"').next()?;
    Some(value.replace("&amp;", "&").replace("&#038;", "&"))
}

/// The program: where the task runner put it, else beside the test programs.
fn prepared() -> Result<PathBuf> {
    let servers = match environment("POSTROOM_SERVERS") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::current_exe()?.ancestors().nth(3).context("no target folder")?.join("servers"),
    };
    let place = servers.join("wordpress");
    let script = root().join("tests/servers/wordpress/prepare.sh");
    let done = Command::new("bash").arg(script).arg(&place).stdout(Stdio::null()).status()?;
    ensure!(done.success(), "WordPress could not be prepared in {}", place.display());
    Ok(place)
}
