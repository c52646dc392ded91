//! Weekly slots of accounts, and which of them are taken.

use domain::{AccountId, PublicationId, UtcMs, slots::Slot};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// The slots of an account, in the order of the week, and their zone; empty where it has none.
pub async fn of(conn: &mut SqliteConnection, account: AccountId) -> Result<(Vec<Slot>, String), StoreError> {
    const T: &str = "slot";
    let account = account.as_bytes();
    let rows =
        sqlx::query!("SELECT weekday, minute, zone FROM slot WHERE account = ?1 ORDER BY weekday, minute", account)
            .fetch_all(conn)
            .await?;
    let zone = rows.first().map(|row| row.zone.clone()).unwrap_or_default();
    let slot = |weekday: i64, minute: i64| {
        Ok(Slot { weekday: whole(weekday.try_into().ok(), T)?, minute: whole(minute.try_into().ok(), T)? })
    };
    let slots = rows.into_iter().map(|row| slot(row.weekday, row.minute)).collect::<Result<_, StoreError>>()?;
    Ok((slots, zone))
}

/// Gives an account these slots in place of those it had.
pub async fn replace(
    conn: &mut SqliteConnection,
    account: AccountId,
    slots: &[Slot],
    zone: &str,
) -> Result<(), StoreError> {
    let account = account.as_bytes();
    sqlx::query!("DELETE FROM slot WHERE account = ?1", account).execute(&mut *conn).await?;
    for slot in slots {
        sqlx::query!(
            "INSERT INTO slot (account, weekday, minute, zone) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (account, weekday, minute) DO NOTHING",
            account,
            slot.weekday,
            slot.minute,
            zone
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Instants after which something of an account is planned already.
pub async fn taken(conn: &mut SqliteConnection, account: AccountId, after: UtcMs) -> Result<Vec<UtcMs>, StoreError> {
    let (account, after) = (account.as_bytes(), after.as_millis());
    let rows = sqlx::query!(
        r#"SELECT slot_at AS "at!: i64" FROM publication WHERE account = ?1 AND slot_at > ?2
           UNION
           SELECT at AS "at!: i64" FROM publication
           WHERE account = ?1 AND at > ?2 AND state IN ('scheduled', 'retrying', 'held')"#,
        account,
        after
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| UtcMs::from_millis(row.at)).collect())
}

/// Gives a publication the slot it was planned for. Refused by the database where another of its account has it.
pub async fn take(conn: &mut SqliteConnection, publication: PublicationId, at: UtcMs) -> Result<(), StoreError> {
    let (publication, at) = (publication.as_bytes(), at.as_millis());
    sqlx::query!("UPDATE publication SET slot_at = ?2 WHERE id = ?1", publication, at).execute(conn).await?;
    Ok(())
}
