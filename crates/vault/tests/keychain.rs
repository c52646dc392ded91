//! The keychain against a real gnome-keyring on a bus of its own: working, locked, without a collection,
//! and no bus at all. Each case runs this program again inside `dbus-run-session`, with its own home.
//!
//! Needs `dbus-run-session` and `gnome-keyring-daemon`: `cargo test -p vault --test keychain`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    io::Read,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, ExitCode, Stdio},
    sync::mpsc,
    time::Duration,
};

use domain::ports::Random;
use libtest_mimic::{Arguments, Failed, Trial};
use vault::{BackendKind, Keychain, Presence, ProfileKey, VaultError};

const SERVICE: &str = "app.postroom.test";
const UNLOCK: &str =
    "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$0\" child \"$1\"";
const START: &str = "exec \"$0\" child \"$1\"";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    if let [_, word, case] = args.as_slice()
        && word == "child"
    {
        return child(case);
    }
    let trials = vec![
        Trial::test("works", || in_session(&[("works", UNLOCK)])),
        Trial::test("several_keys", || in_session(&[("several_keys", UNLOCK)])),
        Trial::test("vanishes", || in_session(&[("vanishes", UNLOCK)])),
        Trial::test("locked_then_unlocked", || {
            in_session(&[("prepare", UNLOCK), ("locked", START), ("still_there", UNLOCK)])
        }),
        Trial::test("no_bus", no_bus),
        Trial::test("no_collection", || in_session(&[("no_collection", START)])),
        Trial::test("locked_ends_by_its_limit", || in_session(&[("prepare", UNLOCK), ("locked", START)])),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Runs the cases one after the other, each on a new bus, all in the same new home.
fn in_session(cases: &[(&str, &str)]) -> Result<(), Failed> {
    for tool in ["dbus-run-session", "gnome-keyring-daemon"] {
        let found = Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if found.is_err() {
            return Err(format!("{tool} is not installed; this test needs a real keyring").into());
        }
    }
    let home = tempfile::tempdir()?;
    for (case, script) in cases {
        let exe = std::env::current_exe()?;
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "sh", "-c", script]).arg(exe).arg(case);
        finish(command, home.path())?;
    }
    Ok(())
}

fn no_bus() -> Result<(), Failed> {
    let home = tempfile::tempdir()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["child", "no_bus"]);
    finish(command, home.path())
}

/// Runs a command in its own home and fails when it fails or does not end within a minute.
fn finish(mut command: Command, home: &Path) -> Result<(), Failed> {
    let run = home.join("run");
    std::fs::create_dir_all(&run)?;
    std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o700))?;
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", home).env("XDG_RUNTIME_DIR", &run);
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut stderr = process.stderr.take().ok_or("no stderr")?;
    let (done, ended) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = stderr.read_to_string(&mut text);
        let _ = done.send(());
        text
    });
    let in_time = ended.recv_timeout(Duration::from_mins(1)).is_ok();
    if !in_time {
        process.kill()?;
    }
    let status = process.wait()?;
    if in_time && status.success() {
        return Ok(());
    }
    let text = if in_time { reader.join().unwrap_or_default() } else { "it did not end".to_owned() };
    Err(format!("{status}: {text}").into())
}

struct Fixed(u8);

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// One case, inside its session.
fn child(case: &str) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        match case {
            "works" => works().await,
            "prepare" => prepare().await,
            "locked" => locked().await,
            "several_keys" => several_keys().await,
            "vanishes" => vanishes().await,
            "still_there" => still_there().await,
            "no_bus" | "no_collection" => no_keyring().await,
            other => panic!("no case {other}"),
        }
    });
    ExitCode::SUCCESS
}

async fn works() {
    let mine = Keychain::with_service(SERVICE, "prof_1");
    let other = Keychain::with_service(SERVICE, "prof_2");
    assert_eq!(mine.load(Presence::Background).await.unwrap_err(), VaultError::NoKeyring, "before the canary");
    let key = ProfileKey::generate(BackendKind::Keychain, &Fixed(7));
    mine.create(&key, Presence::Background).await.unwrap();
    let loaded = mine.load(Presence::Background).await.unwrap();
    assert_eq!((loaded.id(), loaded.backend()), (key.id(), BackendKind::Keychain));
    assert_eq!(other.load(Presence::Background).await.unwrap_err(), VaultError::KeyMissing);
    let again = ProfileKey::generate(BackendKind::Keychain, &Fixed(8));
    assert_eq!(mine.create(&again, Presence::Background).await, Err(VaultError::KeyExists));
    assert_eq!(mine.load(Presence::Background).await.unwrap().id(), key.id());
    assert_eq!(mine.generation(Presence::Background).await, Ok(None));
    for generation in [1, 2, u64::MAX] {
        mine.set_generation(generation, Presence::Background).await.unwrap();
        assert_eq!(mine.generation(Presence::Background).await, Ok(Some(generation)));
    }
    mine.remove(Presence::Background).await.unwrap();
    assert_eq!(mine.load(Presence::Background).await.unwrap_err(), VaultError::KeyMissing);
    assert_eq!(mine.generation(Presence::Background).await, Ok(None));
}

