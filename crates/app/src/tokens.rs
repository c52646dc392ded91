//! The token an account's calls are made with: opened when asked for, renewed ahead of its end or when the
//! platform refused it, one renewal at a time per account, the new pair on the disk before its first use.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use domain::{
    AccountId, AccountState, ErrorCode, ErrorKind, PlatformId, ProviderError, PublicationId, Secret, UtcMs,
    consent::TradeTime,
    ports::{Proofs, TokenSource},
};
use providers::{
    descriptor::{Method, RenewalRule},
    provider::{AccountRef, Session, Tokens},
};
use store::{
    account::Account,
    secret::{Field, Kept},
};
use tokio::sync::OwnedMutexGuard;

use crate::{App, Error, link};

/// How long before its end an access token is renewed.
const AHEAD_MS: i64 = 5 * 60 * 1_000;
/// Shorter-lived tokens are renewed when a fifth of this is left.
const SHORT_MS: i64 = 60_000;

/// The tokens of one account.
pub(crate) struct AccountTokens {
    app: Weak<App>,
    account: AccountId,
}

impl AccountTokens {
    pub(crate) fn new(app: &Arc<App>, account: AccountId) -> Self {
        Self { app: Arc::downgrade(app), account }
    }

    fn app(&self) -> Result<Arc<App>, ProviderError> {
        self.app.upgrade().ok_or_else(|| trouble(ErrorKind::Unavailable, None))
    }
}

#[async_trait]
impl TokenSource for AccountTokens {
    async fn access(&self) -> Result<Secret<String>, ProviderError> {
        let app = self.app()?;
        app.write_unwritten(self.account).await?;
        let account = app.account(self.account).await.map_err(|error| lost(&error, None))?;
        let now = app.clock.now();
        let traded = app.trade_time(&account);
        let ahead_ms = traded.map_or_else(|| ahead_ms(&account, now), |time| time.ahead_ms);
        let ends_soon = account.access_expires_at.is_some_and(|end| end.since(now) < ahead_ms);
        // Without a refresh token it is used until the platform refuses it.
        if ends_soon && app.may_renew(&account).await.map_err(|error| lost(&error, Some(&account)))? {
            match app.renew_tokens(self.account, None).await {
                // The token in hand may still do; the platform decides. One that is itself traded in does until its end.
                Err(error)
                    if (matches!(error.kind, ErrorKind::Network | ErrorKind::Certificate)
                        || (traded.is_some() && error.kind != ErrorKind::AuthRevoked))
                        && !ended(&account, now) => {}
                outcome => return outcome,
            }
        }
        app.open_token(&account, Field::Access).await.map_err(|error| lost(&error, Some(&account)))
    }

    async fn renew(&self, refused: &Secret<String>) -> Result<Secret<String>, ProviderError> {
        self.app()?.renew_tokens(self.account, Some(refused)).await
    }

    async fn proofs(&self) -> Result<Option<Arc<dyn Proofs>>, ProviderError> {
        let app = self.app()?;
        let account = app.account(self.account).await.map_err(|error| lost(&error, None))?;
        app.prover(&account).await.map_err(|error| lost(&error, Some(&account)))
    }
}

/// Milliseconds before its end from which a token is renewed: 5 min, less for short-lived ones.
fn ahead_ms(account: &Account, now: UtcMs) -> i64 {
    let known_since = account.checked_at.unwrap_or(now);
    let life = account.access_expires_at.map_or(i64::MAX, |end| end.since(known_since));
    if life <= AHEAD_MS * 2 { SHORT_MS.min(life / 5) } else { AHEAD_MS }
}

fn ended(account: &Account, now: UtcMs) -> bool {
    account.access_expires_at.is_some_and(|end| end <= now)
}

impl App {
    /// What a provider's calls for an account are made with.
    pub(crate) fn session(
        self: &Arc<Self>,
        account: &Account,
        account_ref: AccountRef,
        publication: Option<PublicationId>,
    ) -> Session {
        Session {
            http: self.http.clone(),
            tokens: Arc::new(AccountTokens::new(self, account.id)),
            clock: Arc::clone(&self.clock),
            account: account_ref,
            publication,
            correlation: self.random_hex::<8>(),
            settles: false,
        }
    }

    /// Renews ahead a token that could not be used at `due` as it is. One that lives so short that a new one could not be
    /// used then either is left for that time.
    pub(crate) async fn renew_ahead(self: &Arc<Self>, account: &Account, due: UtcMs) -> Result<(), ProviderError> {
        let now = self.clock.now();
        let Some(end) = account.access_expires_at else { return Ok(()) };
        let (ahead_ms, life_ms) = (ahead_ms(account, now), end.since(account.checked_at.unwrap_or(now)));
        if end.since(due) >= ahead_ms || life_ms <= due.since(now) + ahead_ms {
            return Ok(());
        }
        if self.may_renew(account).await.map_err(|error| lost(&error, Some(account)))? {
            self.renew_tokens(account.id, None).await?;
        }
        Ok(())
    }

