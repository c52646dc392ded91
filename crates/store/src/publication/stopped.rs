//! Publications that stopped, and what their owner makes of them.

use std::collections::BTreeMap;

use domain::{AccountId, PublicationId, UtcMs};
use sqlx::SqliteConnection;

use super::{Publication, Row};
use crate::{StoreError, error::to_json};

/// Records what goes out with the parts that are not live, since its owner mended it.
pub async fn set_mended(
    conn: &mut SqliteConnection,
    id: PublicationId,
    (title, language): (&str, &str),
    options: &BTreeMap<String, String>,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (id, now, options) = (id.as_bytes(), now.as_millis(), to_json(options, "publication")?);
    sqlx::query!(
        "UPDATE publication SET title = ?2, language = ?3, options = ?4, updated_at = ?5 WHERE id = ?1",
        id,
        title,
        language,
        options,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Publications that stopped and wait for their owner, of one account or all: the ids, the first due first.
pub async fn stopped(
    conn: &mut SqliteConnection,
    account: Option<AccountId>,
    limit: i64,
) -> Result<Vec<Publication>, StoreError> {
    let account = account.map(|account| account.as_bytes().to_vec());
    sqlx::query_as!(
        Row,
        "SELECT id, post, account, state, held, reason, cause, raw, title, class, at, wall, zone, next_at, attempts,
             step, language, options, url, published_at, edited_at, deleted_at FROM publication
         WHERE state IN ('failed', 'held') AND (?1 IS NULL OR account = ?1) ORDER BY at, id LIMIT ?2",
        account,
        limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Publication::try_from)
    .collect()
}
