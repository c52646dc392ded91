//! Clients registered with servers where each server has its own: id, sealed secret, what they were registered for.

use domain::{PlatformId, UtcMs};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    error::{from_json, to_json, whole},
};

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthClient {
    /// The platform.
    pub platform: PlatformId,
    /// Origin of the server it is registered with.
    pub instance: String,
    /// Id the server gave it.
    pub client_id: String,
    /// Redirects it was registered for.
    pub redirects: Vec<String>,
    /// Permissions it was registered for.
    pub scopes: Vec<String>,
    /// Its data key, wrapped by the profile key.
    pub wrapped: Vec<u8>,
    /// Which data key of this client it is, from 1: part of the seal.
    pub version: u32,
    /// Its secret, sealed with that key.
    pub sealed: Vec<u8>,
}

struct Row {
    client_id: String,
    redirects: String,
    scopes: String,
    wrapped: Vec<u8>,
    version: i64,
    sealed: Vec<u8>,
}

impl Row {
    fn read(self, platform: &PlatformId, instance: &str) -> Result<OauthClient, StoreError> {
        Ok(OauthClient {
            platform: platform.clone(),
            instance: instance.to_owned(),
            client_id: self.client_id,
            redirects: from_json(&self.redirects, "oauth_client")?,
            scopes: from_json(&self.scopes, "oauth_client")?,
            wrapped: self.wrapped,
            version: u32::try_from(self.version).map_err(|_| StoreError::Row("oauth_client"))?,
            sealed: self.sealed,
        })
    }
}