    /// Whether an account's token can be renewed now: a token that is itself traded in has to have its age.
    async fn may_renew(&self, account: &Account) -> Result<bool, Error> {
        Ok(self.renews(account.id).await? && !self.too_young(account).await?)
    }

    /// When the token of an account is traded in, where that is how it is renewed.
    fn trade_time(&self, account: &Account) -> Option<TradeTime> {
        match self.renewal_of(account) {
            RenewalRule::Trade(_, time) => Some(time),
            RenewalRule::RefreshToken | RenewalRule::Never => None,
        }
    }

    /// Whether a token is younger than its platform trades in. One that was sealed anew counts as new.
    async fn too_young(&self, account: &Account) -> Result<bool, Error> {
        let Some(time) = self.trade_time(account) else { return Ok(false) };
        let kept = store::secret::kept(&mut *self.store.read().await?).await?;
        let ours = |kept: &&Kept| kept.account == account.id && kept.field == Field::Access.as_str();
        let now = self.clock.now();
        Ok(kept.iter().find(ours).is_some_and(|kept| now.since(kept.kept_at) < time.age_min_ms))
    }

    /// A new access token. When another task renewed meanwhile, that one's. Comes to its end also where whoever asked
    /// is broken off: a new pair that is lost is an account lost.
    async fn renew_tokens(
        self: &Arc<Self>,
        id: AccountId,
        refused: Option<&Secret<String>>,
    ) -> Result<Secret<String>, ProviderError> {
        let (app, refused) = (Arc::clone(self), refused.cloned());
        let renewed = self.beside.whole(async move { app.renew_whole(id, refused.as_ref()).await }).await;
        renewed.unwrap_or_else(|| Err(trouble(ErrorKind::Unavailable, None)))
    }

    async fn renew_whole(
        self: &Arc<Self>,
        id: AccountId,
        refused: Option<&Secret<String>>,
    ) -> Result<Secret<String>, ProviderError> {
        self.write_unwritten(id).await?;
        let before = self.account(id).await.map_err(|error| lost(&error, None))?;
        let _turn = self.turn_to_renew(id).await;
        let account = self.account(id).await.map_err(|error| lost(&error, None))?;
        let held = self.open_token(&account, Field::Access).await.map_err(|error| lost(&error, Some(&account)))?;
        let renewed_meanwhile = match refused {
            Some(refused) => refused.expose() != held.expose(),
            None => account.access_expires_at != before.access_expires_at,
        };
        if renewed_meanwhile {
            return Ok(held);
        }
        let young = self.too_young(&account).await.map_err(|error| lost(&error, Some(&account)))?;
        let refresh = match self.renewal_of(&account) {
            RenewalRule::RefreshToken => {
                self.open_refresh(&account).await.map_err(|error| lost(&error, Some(&account)))?
            }
            RenewalRule::Trade(..) if young && refused.is_none() => return Ok(held),
            // The platform ended it before it could be traded in.
            RenewalRule::Trade(..) if young => None,
            RenewalRule::Trade(..) => Some(held.clone()),
            RenewalRule::Never => None,
        };
        let Some(refresh) = refresh else {
            // Grants without anything to renew them with end for good.
            self.note_revoked(&account).await;
            return Err(trouble(ErrorKind::AuthRevoked, Some(&account)));
        };
        let fresh = match self.fresh_tokens(&account, &refresh).await {
            Ok(fresh) if fresh.access.expose().is_empty() => return Err(trouble(ErrorKind::Protocol, Some(&account))),
            Ok(fresh) => fresh,
            Err(error) => {
                let still_ours = self.still_held(&account, &refresh).await;
                if error.kind == ErrorKind::AuthRevoked && still_ours {
                    self.note_revoked(&account).await;
                }
                return Err(error);
            }
        };
        if let Err(error) = self.keep_tokens(&account, &fresh).await {
            tracing::error!(%error, account = %id, "renewed tokens could not be written yet");
            self.unwritten.keep(id, fresh);
            return Err(lost(&error, Some(&account)));
        }
        Ok(fresh.access)
    }

    /// One renewal at a time for an account.
    async fn turn_to_renew(&self, id: AccountId) -> Option<OwnedMutexGuard<()>> {
        // The control: everybody renews for themselves.
        if cfg!(feature = "break_refresh_lock") { None } else { Some(self.renewals.turn(id).await) }
    }

