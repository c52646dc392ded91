//! What is to become of a post that cannot go out as planned, as its owner chose beforehand, and what did.

use domain::{AccountId, PostId, PublicationId, UtcMs, post::Fallback};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// Keeps the choice for a post.
pub async fn set(conn: &mut SqliteConnection, post: PostId, choice: Fallback) -> Result<(), StoreError> {
    let id = post.as_bytes();
    let (kind, account) = match &choice {
        Fallback::Hold => {
            sqlx::query!("DELETE FROM fallback WHERE post = ?1", id).execute(conn).await?;
            return Ok(());
        }
        Fallback::Text => ("text", None),
        Fallback::Account { account } => ("account", Some(account.as_bytes())),
    };
    sqlx::query!(
        "INSERT INTO fallback (post, kind, account) VALUES (?1, ?2, ?3)
         ON CONFLICT (post) DO UPDATE SET kind = ?2, account = ?3",
        id,
        kind,
        account
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The choice for a post.
pub async fn of(conn: &mut SqliteConnection, post: PostId) -> Result<Fallback, StoreError> {
    let id = post.as_bytes();
    let row = sqlx::query!("SELECT kind, account FROM fallback WHERE post = ?1", id).fetch_optional(conn).await?;
    Ok(match row {
        None => Fallback::Hold,
        Some(row) => match row.account {
            Some(account) => Fallback::Account { account: whole(AccountId::from_bytes(&account), "fallback")? },
            None => Fallback::Text,
        },
    })
}

/// What became of a publication that could not go out as planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// `text` or `account`.
    pub kind: &'static str,
    /// The publication that took its place, where it was another account.
    pub other: Option<PublicationId>,
}

/// Records what became of one.
pub async fn take(
    conn: &mut SqliteConnection,
    publication: PublicationId,
    taken: Taken,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (id, now) = (publication.as_bytes(), now.as_millis());
    let other = taken.other.as_ref().map(PublicationId::as_bytes);
    sqlx::query!(
        "INSERT INTO fallback_taken (publication, kind, other, at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (publication) DO UPDATE SET kind = ?2, other = ?3, at = ?4",
        id,
        taken.kind,
        other,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What became of one; `None` where it goes out as planned.
pub async fn taken(conn: &mut SqliteConnection, publication: PublicationId) -> Result<Option<Taken>, StoreError> {
    let id = publication.as_bytes();
    let row =
        sqlx::query!("SELECT kind, other FROM fallback_taken WHERE publication = ?1", id).fetch_optional(conn).await?;
    Ok(row.map(|row| Taken {
        kind: if row.kind == "text" { "text" } else { "account" },
        other: row.other.as_deref().and_then(PublicationId::from_bytes),
    }))
}
