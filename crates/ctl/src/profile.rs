//! Reaching a profile: through the runner that holds it, or by opening it here.

use std::{
    io::{self, ErrorKind, IsTerminal},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use app::{App, Options, PracticeProgram, VaultChoice, paths, pictures::PictureProgram, system};
use async_trait::async_trait;
use domain::{
    ErrorCode, Secret,
    ports::{Clock, Notifier},
};
use ipc::{socket::Client, wire::Failure};
use serde_json::Value;
use tokio::time::{self, Instant};

use crate::{
    backend::Backend,
    cli::{Global, VaultKind},
    desktop::Terminal,
    environment::Environment,
    input::read_text,
    trouble::{Exit, Trouble},
};

/// How long another command that is just passing by is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is tried again meanwhile.
const RETRY: Duration = Duration::from_millis(50);
/// Longest passphrase read from a file.
const PASSPHRASE_BYTES: usize = 4_096;

/// Where the profile is and how it is opened.
pub struct Profile {
    /// The profile folder.
    pub folder: PathBuf,
    state_folder: PathBuf,
    /// The clock of this process.
    pub clock: Arc<dyn Clock>,
    environment: Environment,
    vault: Option<VaultKind>,
    passphrase_file: Option<PathBuf>,
}

impl Profile {
    /// The profile meant by the global options.
    pub fn new(global: &Global, environment: Environment) -> Result<Self, Trouble> {
        let nowhere = || {
            let message = "This system names no folder for the profile.";
            Trouble::new(ErrorCode::StorageFailed, message, "Name one with --data DIR.")
        };
        let folder = global.data.clone().or_else(paths::default_folder).ok_or_else(nowhere)?;
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        let state_folder = paths::default_state_folder().ok_or_else(nowhere)?;
        Ok(Self {
            folder,
            state_folder,
            clock: Arc::new(system::SystemClock::default()),
            environment,
            vault: global.vault,
            passphrase_file: global.passphrase_file.clone(),
        })
    }

    /// Where the socket of a runner on this profile is.
    pub fn socket(&self) -> PathBuf {
        paths::socket_path(&self.folder, &self.state_folder)
    }

    /// The runner's socket where there is a runner, else the profile opened here.
    pub async fn reach(&self) -> Result<Access, Trouble> {
        let patience = Instant::now() + PATIENCE;
        loop {
            match Client::connect(&self.socket()).await {
                Ok(client) => return Ok(Access::Runner(client)),
                Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(anothers(&error)),
                Err(_) => {}
            }
            match App::open(self.options(Arc::new(crate::notifier::Silent))?).await {
                Ok(app) => return Ok(Access::Own(app)),
                Err(error) if error.code == ErrorCode::ProfileBusy && Instant::now() < patience => {
                    time::sleep(RETRY).await;
                }
                Err(error) => return Err(Failure::from(error).into()),
            }
        }
    }

    /// The profile opened here and kept: for the runner. Exit code 4 where another runner has it.
    pub async fn hold(&self, notifier: Arc<dyn Notifier>) -> Result<Arc<App>, Trouble> {
        let patience = Instant::now() + PATIENCE;
        loop {
            match App::open(self.options(Arc::clone(&notifier))?).await {
                Ok(app) => return Ok(app),
                Err(error) if error.code == ErrorCode::ProfileBusy => {
                    let runner = Client::connect(&self.socket()).await.is_ok();
                    if runner || Instant::now() >= patience {
                        return Err(Trouble::from(Failure::from(error)).exit(Exit::Busy));
                    }
                    time::sleep(RETRY).await;
                }
                Err(error) => return Err(Failure::from(error).into()),
            }
        }
    }

    fn options(&self, notifier: Arc<dyn Notifier>) -> Result<Options, Trouble> {
        let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("postroomctl"));
        let args = ["practice", "serve", "--own-folder"].map(str::to_owned).to_vec();
        Ok(Options {
            folder: self.folder.clone(),
            state_folder: self.state_folder.clone(),
            vault: self.vault_choice()?,
            interactive: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
            desktop: Arc::new(Terminal),
            notifier,
            practice: PracticeProgram { program, args },
            pictures: PictureProgram::this(),
            clock: Arc::clone(&self.clock),
            random: Arc::new(system::SystemRandom),
            timer: app::clockwork::system_timer(),
        })
    }

    /// As asked for; else by what the environment gives; else as the profile recorded.
    fn vault_choice(&self) -> Result<VaultChoice, Trouble> {
        match self.vault {
            Some(VaultKind::Keychain) => Ok(VaultChoice::Keychain),
            Some(VaultKind::Passphrase) => {
                let missing = "There is no passphrase to open the vault with.";
                let action = "Set POSTROOM_VAULT_PASSPHRASE, or name a file with --passphrase-file.";
                self.passphrase()?.map(VaultChoice::Passphrase).ok_or_else(|| locked(missing, action))
            }
            Some(VaultKind::Env) => {
                let missing = "There is no key to open the vault with.";
                let key = self.environment.key.clone().map(VaultChoice::Environment);
                key.ok_or_else(|| locked(missing, "Set POSTROOM_VAULT_KEY to 32 bytes in base64."))
            }
            None => Ok(match (self.environment.key.clone(), self.passphrase()?) {
                (Some(key), None) => VaultChoice::Environment(key),
                (_, Some(passphrase)) => VaultChoice::Passphrase(passphrase),
                (None, None) => VaultChoice::Auto,
            }),
        }
    }

    fn passphrase(&self) -> Result<Option<Secret<String>>, Trouble> {
        match &self.passphrase_file {
            Some(file) => read_text(file, PASSPHRASE_BYTES).map(|text| Some(Secret::new(text))),
            None => Ok(self.environment.passphrase.clone()),
        }
    }
}

fn anothers(error: &io::Error) -> Trouble {
    let message = "Another user's Postroom holds this profile, or its socket cannot be reached.";
    let mut trouble = Trouble::new(ErrorCode::ProfileBusy, message, "Use the user the profile belongs to.");
    trouble.failure.details = error.to_string();
    trouble
}

fn locked(message: &str, action: &str) -> Trouble {
    Trouble::new(ErrorCode::VaultUnavailable, message, action)
}

/// A profile that was reached.
pub enum Access {
    /// The runner that holds it.
    Runner(Client),
    /// Opened here.
    Own(Arc<App>),
}

impl Access {
    /// Lets go of it, with everything written.
    pub async fn close(self) {
        if let Self::Own(app) = self {
            app.close().await;
        }
    }
}

#[async_trait]
impl Backend for Access {
    async fn call(&self, method: &str, params: Value) -> Result<Value, Failure> {
        match self {
            Self::Runner(client) => Backend::call(client, method, params).await,
            Self::Own(app) => ipc::dispatch(app, method, params).await,
        }
    }
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
