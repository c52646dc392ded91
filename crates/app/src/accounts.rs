//! Linked accounts: listing, checking, unlinking, and taking a newly linked one in.

use std::sync::Arc;

use domain::{
    AccountId, AccountState, EffectClass, ErrorKind, HeldReason, PostId, limits::PostLimits, options::OptionField,
};
use providers::descriptor::RenewalRule;
use store::{account::Account, secret::Field};

use crate::{
    App, Error,
    access::Left,
    event::Topic,
    words::{self, Live, Who, platform_error},
};

/// What becomes of scheduled posts when an account is unlinked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnlink {
    /// They wait for the account to be linked again.
    Hold,
    /// They are cancelled.
    Cancel,
}

impl App {
    /// Accounts that are not unlinked.
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        let mut all = store::account::all(&mut *self.store.read().await?).await?;
        all.retain(|account| account.state != AccountState::Unlinked);
        Ok(all)
    }

    /// One account, unlinked ones included.
    pub async fn account(&self, id: AccountId) -> Result<Account, Error> {
        let found = store::account::find(&mut *self.store.read().await?, id).await?;
        found.ok_or_else(|| Error::not_found("account", &id.to_string()))
    }

    /// How doubt about a post of an account is settled.
    #[must_use]
    pub fn class_of(&self, account: &Account) -> EffectClass {
        let provider = self.registry().get(account.platform.as_str());
        provider.map_or(EffectClass::D, |provider| provider.descriptor().class(&account.kind))
    }

    /// What one part may hold for an account, and its option fields.
    pub fn limits_of(&self, account: &Account) -> Result<(PostLimits, Vec<OptionField>), Error> {
        let provider = self.provider(account.platform.as_str())?;
        let account = Self::account_ref(account);
        Ok((provider.limits(&account), provider.options(Some(&account))))
    }

    /// Whether the access of an account is renewed by itself.
    pub async fn renews(&self, id: AccountId) -> Result<bool, Error> {
        match self.renewal_of(&self.account(id).await?) {
            RenewalRule::RefreshToken => {}
            RenewalRule::Trade(..) => return Ok(true),
            RenewalRule::Never => return Ok(false),
        }
        let refresh = store::secret::get(&mut *self.store.read().await?, id, Field::Refresh).await?;
        Ok(refresh.is_some())
    }

    /// Posts that still wait to go out through an account.
    pub async fn waiting(&self, id: AccountId) -> Result<u32, Error> {
        let waiting = store::publication::unsettled_of_account(&mut *self.store.read().await?, id).await?;
        Ok(u32::try_from(waiting.len()).unwrap_or(u32::MAX))
    }

    /// Asks the platform who the account is: one harmless read. What that shows is recorded.
    pub async fn check_account(self: &Arc<Self>, id: AccountId) -> Result<(), Error> {
        let mut account = self.account(id).await?;
        if account.state == AccountState::Unlinked {
            return Err(Error::not_found("account", &id.to_string()));
        }
        // A key that is locked or gone is our trouble; the platform must not be blamed for it.
        self.unlock().await?;
        let provider = self.provider(account.platform.as_str())?;
        let session = self.session(&account, Self::account_ref(&account), None);
        let outcome = provider.identify(&session).await;
        let who = Who { platform: provider.descriptor().name, handle: &account.handle };
        let now = self.clock.now();
        let (state, reason) = match &outcome {
            Ok(_) => (AccountState::Healthy, String::new()),
            Err(error) => match error.kind {
                ErrorKind::AuthRevoked => (AccountState::NeedsRelink, words::trouble(who, error)),
                ErrorKind::AccountRestricted | ErrorKind::PersonalAccount => {
                    (AccountState::Restricted, words::trouble(who, error))
                }
                _ => return Err(platform_error(who, error)),
            },
        };
        let mut tx = self.store.begin().await?;
        store::account::set_state(&mut tx, id, state, &reason, now).await?;
        if outcome.is_ok() {
            store::account::set_checked(&mut tx, id, now).await?;
        }
        if state == AccountState::Healthy {
            self.release_held_in(&mut tx, HeldReason::Relink, Some(id)).await?;
        }
        tx.commit().await?;
        if let Ok(who) = outcome {
            self.learn_facts(&mut account).await?;
            self.see_avatar(id, who);
        }
        self.emit(Topic::Accounts, Some(id.to_string()));
        self.queue_changed();
        Ok(())
    }

    /// Ends the grant at the platform, drops the key of everything sealed for the account, and keeps its
    /// history. A platform that cannot be reached does not stop it. What is left there is said.
    pub async fn unlink_account(self: &Arc<Self>, id: AccountId, scheduled: OnUnlink) -> Result<Left, Error> {
        let account = self.account(id).await?;
        let _turn = self.locks.turn(id).await;
        let revoked = self.revoke(&account).await;
        let now = self.clock.now();
        let waiting = store::publication::unsettled_of_account(&mut *self.store.read().await?, id).await?;
        let mut tx = self.store.begin().await?;
        store::secret::erase(&mut tx, id).await?;
        store::account::set_state(&mut tx, id, AccountState::Unlinked, "", now).await?;
        self.erase_avatar(&mut tx, id).await?;
        for publication in waiting {
            if scheduled == OnUnlink::Cancel && self.take_back(&mut tx, &publication).await? {
                store::publication::delete(&mut tx, publication.id).await?;
                self.draft_again(&mut tx, publication.post).await?;
                continue;
            }
            if publication.status.state == domain::PublicationState::NeedsDecision {
                // Whether it is live is its owner's to say, linked or not.
                continue;
            }
            let mut status = publication.status.clone();
            let who = Who { platform: "The platform", handle: &account.handle };
            status.reason = if status.state == domain::PublicationState::Unconfirmed {
                words::held_in_doubt(who, HeldReason::Relink)
            } else {
                let parts = store::part::of(&mut tx, publication.id).await?;
                let live = parts.iter().filter(|part| !part.remote.is_empty()).count();
                words::held(who, HeldReason::Relink, Live::of(live, parts.len()))
            };
            status.state = domain::PublicationState::Held;
            status.held = Some(HeldReason::Relink);
            store::publication::set_status(&mut tx, publication.id, &status, now).await?;
            queue::cancel(&mut tx, crate::jobs::PUBLISH, &publication.id.to_string(), now).await?;
        }
        self.end_changes_of(&mut tx, id).await?;
        tx.commit().await?;
        self.heard.forget(id);
        if !matches!(self.store.fold().await, Ok(true)) {
            tracing::warn!(account = %id, "the database's log still has the key that was erased, sealed");
        }
        self.emit(Topic::Accounts, Some(id.to_string()));
        self.emit(Topic::Posts, None);
        self.emit(Topic::Publications, None);
        if let Err(error) = &revoked {
            tracing::warn!(%error, account = %id, "unlinked here, but the platform could not be told");
        }
        Ok(self.left_of(&account, &revoked))
    }

    /// Makes a post that nothing goes out of any more a draft: what was written is not lost.
    async fn draft_again(&self, tx: &mut store::Tx, id: PostId) -> Result<(), Error> {
        if !store::publication::of_post(tx, id).await?.is_empty() {
            return Ok(());
        }
        let Some(mut post) = store::post::find(tx, id).await? else { return Ok(()) };
        post.schedule = None;
        post.updated_at = self.clock.now();
        Ok(store::post::upsert(tx, &post).await?)
    }
}
