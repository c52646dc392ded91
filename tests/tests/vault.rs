//! The key to a profile's secrets against a real keyring: replaced, moved and recovered, with the program killed before
//! and after every step of it.

use anyhow::{Context, Result, ensure};
use journeys::{
    canaries::Canary,
    controls,
    ctl::text,
    rotation::{
        Ground,
        Place::{Environment, Keychain, Passphrase},
        cells,
    },
    torture::{self, Asked, say},
};
use serde_json::Value;

const PROOF: &str = "rotation";

#[test]
fn a_change_of_keys_that_is_cut_short_is_finished_or_taken_back() -> Result<()> {
    let (with_places, cells) = (controls::build("failpoints")?, cells()?);
    let asked = Asked::from_environment(24, cells.len() as u64, 1)?;
    let sum = torture::run(
        PROOF,
        &asked,
        |_| Ground::start(),
        |ground, seed| {
            let at = usize::try_from(seed.saturating_sub(1) % u64::try_from(cells.len())?)?;
            ground.try_cell(&with_places, cells.get(at).context("no cells")?)
        },
    )?;
    sum.must_be_right(PROOF)?;
    let (ended, back) = (sum.figure("/ended_there"), sum.figure("/taken_back"));
    // Of one or two it is chance.
    ensure!(asked.is_replay() || ended * 2 > sum.trials, "few came to their place: {}", sum.figures);
    ensure!(asked.is_replay() || back < sum.trials, "none was finished: {}", sum.figures);
    Ok(())
}

/// The control: a build that drops the old key before anything is sealed under the next one. The same judge must see it.
#[test]
fn a_build_that_drops_the_old_key_first_is_found_out() -> Result<()> {
    let asked = Asked::from_environment(1, 1, 1)?;
    if asked.is_replay() {
        return Ok(());
    }
    let broken = controls::build("failpoints+break_rotation")?;
    for place in [Environment, Passphrase, Keychain] {
        let mut ground = Ground::start()?;
        let cell =
            journeys::rotation::Cell { place: "vault.accounts.before".to_owned(), from: place, to: place, nth: 1 };
        let trial = ground.try_cell(&broken, &cell)?;
        ensure!(!trial.wrong.is_empty(), "{place:?}: nothing was found: {}", trial.figures);
        say(&format!("{place:?}: found out: {}", trial.wrong.join("; ").chars().take(160).collect::<String>()));
    }
    Ok(())
}

/// With the keyring gone and the passphrase forgotten, the recovery key is the way back; it serves once.
#[test]
fn the_recovery_key_opens_a_profile_whose_key_is_lost() -> Result<()> {
    let mut ground = Ground::start()?;
    ground.move_to(Keychain)?;
    let made = ground.ctl().json(&["vault", "recovery-key"])?;
    let written = text(&made, "/recovery_key")?;
    ensure!(!ground.ctl().json(&["vault", "status"])?["recovery_key_made_at"].is_null(), "it is not noted");
    let found = std::fs::read(ground.ctl().profile().join("postroom.db"))?;
    let plain = written.replace(' ', "");
    ensure!(!found.windows(plain.len()).any(|part| part == plain.as_bytes()), "it is in the database");

    ground.keyring(async |keyring| keyring.vanish().await)?;
    let lost = ground.ctl().json(&["vault", "status"])?;
    ensure!(lost["state"] == "missing", "{lost}");
    let mistyped = written.replacen(|sign: char| sign.is_ascii_digit(), "b", 1);
    let to_passphrase = ["vault", "recover", "--to", "passphrase"];
    let (_, refused) = ground.ctl().refused(&to_passphrase, &format!("{mistyped}\ncorrect horse\n"))?;
    ensure!(refused["code"] == "invalid_request", "{refused}");
    ground.ctl().json_with(&to_passphrase, &format!("{}\ncorrect horse\n", written.to_uppercase()))?;
    ground.moved(Passphrase, "correct horse");
    // The old key cannot be dropped while its keyring is gone, and is once it is there again.
    ensure!(ground.ctl().json(&["vault", "status"])?["spare_keys"] == 1, "the old key is forgotten");
    ground.keyring(async |keyring| keyring.unlock().await)?;
    let wrong = ground.judge()?;
    ensure!(wrong.is_empty(), "{wrong:#?}");

    let (_, again) = ground.ctl().refused(&["vault", "recover", "--to", "keychain"], &format!("{written}\n"))?;
    ensure!(again["code"] == "not_found", "it served twice: {again}");
    Ok(())
}

