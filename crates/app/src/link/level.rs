//! How far apps of the user's own go, where a platform makes a difference: told by its answers, else by the app's owner,
//! else not known. Nothing is decided by it; it is shown with what it means.

use domain::AccountState;
use providers::descriptor::{Level, RenewalRule};
use serde::{Deserialize, Serialize};
use store::account::Account;

use super::OwnApp;
use crate::{App, Error, event::Topic};

/// What the settings that hold it are named like, with the platform's name behind; an empty one holds none.
const SETTING: &str = "app_level:";

/// Who says how far an app goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelTold {
    /// The platform's answers do.
    Platform,
    /// Its owner does.
    Owner,
    /// Nobody: it is not known.
    Nobody,
}

/// How far the app goes that an account is linked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppLevel {
    /// The level; `None` where it is not known.
    pub level: Option<Level>,
    /// Who says so.
    pub told: LevelTold,
}

/// What an owner said, of one app: another has to be asked about again.
#[derive(Serialize, Deserialize)]
struct Said {
    client: String,
    level: String,
}

impl App {
    /// Keeps how far the app goes that is entered for a platform; not known where `level` is empty.
    pub async fn set_app_level(&self, platform: &str, level: &str) -> Result<OwnApp, Error> {
        let app = self.own_app_of(platform).await?;
        let name = self.provider(platform)?.descriptor().name;
        if app.client_id.is_empty() {
            return Err(Error::not_found("app of your own at", name));
        }
        if !level.is_empty() && app.levels.iter().all(|known| known.id != level) {
            let known: Vec<_> = app.levels.iter().map(|known| known.id).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(Error::invalid(format!("What {name} knows of apps: {known}.")));
        }
        let said = Said { client: app.client_id, level: level.to_owned() };
        let said = serde_json::to_string(&said).map_err(|error| Error::internal(error.to_string()))?;
        let mut tx = self.store.begin().await?;
        store::setting::set(&mut tx, &format!("{SETTING}{platform}"), &said).await?;
        tx.commit().await?;
        self.emit(Topic::Accounts, None);
        self.own_app_of(platform).await
    }

    /// How far the app goes that an account is linked through; `None` where its platform makes no difference.
    pub async fn app_level(&self, account: &Account) -> Result<Option<AppLevel>, Error> {
        let provider = self.provider(account.platform.as_str())?;
        let levels = provider.descriptor().levels;
        if levels.is_empty() || account.state == AccountState::Unlinked {
            return Ok(None);
        }
        if let Some(level) = levels.iter().find(|level| level.named_end)
            && self.has_named_end(account).await?
        {
            return Ok(Some(AppLevel { level: Some(*level), told: LevelTold::Platform }));
        }
        let level = self.said_level(account.platform.as_str(), &account.client, levels).await?;
        let told = if level.is_some() { LevelTold::Owner } else { LevelTold::Nobody };
        Ok(Some(AppLevel { level, told }))
    }

    /// Whether the platform's answer named a nearer end of an account's grant than its rules do.
    async fn has_named_end(&self, account: &Account) -> Result<bool, Error> {
        let renewed = self.renews(account.id).await? && self.renewal_of(account) == RenewalRule::RefreshToken;
        Ok(renewed && account.refresh_expires_at.is_some() && !self.end_moves(account))
    }

    /// What the owner of an app said of it.
    pub(super) async fn said_level(
        &self,
        platform: &str,
        client: &str,
        levels: &[Level],
    ) -> Result<Option<Level>, Error> {
        let settings = store::setting::all(&mut *self.store.read().await?).await?;
        let said = settings.get(&format!("{SETTING}{platform}"));
        let said = said.and_then(|said| serde_json::from_str::<Said>(said).ok());
        let said = said.filter(|said| said.client == client && !client.is_empty());
        Ok(said.and_then(|said| levels.iter().find(|level| level.id == said.level).copied()))
    }
}