async fn prepare() {
    let key = ProfileKey::generate(BackendKind::Keychain, &Fixed(7));
    Keychain::with_service(SERVICE, "prof_1").create(&key, Presence::Background).await.unwrap();
}

/// Keys beside one another: each by its name, one dropped without the others, and none taken for another.
async fn several_keys() {
    let mine = Keychain::with_service(SERVICE, "prof_1");
    let [first, second, third] = [1, 2, 3].map(|seed| ProfileKey::generate(BackendKind::Keychain, &Fixed(seed)));
    mine.create(&first, Presence::Background).await.unwrap();
    for key in [&second, &third] {
        mine.add(key, Presence::Background).await.unwrap();
        // A change that was killed after it comes here twice.
        mine.add(key, Presence::Background).await.unwrap();
    }
    let load = async |id: &[u8]| mine.load_named(id, Presence::Background).await.map(|key| key.id());
    assert_eq!(load(&[]).await, Ok(first.id()));
    assert_eq!(load(&second.id()).await, Ok(second.id()));
    assert_eq!(load(&[9; 16]).await, Err(VaultError::KeyMissing));
    mine.drop_key(&[], Presence::Background).await.unwrap();
    mine.drop_key(&second.id(), Presence::Background).await.unwrap();
    mine.drop_key(&second.id(), Presence::Background).await.unwrap();
    assert_eq!(load(&[]).await, Err(VaultError::KeyMissing));
    assert_eq!(load(&second.id()).await, Err(VaultError::KeyMissing));
    assert_eq!(load(&third.id()).await, Ok(third.id()));
}

/// The keyring dies while we run: that is never taken for a key that is lost, and nothing hangs.
async fn vanishes() {
    let mine = Keychain::with_service(SERVICE, "prof_1");
    let key = ProfileKey::generate(BackendKind::Keychain, &Fixed(7));
    mine.create(&key, Presence::Background).await.unwrap();
    mine.load(Presence::Background).await.unwrap();
    let asked = Command::new("dbus-send")
        .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/"])
        .args(["org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets"])
        .output()
        .unwrap();
    let pid = String::from_utf8(asked.stdout).unwrap().split_whitespace().last().unwrap().to_owned();
    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    // The bus may start another, which is locked.
    for _ in 0..2 {
        let lost = mine.load(Presence::Background).await.unwrap_err();
        assert!(matches!(lost, VaultError::NoKeyring | VaultError::Locked | VaultError::Keyring(_)), "{lost:?}");
        let add = mine.add(&key, Presence::Background).await;
        assert!(add.is_err() && add != Err(VaultError::KeyExists), "{add:?}");
    }
}

async fn still_there() {
    let key = ProfileKey::generate(BackendKind::Keychain, &Fixed(7));
    let mine = Keychain::with_service(SERVICE, "prof_1");
    assert_eq!(mine.load(Presence::Background).await.unwrap().id(), key.id());
}

async fn locked() {
    let mine = Keychain::with_service(SERVICE, "prof_1");
    for _ in 0..3 {
        assert_eq!(mine.load(Presence::Background).await.unwrap_err(), VaultError::Locked);
    }
    let key = ProfileKey::generate(BackendKind::Keychain, &Fixed(9));
    assert_eq!(mine.create(&key, Presence::Background).await, Err(VaultError::Locked));
}

async fn no_keyring() {
    let mine = Keychain::with_service(SERVICE, "prof_1");
    assert_eq!(mine.load(Presence::Background).await.unwrap_err(), VaultError::NoKeyring);
    let key = ProfileKey::generate(BackendKind::Keychain, &Fixed(7));
    assert_eq!(mine.create(&key, Presence::Background).await, Err(VaultError::NoKeyring));
    assert_eq!(mine.generation(Presence::Background).await, Err(VaultError::NoKeyring));
}
