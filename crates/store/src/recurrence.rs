//! Series: what comes again, by which rule, and what was made of each time it came.

use domain::{
    AccountId, PostId, SeriesId, UtcMs,
    post::{Content, Variant},
};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    error::{from_json, to_json, whole},
};

/// A post that comes again.
#[derive(Debug, Clone, PartialEq)]
pub struct Recurrence {
    /// Our id.
    pub id: SeriesId,
    /// Text and media common to all accounts.
    pub content: Content,
    /// What single accounts get instead.
    pub variants: Vec<Variant>,
    /// Accounts it goes to.
    pub accounts: Vec<AccountId>,
    /// The rule, as `domain::recurrence::Rule` writes it.
    pub rule: String,
    /// The wall time the rule counts from.
    pub wall: String,
    /// IANA zone of that.
    pub zone: String,
    /// When its owner ended it; nothing comes at or after that.
    pub until: Option<UtcMs>,
    /// Posts were made of every time before this.
    pub made_until: UtcMs,
    /// When it was begun.
    pub created_at: UtcMs,
    /// When it was last changed.
    pub updated_at: UtcMs,
}

/// One time it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The wall time the rule gave.
    pub wall: String,
    /// What was made of it; `None` once that was deleted.
    pub post: Option<PostId>,
}

struct Row {
    id: Vec<u8>,
    content: String,
    variants: String,
    accounts: String,
    rule: String,
    wall: String,
    zone: String,
    until: Option<i64>,
    made_until: i64,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Recurrence {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const T: &str = "recurrence";
        Ok(Self {
            id: whole(SeriesId::from_bytes(&row.id), T)?,
            content: from_json(&row.content, T)?,
            variants: from_json(&row.variants, T)?,
            accounts: from_json(&row.accounts, T)?,
            rule: row.rule,
            wall: row.wall,
            zone: row.zone,
            until: row.until.map(UtcMs::from_millis),
            made_until: UtcMs::from_millis(row.made_until),
            created_at: UtcMs::from_millis(row.created_at),
            updated_at: UtcMs::from_millis(row.updated_at),
        })
    }
}

/// Inserts a series or replaces what it says; when it was begun stays.
pub async fn upsert(conn: &mut SqliteConnection, series: &Recurrence) -> Result<(), StoreError> {
    const T: &str = "recurrence";
    let id = series.id.as_bytes();
    let (content, variants) = (to_json(&series.content, T)?, to_json(&series.variants, T)?);
    let accounts = to_json(&series.accounts, T)?;
    let state = if series.until.is_some() { "ended" } else { "active" };
    let (until, made_until) = (series.until.map(UtcMs::as_millis), series.made_until.as_millis());
    let (created, updated) = (series.created_at.as_millis(), series.updated_at.as_millis());
    sqlx::query!(
        "INSERT INTO recurrence (id, content, variants, accounts, rule, wall, zone, until, state, made_until, created_at,
             updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (id) DO UPDATE SET content = ?2, variants = ?3, accounts = ?4, rule = ?5, wall = ?6, zone = ?7,
             until = ?8, state = ?9, made_until = ?10, updated_at = ?12",
        id,
        content,
        variants,
        accounts,
        series.rule,
        series.wall,
        series.zone,
        until,
        state,
        made_until,
        created,
        updated
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One series.
pub async fn find(conn: &mut SqliteConnection, id: SeriesId) -> Result<Option<Recurrence>, StoreError> {
    let id = id.as_bytes();
    sqlx::query_as!(
        Row,
        "SELECT id, content, variants, accounts, rule, wall, zone, until, made_until, created_at, updated_at
         FROM recurrence WHERE id = ?1",
        id
    )
    .fetch_optional(conn)
    .await?
    .map(Recurrence::try_from)
    .transpose()
}

/// Series, those that go on first, the newest first; `all` for those that ended too.
pub async fn list(conn: &mut SqliteConnection, all: bool, limit: i64) -> Result<Vec<Recurrence>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT id, content, variants, accounts, rule, wall, zone, until, made_until, created_at, updated_at
         FROM recurrence WHERE ?1 OR state = 'active' ORDER BY state, id DESC LIMIT ?2",
        all,
        limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Recurrence::try_from)
    .collect()
}

/// Takes a time for a post that is about to be made of it; `false` where one was made already.
pub async fn claim(
    conn: &mut SqliteConnection,
    series: SeriesId,
    wall: &str,
    post: PostId,
    now: UtcMs,
) -> Result<bool, StoreError> {
    let (series, post, now) = (series.as_bytes(), post.as_bytes(), now.as_millis());
    let done = sqlx::query!(
        "INSERT INTO occurrence (recurrence, wall, post, created_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (recurrence, wall) DO NOTHING",
        series,
        wall,
        post,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Forgets a time, so that it can come again.
pub async fn release(conn: &mut SqliteConnection, series: SeriesId, wall: &str) -> Result<(), StoreError> {
    let series = series.as_bytes();
    sqlx::query!("DELETE FROM occurrence WHERE recurrence = ?1 AND wall = ?2", series, wall).execute(conn).await?;
    Ok(())
}

/// The times from a wall time on, in order.
pub async fn occurrences(
    conn: &mut SqliteConnection,
    series: SeriesId,
    from: &str,
    limit: i64,
) -> Result<Vec<Occurrence>, StoreError> {
    let series = series.as_bytes();
    let rows = sqlx::query!(
        "SELECT wall, post FROM occurrence WHERE recurrence = ?1 AND wall >= ?2 ORDER BY wall LIMIT ?3",
        series,
        from,
        limit
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| Occurrence { wall: row.wall, post: row.post.as_deref().and_then(PostId::from_bytes) }).collect())
}

/// The series a post was made of.
pub async fn of_post(conn: &mut SqliteConnection, post: PostId) -> Result<Option<SeriesId>, StoreError> {
    let post = post.as_bytes();
    let row = sqlx::query!("SELECT recurrence FROM occurrence WHERE post = ?1", post).fetch_optional(conn).await?;
    row.map(|row| whole(SeriesId::from_bytes(&row.recurrence), "occurrence")).transpose()
}
