//! What was written.

use domain::{
    AccountId, PostId, PublicationId, UtcMs,
    post::{Content, Variant},
    schedule::Schedule,
};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    error::{from_json, to_json, whole},
};

/// A post. Without publications it is a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Our id.
    pub id: PostId,
    /// Text and media common to all accounts.
    pub content: Content,
    /// What single accounts get instead.
    pub variants: Vec<Variant>,
    /// Accounts chosen.
    pub accounts: Vec<AccountId>,
    /// The time chosen; `None` for a draft.
    pub schedule: Option<Schedule>,
    /// The publication it goes out as: one that failed and is mended in this draft; `None` for a post of its own.
    pub mends: Option<PublicationId>,
    /// When it was begun.
    pub created_at: UtcMs,
    /// When it was last changed.
    pub updated_at: UtcMs,
}

struct Row {
    id: Vec<u8>,
    content: String,
    variants: String,
    accounts: String,
    at: Option<i64>,
    wall: String,
    zone: String,
    mends: Option<Vec<u8>>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Post {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let (wall, zone) = (row.wall, row.zone);
        Ok(Self {
            id: whole(PostId::from_bytes(&row.id), "post")?,
            content: from_json(&row.content, "post")?,
            variants: from_json(&row.variants, "post")?,
            accounts: from_json(&row.accounts, "post")?,
            schedule: row.at.map(|at| Schedule { at: UtcMs::from_millis(at), wall, zone }),
            mends: row.mends.map(|id| whole(PublicationId::from_bytes(&id), "post")).transpose()?,
            created_at: UtcMs::from_millis(row.created_at),
            updated_at: UtcMs::from_millis(row.updated_at),
        })
    }
}

/// Inserts the post or replaces what it says; when it was begun stays.
pub async fn upsert(conn: &mut SqliteConnection, post: &Post) -> Result<(), StoreError> {
    let id = post.id.as_bytes();
    let content = to_json(&post.content, "post")?;
    let variants = to_json(&post.variants, "post")?;
    let accounts = to_json(&post.accounts, "post")?;
    let at = post.schedule.as_ref().map(|schedule| schedule.at.as_millis());
    let wall = post.schedule.as_ref().map_or("", |schedule| &schedule.wall);
    let zone = post.schedule.as_ref().map_or("", |schedule| &schedule.zone);
    let mends = post.mends.map(|id| id.as_bytes().to_vec());
    let (created, updated) = (post.created_at.as_millis(), post.updated_at.as_millis());
    sqlx::query!(
        "INSERT INTO post (id, content, variants, accounts, at, wall, zone, created_at, updated_at, mends)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET content = ?2, variants = ?3, accounts = ?4, at = ?5, wall = ?6, zone = ?7,
             updated_at = ?9",
        id,
        content,
        variants,
        accounts,
        at,
        wall,
        zone,
        created,
        updated,
        mends
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One post.
pub async fn find(conn: &mut SqliteConnection, id: PostId) -> Result<Option<Post>, StoreError> {
    let id = id.as_bytes();
    sqlx::query_as!(
        Row,
        "SELECT id, content, variants, accounts, at, wall, zone, mends, created_at, updated_at FROM post WHERE id = ?1",
        id
    )
    .fetch_optional(conn)
    .await?
    .map(Post::try_from)
    .transpose()
}

/// Drafts (posts without a time), the last changed first.
pub async fn drafts(conn: &mut SqliteConnection, limit: i64) -> Result<Vec<Post>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT id, content, variants, accounts, at, wall, zone, mends, created_at, updated_at FROM post
         WHERE at IS NULL ORDER BY updated_at DESC, id DESC LIMIT ?1",
        limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Post::try_from)
    .collect()
}

/// Posts due in `[from, to)`, and with a publication in `state` when one is given; the first due first.
pub async fn due_between(
    conn: &mut SqliteConnection,
    state: Option<&str>,
    from: UtcMs,
    to: UtcMs,
    limit: i64,
) -> Result<Vec<Post>, StoreError> {
    let (from, to) = (from.as_millis(), to.as_millis());
    sqlx::query_as!(
        Row,
        "SELECT id, content, variants, accounts, at, wall, zone, mends, created_at, updated_at FROM post
         WHERE at >= ?1 AND at < ?2
           AND (?3 IS NULL OR EXISTS (SELECT 1 FROM publication WHERE publication.post = post.id AND state = ?3))
         ORDER BY at, id LIMIT ?4",
        from,
        to,
        state,
        limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Post::try_from)
    .collect()
}

/// Records another time.
pub async fn set_schedule(conn: &mut SqliteConnection, id: PostId, schedule: &Schedule) -> Result<(), StoreError> {
    let (id, at) = (id.as_bytes(), schedule.at.as_millis());
    sqlx::query!("UPDATE post SET at = ?2, wall = ?3, zone = ?4 WHERE id = ?1", id, at, schedule.wall, schedule.zone)
        .execute(conn)
        .await?;
    Ok(())
}

/// The draft that mends a publication; `None` where there is none.
pub async fn mending(conn: &mut SqliteConnection, publication: PublicationId) -> Result<Option<Post>, StoreError> {
    let publication = publication.as_bytes();
    sqlx::query_as!(
        Row,
        "SELECT id, content, variants, accounts, at, wall, zone, mends, created_at, updated_at FROM post
         WHERE mends = ?1 AND at IS NULL ORDER BY updated_at DESC LIMIT 1",
        publication
    )
    .fetch_optional(conn)
    .await?
    .map(Post::try_from)
    .transpose()
}

/// Removes a post with its publications and their journals.
pub async fn delete(conn: &mut SqliteConnection, id: PostId) -> Result<(), StoreError> {
    let id = id.as_bytes();
    sqlx::query!("DELETE FROM post WHERE id = ?1", id).execute(conn).await?;
    Ok(())
}