/// Keeps a client, the same one in place of itself.
pub async fn upsert(conn: &mut SqliteConnection, client: &OauthClient, now: UtcMs) -> Result<(), StoreError> {
    let (platform, now) = (client.platform.as_str(), now.as_millis());
    let redirects = to_json(&client.redirects, "oauth_client")?;
    let scopes = to_json(&client.scopes, "oauth_client")?;
    let version = i64::from(client.version);
    sqlx::query!(
        "INSERT INTO oauth_client (platform, instance, client_id, redirects, scopes, wrapped, sealed, created_at, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (platform, instance, client_id) DO UPDATE SET redirects = ?4, scopes = ?5, wrapped = ?6,
             sealed = ?7, created_at = ?8, version = ?9",
        platform,
        client.instance,
        client.client_id,
        redirects,
        scopes,
        client.wrapped,
        client.sealed,
        now,
        version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts what a client has sealed in the place of what was there: after a change of keys.
pub async fn reseal(conn: &mut SqliteConnection, client: &OauthClient) -> Result<(), StoreError> {
    let (platform, version) = (client.platform.as_str(), i64::from(client.version));
    sqlx::query!(
        "UPDATE oauth_client SET wrapped = ?4, version = ?5, sealed = ?6
         WHERE platform = ?1 AND instance = ?2 AND client_id = ?3",
        platform,
        client.instance,
        client.client_id,
        client.wrapped,
        version,
        client.sealed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where each client is registered: platform, server, id.
pub async fn places(conn: &mut SqliteConnection) -> Result<Vec<(PlatformId, String, String)>, StoreError> {
    let rows =
        sqlx::query!("SELECT platform, instance, client_id FROM oauth_client ORDER BY platform, instance, client_id")
            .fetch_all(conn)
            .await?;
    rows.into_iter()
        .map(|row| Ok((whole(PlatformId::parse(&row.platform), "oauth_client")?, row.instance, row.client_id)))
        .collect()
}

/// A client, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The platform.
    pub platform: PlatformId,
    /// Origin of the server it is registered with.
    pub instance: String,
    /// Id the server gave it.
    pub client_id: String,
    /// Permissions it was registered for.
    pub scopes: Vec<String>,
    /// Since when it is kept.
    pub kept_at: UtcMs,
}

/// Every client there is, without the secrets.
pub async fn kept(conn: &mut SqliteConnection) -> Result<Vec<Kept>, StoreError> {
    let rows = sqlx::query!(
        "SELECT platform, instance, client_id, scopes, created_at FROM oauth_client
         ORDER BY platform, instance, created_at, client_id"
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Kept {
                platform: whole(PlatformId::parse(&row.platform), "oauth_client")?,
                instance: row.instance,
                client_id: row.client_id,
                scopes: from_json(&row.scopes, "oauth_client")?,
                kept_at: UtcMs::from_millis(row.created_at),
            })
        })
        .collect()
}

/// One client of a server.
pub async fn find(
    conn: &mut SqliteConnection,
    platform: &PlatformId,
    instance: &str,
    client_id: &str,
) -> Result<Option<OauthClient>, StoreError> {
    let name = platform.as_str();
    sqlx::query_as!(
        Row,
        "SELECT client_id, redirects, scopes, wrapped, version, sealed FROM oauth_client
         WHERE platform = ?1 AND instance = ?2 AND client_id = ?3",
        name,
        instance,
        client_id
    )
    .fetch_optional(conn)
    .await?
    .map(|row| row.read(platform, instance))
    .transpose()
}

/// The clients of a server, the newest first.
pub async fn of(
    conn: &mut SqliteConnection,
    platform: &PlatformId,
    instance: &str,
) -> Result<Vec<OauthClient>, StoreError> {
    let name = platform.as_str();
    sqlx::query_as!(
        Row,
        "SELECT client_id, redirects, scopes, wrapped, version, sealed FROM oauth_client
         WHERE platform = ?1 AND instance = ?2 ORDER BY created_at DESC, client_id",
        name,
        instance
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(|row| row.read(platform, instance))
    .collect()
}

/// Drops a client the server no longer knows.
pub async fn delete(
    conn: &mut SqliteConnection,
    platform: &PlatformId,
    instance: &str,
    client_id: &str,
) -> Result<(), StoreError> {
    let platform = platform.as_str();
    sqlx::query!(
        "DELETE FROM oauth_client WHERE platform = ?1 AND instance = ?2 AND client_id = ?3",
        platform,
        instance,
        client_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Drops the clients of a server that no account was linked through, but for `keep`.
pub async fn prune(
    conn: &mut SqliteConnection,
    platform: &PlatformId,
    instance: &str,
    keep: &str,
) -> Result<(), StoreError> {
    let platform = platform.as_str();
    sqlx::query!(
        "DELETE FROM oauth_client WHERE platform = ?1 AND instance = ?2 AND client_id <> ?3 AND client_id NOT IN
             (SELECT client FROM account WHERE platform = ?1 AND instance = ?2 AND state <> 'unlinked')",
        platform,
        instance,
        keep
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    fn client(id: &str, port: u16) -> OauthClient {
        OauthClient {
            platform: PlatformId::parse("mastodon").unwrap(),
            instance: "https://example.social".to_owned(),
            client_id: id.to_owned(),
            redirects: vec![format!("http://127.0.0.1:{port}/x")],
            scopes: vec!["write".to_owned()],
            wrapped: vec![1],
            version: 1,
            sealed: vec![2, 3],
        }
    }

    #[tokio::test]
    async fn clients_are_kept_by_server_and_dropped_when_nothing_names_them() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("postroom.db")).await.unwrap();
        let (first, second) = (client("one", 1), client("two", 2));
        let (platform, instance) = (&first.platform, first.instance.as_str());
        let mut tx = store.begin().await.unwrap();
        upsert(&mut tx, &first, UtcMs::from_millis(1)).await.unwrap();
        upsert(&mut tx, &first, UtcMs::from_millis(1)).await.unwrap();
        upsert(&mut tx, &second, UtcMs::from_millis(2)).await.unwrap();
        assert_eq!(of(&mut tx, platform, instance).await.unwrap(), [second.clone(), first.clone()], "the newest first");
        assert_eq!(find(&mut tx, platform, "https://other.social", "one").await.unwrap(), None);
        sqlx::raw_sql(
            "INSERT INTO account (id, platform, instance, remote_id, handle, method, endpoints, state, linked_at,
                 updated_at, client)
             VALUES (zeroblob(16), 'mastodon', 'https://example.social', '1', 'a', 'oauth', '{}', 'healthy', 0, 0, 'one')",
        )
        .execute(&mut *tx)
        .await
        .unwrap();
        upsert(&mut tx, &client("three", 3), UtcMs::from_millis(3)).await.unwrap();
        prune(&mut tx, platform, instance, "three").await.unwrap();
        let left: Vec<_> =
            of(&mut tx, platform, instance).await.unwrap().into_iter().map(|kept| kept.client_id).collect();
        assert_eq!(left, ["three", "one"], "the newest, and the one an account was linked through");
        delete(&mut tx, platform, instance, "three").await.unwrap();
        assert_eq!(find(&mut tx, platform, instance, "three").await.unwrap(), None);
    }
}