/// A keyring that is locked, gone, or not the place any more is named, nothing is made in its stead, and all goes on
/// once it is back.
#[test]
fn a_keyring_that_is_locked_or_gone_loses_nothing() -> Result<()> {
    let mut ground = Ground::start()?;
    ground.move_to(Keychain)?;
    let state = |ground: &Ground| text(&ground.ctl().json(&["vault", "status"])?, "/state");
    ground.keyring(async |keyring| keyring.lock().await)?;
    ensure!(state(&ground)? == "locked", "locked: {}", state(&ground)?);
    let (_, refused) = ground.ctl().refused(&["vault", "rotate"], "")?;
    ensure!(refused["code"] == "vault_unavailable", "{refused}");
    ground.keyring(async |keyring| keyring.vanish().await)?;
    ensure!(state(&ground)? == "missing", "gone: {}", state(&ground)?);
    let (_, refused) = ground.ctl().refused(&["vault", "move", "--to", "passphrase"], "correct horse\n")?;
    ensure!(refused["code"] == "vault_unavailable", "{refused}");
    // Another place at the next start is a mistake that is named, not a reason to make a key there.
    let elsewhere = ground.ctl_as(Passphrase, "correct horse");
    let (_, refused) = elsewhere.refused(&["accounts", "check", &ground.accounts()[0]], "")?;
    ensure!(refused["code"] == "vault_unavailable", "{refused}");
    ensure!(refused["message"].to_string().contains("keychain"), "{refused}");
    ground.keyring(async |keyring| keyring.unlock().await)?;
    let wrong = ground.judge()?;
    ensure!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

/// The hop that the connection doctor names for an account, and what it wrote of it to a file.
fn examined(ground: &Ground, account: &str) -> Result<(Option<String>, String)> {
    let file = ground.ctl().home().join("report.txt");
    let output = ground.ctl().output(&["doctor", account, "--out", file.to_str().context("a name")?], "")?;
    let found: Value = serde_json::from_slice(&output.stdout).context("no check was printed")?;
    let broken = found["examined"][0]["broken"].as_str().map(str::to_owned);
    ensure!(output.status.success() == broken.is_none(), "it ended with {}: {found}", output.status);
    Ok((broken, std::fs::read_to_string(file)?))
}

/// A keyring that is locked for real, and one that is gone, are named as what is broken, in the report too; nothing else is.
#[test]
fn the_doctor_names_a_keyring_that_is_locked_or_gone() -> Result<()> {
    let mut ground = Ground::start()?;
    ground.move_to(Keychain)?;
    for account in ground.accounts().to_vec() {
        let (broken, report) = examined(&ground, &account)?;
        ensure!(broken.is_none() && !report.contains("BROKEN"), "broken while all is well: {report}");
        for locked in [true, false] {
            ground.keyring(async |keyring| if locked { keyring.lock().await } else { keyring.vanish().await })?;
            let (broken, report) = examined(&ground, &account)?;
            ensure!(broken.as_deref() == Some("key"), "locked {locked}: {broken:?}\n{report}");
            let named: Vec<_> = report.lines().filter(|line| line.contains("BROKEN")).collect();
            ensure!(named.len() == 1 && named[0].contains("key"), "{report}");
            ensure!(report.contains("To mend it: "), "{report}");
            let key = Canary::new("key", ground.ctl().key());
            ensure!(key.found_in(report.as_bytes()).is_empty(), "the report holds a key");
        }
        ground.keyring(async |keyring| keyring.unlock().await)?;
        let (broken, report) = examined(&ground, &account)?;
        ensure!(broken.is_none(), "broken once it is open again: {report}");
    }
    Ok(())
}
