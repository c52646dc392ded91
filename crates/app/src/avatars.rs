//! Pictures of accounts. The address is a stranger's and so is the file: it is fetched with the guards for that
//! (`net::picture`), opened in the process for pictures, drawn anew and small, and kept among the pictures of the
//! profile under its digest, where the window finds it without reaching the network. What cannot be had changes nothing:
//! the window shows letters, or the picture that was had before.

use std::{io::Cursor, sync::Arc};

use domain::{AccountId, AccountState, media::digest_hex};
use providers::provider::Identity;

use crate::{
    App, Error,
    event::Topic,
    media::off_thread,
    pictures::{ask::Rules, keep},
};

/// Longest side, in pixels: three times what the window shows.
const SIDE: u32 = 128;
/// Largest file: as many pixels take without being packed, and some more.
const MAX_BYTES: u64 = 80 * 1_024;

impl App {
    /// Digest of an account's picture; empty where there is none.
    pub async fn avatar_of(&self, id: AccountId) -> Result<String, Error> {
        Ok(store::avatar::find(&mut *self.store.read().await?, id).await?.unwrap_or_default())
    }

    /// Sees to the picture of an account that just said who it is, beside everything else.
    pub(crate) fn see_avatar(self: &Arc<Self>, id: AccountId, who: Identity) {
        let app = Arc::clone(self);
        self.beside.run(async move {
            if let Err(error) = app.take_avatar(id, &who).await {
                tracing::debug!(%error, details = error.details, account = %id, "no picture of an account");
            }
        });
    }

    /// Fetches the picture of an account that said who it is, and keeps it. An error means that nothing was changed.
    pub async fn take_avatar(&self, id: AccountId, who: &Identity) -> Result<(), Error> {
        // One at a time: the process for pictures has time for those of posts.
        let _turn = self.avatars.lock().await;
        let account = self.account(id).await?;
        let provider = self.provider(account.platform.as_str())?;
        let address = provider.avatar(&self.http, &account.endpoints, who).await;
        let address = address.map_err(|error| Error::internal(error.to_string()))?;
        if address.is_empty() {
            return self.keep_avatar(id, None).await;
        }
        let file = net::picture::fetch(&self.http, &address, account.endpoints.get("api")).await;
        let file = file.map_err(|error| Error::internal(error.to_string()))?;
        let (media, scratch) = (self.media_folder(), self.random_hex::<8>());
        let incoming = off_thread(move || keep::copy_in(&media, &scratch, Cursor::new(file))).await?;
        let drawn = self.decoder.redraw(incoming.open()?, rules()).await?;
        self.keep_avatar(id, Some(drawn.bytes)).await
    }

    /// Puts a picture in the place of the one before, or nothing. An account that was unlinked meanwhile has none.
    async fn keep_avatar(&self, id: AccountId, drawn: Option<Vec<u8>>) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        let account = store::account::find(&mut tx, id).await?;
        let drawn = drawn.filter(|_| account.is_some_and(|account| account.state != AccountState::Unlinked));
        let digest = drawn.as_deref().map(digest_hex);
        let before = store::avatar::find(&mut tx, id).await?;
        // Its file is written again where it is gone.
        if let Some(drawn) = drawn {
            let (media, scratch) = (self.media_folder(), self.random_hex::<8>());
            off_thread(move || keep::write(&media, &scratch, &drawn)).await?;
        }
        if digest == before {
            return Ok(());
        }
        self.erase_avatar(&mut tx, id).await?;
        if let Some(digest) = &digest {
            store::avatar::put(&mut tx, id, digest, self.clock.now()).await?;
        }
        tx.commit().await?;
        self.emit(Topic::Accounts, Some(id.to_string()));
        Ok(())
    }

    /// Forgets the picture of an account, and its file where nothing else shows it. The transaction keeps others from
    /// adding it meanwhile; where it is not committed, the file comes again with the next check.
    pub(crate) async fn erase_avatar(&self, tx: &mut store::Tx, id: AccountId) -> Result<(), Error> {
        let Some(digest) = store::avatar::find(tx, id).await? else { return Ok(()) };
        store::avatar::remove(tx, id).await?;
        if !store::avatar::is_used(tx, &digest).await?
            && let Err(error) = tokio::fs::remove_file(self.media_path(&digest)).await
        {
            tracing::warn!(%error, account = %id, "the file of an account's picture could not be removed");
        }
        Ok(())
    }
}

fn rules() -> Rules {
    let types = ["image/png", "image/jpeg"].map(ToOwned::to_owned).to_vec();
    Rules { max_side: SIDE, max_bytes: MAX_BYTES, types }
}
