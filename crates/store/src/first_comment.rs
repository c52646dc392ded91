//! First comments: what is to be written below a publication once it is live.

use domain::PublicationId;
use sqlx::SqliteConnection;

use crate::StoreError;

/// Replaces the first comment of a publication; an empty one is none.
pub async fn set(conn: &mut SqliteConnection, publication: PublicationId, text: &str) -> Result<(), StoreError> {
    let publication = publication.as_bytes();
    if text.is_empty() {
        sqlx::query!("DELETE FROM first_comment WHERE publication = ?1", publication).execute(conn).await?;
    } else {
        sqlx::query!(
            "INSERT INTO first_comment (publication, text) VALUES (?1, ?2)
             ON CONFLICT (publication) DO UPDATE SET text = ?2",
            publication,
            text
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// The first comment of a publication; `None` where none was written.
pub async fn of(conn: &mut SqliteConnection, publication: PublicationId) -> Result<Option<String>, StoreError> {
    let publication = publication.as_bytes();
    let row = sqlx::query!("SELECT text FROM first_comment WHERE publication = ?1", publication);
    Ok(row.fetch_optional(conn).await?.map(|row| row.text))
}