    /// Writes a renewed pair that could not be written before. Until that is done the account makes no calls, and
    /// nothing is renewed: that would spend a pair that is in memory only.
    async fn write_unwritten(&self, id: AccountId) -> Result<(), ProviderError> {
        if self.unwritten.of(id).is_none() {
            return Ok(());
        }
        let _turn = self.renewals.turn(id).await;
        let Some(fresh) = self.unwritten.of(id) else { return Ok(()) };
        let account = self.account(id).await.map_err(|error| lost(&error, None))?;
        self.keep_tokens(&account, &fresh).await.map_err(|error| lost(&error, Some(&account)))?;
        self.unwritten.forget(id);
        Ok(())
    }

    /// What an account is renewed with; sessions of app passwords have a refresh token.
    pub(crate) fn renewal_of(&self, account: &Account) -> RenewalRule {
        let rules = self.provider(account.platform.as_str()).ok();
        let rules = rules.as_ref().and_then(|provider| provider.descriptor().methods.iter().find_map(Method::oauth));
        rules.filter(|_| account.method == "oauth").map_or(RenewalRule::RefreshToken, |rules| rules.renewal)
    }

    /// Whether what an account was to be renewed with is still what is stored.
    async fn still_held(&self, account: &Account, used: &Secret<String>) -> bool {
        let field = match self.renewal_of(account) {
            RenewalRule::Trade(..) => Field::Access,
            RenewalRule::RefreshToken | RenewalRule::Never => Field::Refresh,
        };
        self.open_token(account, field).await.is_ok_and(|stored| stored.expose() == used.expose())
    }

    async fn fresh_tokens(&self, account: &Account, refresh: &Secret<String>) -> Result<Tokens, ProviderError> {
        let provider = self.provider(account.platform.as_str()).map_err(|error| lost(&error, Some(account)))?;
        let rules = provider.descriptor().methods.iter().find_map(Method::oauth);
        match rules.filter(|_| account.method == "oauth") {
            Some(rules) => link::renew_grant(self, account, provider.descriptor(), rules, refresh).await,
            None => provider.renew(&self.http, &account.endpoints, refresh).await,
        }
    }

    /// Keeps a renewed pair. What the renewal does not say, or says with an empty value, stays as it was.
    async fn keep_tokens(&self, account: &Account, fresh: &Tokens) -> Result<(), Error> {
        let now = self.clock.now();
        let sealed_access = self.seal_token(account, Field::Access, &fresh.access).await?;
        let sealed_refresh = match fresh.refresh.as_ref().filter(|refresh| !refresh.expose().is_empty()) {
            Some(refresh) => Some(self.seal_token(account, Field::Refresh, refresh).await?),
            None => None,
        };
        let mut tx = self.store.begin().await?;
        store::secret::put(&mut tx, account.id, Field::Access, &sealed_access, now).await?;
        if let Some(sealed) = sealed_refresh {
            store::secret::put(&mut tx, account.id, Field::Refresh, &sealed, now).await?;
        }
        let (access, refresh) = (fresh.access_expires_at, fresh.refresh_expires_at);
        store::account::set_expiry(&mut tx, account.id, access, refresh, now).await?;
        store::account::set_checked(&mut tx, account.id, now).await?;
        step!("token.commit", tx.commit().await)?;
        Ok(())
    }

    async fn note_revoked(&self, account: &Account) {
        let noted = async {
            let mut tx = self.store.begin().await?;
            let reason = "The platform ended this access.";
            let now = self.clock.now();
            store::account::set_state(&mut tx, account.id, AccountState::NeedsRelink, reason, now).await?;
            tx.commit().await?;
            Ok::<_, Error>(())
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the end of an access could not be recorded");
        }
        self.emit(crate::event::Topic::Accounts, Some(account.id.to_string()));
    }
}

/// Trouble on our own side, as a provider reports trouble: nothing was sent, try again later.
fn lost(error: &Error, account: Option<&Account>) -> ProviderError {
    let kind = match error.code {
        ErrorCode::NotFound | ErrorCode::VaultCorrupt => ErrorKind::AuthRevoked,
        _ => ErrorKind::Unavailable,
    };
    let mut out = trouble(kind, account);
    out.remote_message = format!("{} {}", error.message, error.details);
    out
}

fn trouble(kind: ErrorKind, account: Option<&Account>) -> ProviderError {
    let platform = account.map_or_else(PlatformId::postroom, |account| account.platform.clone());
    ProviderError::new(kind, platform, "access")
}
