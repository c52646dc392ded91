//! The one row about the profile itself.

use domain::{ProfileId, UtcMs};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// The profile as its database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Which profile this is.
    pub id: ProfileId,
    /// How often a runner has started on it.
    pub generation: i64,
    /// `none`, `keychain`, `passphrase` or `environment`.
    pub vault_backend: String,
    /// What the backend needs besides the key (salt and cost of a passphrase); empty otherwise.
    pub vault_params: Vec<u8>,
    /// Whether the owner paused everything.
    pub paused: bool,
    /// How many calls that others can see were begun from it.
    pub mark: i64,
}

impl Profile {
    /// A profile nothing was done with yet.
    #[must_use]
    pub fn new(id: ProfileId) -> Self {
        Self { id, generation: 0, vault_backend: "none".to_owned(), vault_params: Vec::new(), paused: false, mark: 0 }
    }
}

/// The profile; made with `id` when there is none.
pub async fn load_or_create(conn: &mut SqliteConnection, id: ProfileId, now: UtcMs) -> Result<Profile, StoreError> {
    let (fresh, now) = (id.as_bytes(), now.as_millis());
    sqlx::query!(
        "INSERT INTO profile (singleton, id, created_at) VALUES (1, ?1, ?2) ON CONFLICT (singleton) DO NOTHING",
        fresh,
        now
    )
    .execute(&mut *conn)
    .await?;
    load(conn).await
}

/// The profile.
pub async fn load(conn: &mut SqliteConnection) -> Result<Profile, StoreError> {
    let row = sqlx::query!(
        r#"SELECT id, generation, vault_backend, vault_params, paused AS "paused: bool", mark FROM profile WHERE singleton = 1"#
    )
    .fetch_one(conn)
    .await?;
    Ok(Profile {
        id: whole(ProfileId::from_bytes(&row.id), "profile")?,
        generation: row.generation,
        vault_backend: row.vault_backend,
        vault_params: row.vault_params,
        paused: row.paused,
        mark: row.mark,
    })
}

/// Records a runner's start.
pub async fn set_generation(conn: &mut SqliteConnection, generation: i64) -> Result<(), StoreError> {
    sqlx::query!("UPDATE profile SET generation = ?1", generation).execute(conn).await?;
    Ok(())
}

/// Counts one more call that others can see; the count with it, and whether everything is paused.
pub async fn raise_mark(conn: &mut SqliteConnection) -> Result<(i64, bool), StoreError> {
    let row = sqlx::query!(r#"UPDATE profile SET mark = mark + 1 RETURNING mark, paused AS "paused: bool""#)
        .fetch_one(conn)
        .await?;
    Ok((row.mark, row.paused))
}

/// Records where the profile key is kept.
pub async fn set_vault(conn: &mut SqliteConnection, backend: &str, params: &[u8]) -> Result<(), StoreError> {
    sqlx::query!("UPDATE profile SET vault_backend = ?1, vault_params = ?2", backend, params).execute(conn).await?;
    Ok(())
}

/// Pauses or resumes everything.
pub async fn set_paused(conn: &mut SqliteConnection, paused: bool) -> Result<(), StoreError> {
    sqlx::query!("UPDATE profile SET paused = ?1", paused).execute(conn).await?;
    Ok(())
}

/// The release of the zone data that the instants in this profile were made with; empty where nobody wrote it down.
pub async fn zone_data(conn: &mut SqliteConnection) -> Result<String, StoreError> {
    Ok(sqlx::query!("SELECT zone_data FROM profile WHERE singleton = 1").fetch_one(conn).await?.zone_data)
}

/// Records which release they are made with from now on.
pub async fn set_zone_data(conn: &mut SqliteConnection, release: &str) -> Result<(), StoreError> {
    sqlx::query!("UPDATE profile SET zone_data = ?1", release).execute(conn).await?;
    Ok(())
}
