use super::*;

async fn open_in(folder: &tempfile::TempDir) -> Result<Store, StoreError> {
    Store::open(&folder.path().join("postroom.db")).await
}

#[tokio::test]
async fn a_new_file_is_made_synced_and_safe() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(&folder).await.unwrap();
    assert_eq!(store.sqlite_version(), "3.51.3");
    let mut tx = store.begin().await.unwrap();
    let mut pragma = async |name: &'static str| -> i64 {
        let sql = sqlx::AssertSqlSafe(format!("PRAGMA {name}"));
        sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
    };
    assert_eq!(pragma("synchronous").await, 2, "FULL");
    assert_eq!(pragma("foreign_keys").await, 1);
    assert_eq!(pragma("mmap_size").await, 0);
}

#[tokio::test]
async fn readers_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(&folder).await.unwrap();
    let mut reader = store.read().await.unwrap();
    let refused = sqlx::query("INSERT INTO setting VALUES ('a', 'b')").execute(&mut *reader).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_newer_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(&folder).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    assert!(matches!(open_in(&folder).await, Err(StoreError::Newer)));
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_not_wiped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postroom.db");
    open_in(&folder).await.unwrap().close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    for byte in &mut bytes[4096..length.min(40_960)] {
        *byte ^= 0x5a;
    }
    std::fs::write(&path, &bytes).unwrap();
    assert!(open_in(&folder).await.is_err());
    assert_eq!(std::fs::read(&path).unwrap().len(), length);
}

#[tokio::test]
async fn after_a_full_disk_it_writes_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(&folder).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    // For this connection the disk ends here.
    sqlx::query("PRAGMA max_page_count = 1").execute(&mut *tx).await.unwrap();
    let long = "word ".repeat(20_000);
    let error = crate::setting::set(&mut tx, "long", &long).await.unwrap_err();
    assert!(matches!(error, StoreError::Full(_)), "{error:?}");
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    // There is room again.
    sqlx::query("PRAGMA max_page_count = 1000000").execute(&mut *tx).await.unwrap();
    crate::setting::set(&mut tx, "long", &long).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(crate::setting::all(&mut store.read().await.unwrap()).await.unwrap()["long"], long);
}
