//! What the command line and the environment say. The only module that reads either.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use domain::Secret;

use crate::deep_link;

/// Compose once, schedule everywhere.
#[derive(Debug, Clone, Parser)]
#[command(name = "postroom", version)]
pub struct Arguments {
    /// Start without a window; the tray opens it.
    #[arg(long)]
    pub hidden: bool,
    /// Profile folder; the platform's own when absent.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where the key of the profile is kept; as the profile recorded it when absent.
    #[arg(long, value_enum)]
    pub vault: Option<Vault>,
    /// A `postroom://…` link: the place to show. Browsers start the program with one, which may bring a code.
    #[arg(value_name = "LINK", value_parser = link, conflicts_with = "practice")]
    pub link: Option<Secret<String>>,
    /// Run the practice network in `--data` instead of the app.
    #[arg(long, requires = "data", conflicts_with_all = ["hidden", "vault"])]
    pub practice: bool,
    /// Port of the practice network; 0 for the one it had before.
    #[arg(long, default_value_t = 0, requires = "practice")]
    pub port: u16,
}

/// Right or wrong, a link is no reason not to start; anything else is a mistake in typing.
fn link(word: &str) -> Result<Secret<String>, String> {
    deep_link::is_link(word).then(|| Secret::new(word.to_owned())).ok_or_else(|| "not a postroom:// link".to_owned())
}

/// Where this start of the program keeps things.
#[derive(Debug, Clone)]
pub struct Places {
    /// The profile.
    pub folder: PathBuf,
    /// What must not travel with a copied profile.
    pub state: PathBuf,
}

impl Places {
    /// The socket over which the command line reaches this profile's runner.
    pub fn socket(&self) -> PathBuf {
        app::paths::socket_path(&self.folder, &self.state)
    }
}

/// A place for the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Vault {
    /// The system's keychain.
    Keychain,
    /// A passphrase in `POSTROOM_VAULT_PASSPHRASE`.
    Passphrase,
    /// 32 bytes in base64 in `POSTROOM_VAULT_KEY`.
    Env,
}

/// Variables that hold secrets; no program started from here inherits them.
pub const SECRET_VARIABLES: [&str; 2] = [KEY, PASSPHRASE];

const KEY: &str = "POSTROOM_VAULT_KEY";
const PASSPHRASE: &str = "POSTROOM_VAULT_PASSPHRASE";

impl Vault {
    /// The same word as on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
            Self::Env => "env",
        }
    }
}

impl Arguments {
    /// The profile folder and the one beside it; a sentence where the system has no home folder.
    pub fn places(&self) -> Result<Places, String> {
        let missing = || "this user has no home folder; name a folder with --data".to_owned();
        let folder = self.data.clone().or_else(app::paths::default_folder).ok_or_else(missing)?;
        let state = app::paths::default_state_folder().or_else(|| self.data.as_ref().map(|data| data.join("state")));
        Ok(Places { folder, state: state.ok_or_else(missing)? })
    }

    /// Where the key is, with the secret itself where it comes from the environment; a sentence when it should be
    /// there and is not.
    pub fn vault_choice(&self) -> Result<app::VaultChoice, String> {
        Ok(match self.vault {
            None => app::VaultChoice::Auto,
            Some(Vault::Keychain) => app::VaultChoice::Keychain,
            Some(Vault::Passphrase) => app::VaultChoice::Passphrase(secret(PASSPHRASE)?),
            Some(Vault::Env) => app::VaultChoice::Environment(secret(KEY)?),
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the shell is an edge: it reads the environment for the core")]
fn secret(variable: &str) -> Result<Secret<String>, String> {
    std::env::var(variable).map(Secret::new).map_err(|_| format!("set {variable}, which --vault asks for"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(["postroom"].iter().chain(words))
    }

    #[test]
    fn a_plain_start_opens_the_own_profile_with_the_recorded_key() {
        let arguments = parse(&[]).expect("no arguments are fine");
        assert!(!arguments.hidden && !arguments.practice && arguments.data.is_none());
        assert!(matches!(arguments.vault_choice(), Ok(app::VaultChoice::Auto)));
    }

    #[test]
    fn practice_needs_a_folder_and_nothing_of_the_app() {
        assert!(parse(&["--practice"]).is_err());
        assert!(parse(&["--practice", "--data", "d", "--hidden"]).is_err());
        assert!(parse(&["--port", "4100"]).is_err());
        let arguments = parse(&["--practice", "--data", "d", "--port", "4100"]).expect("valid");
        assert_eq!((arguments.practice, arguments.port), (true, 4100));
        assert_eq!(arguments.places().expect("named").folder, PathBuf::from("d"));
    }

    #[test]
    fn a_link_is_one_word_and_never_an_option() {
        let given = |words: &[&str]| {
            parse(words).map(|arguments| (arguments.link.map(|link| link.expose().clone()), arguments.practice))
        };
        let link = "postroom://x --practice --data /tmp".to_owned();
        assert_eq!(given(&[&link]).expect("taken as it is"), (Some(link.clone()), false));
        assert!(given(&["nonsense"]).is_err() && given(&["https://example.org/"]).is_err());
        assert!(given(&["postroom://open", "postroom://open"]).is_err());
        assert!(given(&["--practice", "--data", "d", "postroom://open"]).is_err());
    }

    #[test]
    fn a_missing_secret_is_named_not_guessed() {
        let arguments = parse(&["--vault", "env"]).expect("valid");
        let message = arguments.vault_choice().expect_err("not set in tests");
        assert!(message.contains(KEY), "{message}");
    }
}
