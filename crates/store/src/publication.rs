//! One post to one account, and where it stands.

mod stopped;

use std::collections::BTreeMap;

use domain::{AccountId, EffectClass, HeldReason, PostId, PublicationId, PublicationState, UtcMs, schedule::Schedule};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    error::{from_json, to_json, whole},
};

pub use stopped::{set_mended, stopped};

/// A publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Our id.
    pub id: PublicationId,
    /// The post.
    pub post: PostId,
    /// The account.
    pub account: AccountId,
    /// Where it stands, and why.
    pub status: Status,
    /// First line of the text.
    pub title: String,
    /// How doubt is settled.
    pub class: EffectClass,
    /// The time chosen.
    pub schedule: Schedule,
    /// BCP 47 language tag; empty when unknown.
    pub language: String,
    /// The platform's option fields.
    pub options: BTreeMap<String, String>,
    /// Link of the published post; empty until there is one.
    pub url: String,
    /// When it was seen published.
    pub published_at: Option<UtcMs>,
    /// When it last got other words after that.
    pub edited_at: Option<UtcMs>,
    /// When the last of it was removed from the platform at its owner's wish; it is never published again.
    pub deleted_at: Option<UtcMs>,
}

/// Where a publication stands: everything that changes while it is being published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The state.
    pub state: PublicationState,
    /// Why it is held; `None` unless held.
    pub held: Option<HeldReason>,
    /// One sentence for its owner.
    pub reason: String,
    /// Code of the last trouble; empty when there was none.
    pub cause: String,
    /// What the platform said last, redacted.
    pub raw: String,
    /// When the next try or look is due.
    pub next_at: Option<UtcMs>,
    /// Tries that count against the retry budget.
    pub attempts: i64,
    /// What is being done now, in words.
    pub step: String,
}

impl Status {
    /// A status with nothing to report yet.
    #[must_use]
    pub const fn new(state: PublicationState, next_at: Option<UtcMs>) -> Self {
        Self {
            state,
            held: None,
            reason: String::new(),
            cause: String::new(),
            raw: String::new(),
            next_at,
            attempts: 0,
            step: String::new(),
        }
    }
}

struct Row {
    id: Vec<u8>,
    post: Vec<u8>,
    account: Vec<u8>,
    state: String,
    held: String,
    reason: String,
    cause: String,
    raw: String,
    title: String,
    class: String,
    at: i64,
    wall: String,
    zone: String,
    next_at: Option<i64>,
    attempts: i64,
    step: String,
    language: String,
    options: String,
    url: String,
    published_at: Option<i64>,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
}

impl TryFrom<Row> for Publication {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const T: &str = "publication";
        Ok(Self {
            id: whole(PublicationId::from_bytes(&row.id), T)?,
            post: whole(PostId::from_bytes(&row.post), T)?,
            account: whole(AccountId::from_bytes(&row.account), T)?,
            status: Status {
                state: whole(PublicationState::parse(&row.state), T)?,
                held: HeldReason::parse(&row.held),
                reason: row.reason,
                cause: row.cause,
                raw: row.raw,
                next_at: row.next_at.map(UtcMs::from_millis),
                attempts: row.attempts,
                step: row.step,
            },
            title: row.title,
            class: whole(EffectClass::parse(&row.class), T)?,
            schedule: Schedule { at: UtcMs::from_millis(row.at), wall: row.wall, zone: row.zone },
            language: row.language,
            options: from_json(&row.options, T)?,
            url: row.url,
            published_at: row.published_at.map(UtcMs::from_millis),
            edited_at: row.edited_at.map(UtcMs::from_millis),
            deleted_at: row.deleted_at.map(UtcMs::from_millis),
        })
    }
}

/// Inserts a publication, or starts the one of the same post and account over; the id of whichever it is.
pub async fn upsert(
    conn: &mut SqliteConnection,
    publication: &Publication,
    now: UtcMs,
) -> Result<PublicationId, StoreError> {
    let (id, post, account) = (publication.id.as_bytes(), publication.post.as_bytes(), publication.account.as_bytes());
    let (status, now) = (&publication.status, now.as_millis());
    let (state, held) = (status.state.as_str(), status.held.map_or("", HeldReason::as_str));
    let (class, at) = (publication.class.as_str(), publication.schedule.at.as_millis());
    let next_at = status.next_at.map(UtcMs::as_millis);
    let options = to_json(&publication.options, "publication")?;
    let row = sqlx::query!(
        "INSERT INTO publication (id, post, account, state, held, reason, title, class, at, wall, zone, next_at,
             language, options, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15)
         ON CONFLICT (post, account) DO UPDATE SET state = ?4, held = ?5, reason = ?6, cause = '', raw = '', title = ?7,
             class = ?8, at = ?9, wall = ?10, zone = ?11, next_at = ?12, attempts = 0, step = '', language = ?13,
             options = ?14, slot_at = NULL, updated_at = ?15
         RETURNING id",
        id,
        post,
        account,
        state,
        held,
        status.reason,
        publication.title,
        class,
        at,
        publication.schedule.wall,
        publication.schedule.zone,
        next_at,
        publication.language,
        options,
        now
    )
    .fetch_one(conn)
    .await?;
    whole(PublicationId::from_bytes(&row.id), "publication")
}

/// One publication.
pub async fn find(conn: &mut SqliteConnection, id: PublicationId) -> Result<Option<Publication>, StoreError> {
    let id = id.as_bytes();
    sqlx::query_as!(
        Row,
        "SELECT id, post, account, state, held, reason, cause, raw, title, class, at, wall, zone, next_at, attempts,
             step, language, options, url, published_at, edited_at, deleted_at FROM publication WHERE id = ?1",
        id
    )
    .fetch_optional(conn)
    .await?
    .map(Publication::try_from)
    .transpose()
}

/// The publications of a post.
pub async fn of_post(conn: &mut SqliteConnection, post: PostId) -> Result<Vec<Publication>, StoreError> {
    let post = post.as_bytes();
    sqlx::query_as!(
        Row,
        "SELECT id, post, account, state, held, reason, cause, raw, title, class, at, wall, zone, next_at, attempts,
             step, language, options, url, published_at, edited_at, deleted_at FROM publication WHERE post = ?1 ORDER BY id",
        post
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Publication::try_from)
    .collect()
}

/// Publications of an account that still ask for something.
pub async fn unsettled_of_account(
    conn: &mut SqliteConnection,
    account: AccountId,
) -> Result<Vec<Publication>, StoreError> {
    let account = account.as_bytes();
    sqlx::query_as!(
        Row,
        "SELECT id, post, account, state, held, reason, cause, raw, title, class, at, wall, zone, next_at, attempts,
             step, language, options, url, published_at, edited_at, deleted_at FROM publication
         WHERE account = ?1 AND state IN ('scheduled', 'publishing', 'retrying', 'held', 'unconfirmed', 'needs_decision')
         ORDER BY at, id",
        account
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Publication::try_from)
    .collect()
}

/// Publications that were to go out before an instant and may not have begun, the earliest first.
pub async fn unsent_before(
    conn: &mut SqliteConnection,
    before: UtcMs,
    limit: i64,
) -> Result<Vec<Publication>, StoreError> {
    let before = before.as_millis();
    sqlx::query_as!(
        Row,
        "SELECT id, post, account, state, held, reason, cause, raw, title, class, at, wall, zone, next_at, attempts,
             step, language, options, url, published_at, edited_at, deleted_at FROM publication
         WHERE state IN ('scheduled', 'retrying') AND at < ?1 ORDER BY at, id LIMIT ?2",
        before,
        limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Publication::try_from)
    .collect()
}

/// Publications that wait for a time of their own, in the order of their ids after `after`: for going through all of
/// them in pieces.
pub async fn waiting_after(
    conn: &mut SqliteConnection,
    after: Option<PublicationId>,
    limit: i64,
) -> Result<Vec<Publication>, StoreError> {
    let after = after.as_ref().map(PublicationId::as_bytes).unwrap_or_default();
    // By the id, and not by the state: each piece would gather and order all that wait.
    sqlx::query_as!(
        Row,
        "SELECT id, post, account, state, held, reason, cause, raw, title, class, at, wall, zone, next_at, attempts,
             step, language, options, url, published_at, edited_at, deleted_at FROM publication
         WHERE +state IN ('scheduled', 'held') AND id > ?1 ORDER BY id LIMIT ?2",
        after,
        limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Publication::try_from)
    .collect()
}

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// States; empty for all.
    pub states: Vec<PublicationState>,
    /// Words to find in the text or the handle; empty for all.
    pub search: String,
    /// At most this many.
    pub limit: i64,
}

/// Publications by the filter. Open ones come first due first, settled ones last published first.
pub async fn list(conn: &mut SqliteConnection, filter: &Filter) -> Result<Vec<Publication>, StoreError> {
    let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
    let states = if states.is_empty() { String::new() } else { format!(",{},", states.join(",")) };
    let pattern = like_pattern(&filter.search);
    sqlx::query_as!(
        Row,
        r"SELECT id, post, account, state, held, reason, cause, raw, title, class, at, wall, zone, next_at, attempts,
             step, language, options, url, published_at, edited_at, deleted_at FROM publication
         WHERE (?1 = '' OR instr(?1, ',' || state || ',') > 0)
           AND (?2 = '' OR title LIKE ?2 ESCAPE '\'
                OR EXISTS (SELECT 1 FROM account WHERE account.id = publication.account AND handle LIKE ?2 ESCAPE '\')
                OR EXISTS (SELECT 1 FROM part WHERE part.publication = publication.id AND content LIKE ?2 ESCAPE '\'))
         ORDER BY state IN ('published', 'failed', 'cancelled'),
                  CASE WHEN state IN ('published', 'failed', 'cancelled') THEN -updated_at ELSE at END, id
         LIMIT ?3",
        states,
        pattern,
        filter.limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Publication::try_from)
    .collect()
}

fn like_pattern(search: &str) -> String {
    if search.is_empty() {
        return String::new();
    }
    let escaped = search.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{escaped}%")
}

/// Publications by state.
pub async fn counts(conn: &mut SqliteConnection) -> Result<BTreeMap<String, i64>, StoreError> {
    let rows =
        sqlx::query!(r#"SELECT state, count(*) AS "n: i64" FROM publication GROUP BY state"#).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.state, row.n)).collect())
}

/// Whether the same title goes to the same account within `window_ms` of `at`, in another post.
pub async fn similar_nearby(
    conn: &mut SqliteConnection,
    account: AccountId,
    but: PostId,
    title: &str,
    at: UtcMs,
    window_ms: i64,
) -> Result<bool, StoreError> {
    let (account, but) = (account.as_bytes(), but.as_bytes());
    let (from, to) = (at.plus_ms(-window_ms).as_millis(), at.plus_ms(window_ms).as_millis());
    // Every state but `cancelled`, each by name: only so the index leads to the times.
    let row = sqlx::query!(
        r#"SELECT count(*) AS "n: i64" FROM publication
           WHERE account = ?1 AND post <> ?2 AND title = ?3 AND at BETWEEN ?4 AND ?5
             AND state IN ('scheduled', 'publishing', 'retrying', 'held', 'unconfirmed', 'needs_decision', 'published',
                           'failed')"#,
        account,
        but,
        title,
        from,
        to
    )
    .fetch_one(conn)
    .await?;
    Ok(row.n > 0)
}

/// Moves the next try or look of every publication `by_ms` earlier.
pub async fn pull_forward(conn: &mut SqliteConnection, by_ms: i64, now: UtcMs) -> Result<(), StoreError> {
    let now = now.as_millis();
    sqlx::query!(
        "UPDATE publication SET next_at = next_at - ?1, updated_at = ?2
         WHERE state IN ('retrying', 'unconfirmed', 'publishing', 'held') AND next_at IS NOT NULL",
        by_ms,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records where a publication stands.
pub async fn set_status(
    conn: &mut SqliteConnection,
    id: PublicationId,
    status: &Status,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (id, now) = (id.as_bytes(), now.as_millis());
    let (state, held) = (status.state.as_str(), status.held.map_or("", HeldReason::as_str));
    let next_at = status.next_at.map(UtcMs::as_millis);
    sqlx::query!(
        "UPDATE publication SET state = ?2, held = ?3, reason = ?4, cause = ?5, raw = ?6, next_at = ?7, attempts = ?8,
             step = ?9, slot_at = CASE WHEN ?2 = 'cancelled' THEN NULL ELSE slot_at END, updated_at = ?10 WHERE id = ?1",
        id,
        state,
        held,
        status.reason,
        status.cause,
        status.raw,
        next_at,
        status.attempts,
        status.step,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records the link and the time of the published post.
pub async fn set_published(
    conn: &mut SqliteConnection,
    id: PublicationId,
    url: &str,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (id, now) = (id.as_bytes(), now.as_millis());
    sqlx::query!("UPDATE publication SET url = ?2, published_at = ?3, updated_at = ?3 WHERE id = ?1", id, url, now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Records what goes out with all its parts since an edit.
pub async fn set_edited(
    conn: &mut SqliteConnection,
    id: PublicationId,
    (title, language): (&str, &str),
    options: &BTreeMap<String, String>,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (id, now) = (id.as_bytes(), now.as_millis());
    let options = to_json(options, "publication")?;
    sqlx::query!(
        "UPDATE publication SET title = ?2, language = ?3, options = ?4, edited_at = ?5, updated_at = ?5 WHERE id = ?1",
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

/// Records that nothing of it is live any more.
pub async fn set_deleted(conn: &mut SqliteConnection, id: PublicationId, now: UtcMs) -> Result<(), StoreError> {
    let (id, now) = (id.as_bytes(), now.as_millis());
    sqlx::query!("UPDATE publication SET deleted_at = ?2, updated_at = ?2 WHERE id = ?1", id, now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Records another time; a slot it had is free again.
pub async fn set_schedule(
    conn: &mut SqliteConnection,
    id: PublicationId,
    schedule: &Schedule,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (id, at, now) = (id.as_bytes(), schedule.at.as_millis(), now.as_millis());
    sqlx::query!(
        "UPDATE publication SET at = ?2, wall = ?3, zone = ?4, next_at = ?2, slot_at = NULL, updated_at = ?5 WHERE id = ?1",
        id,
        at,
        schedule.wall,
        schedule.zone,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a publication that never had an effect; the caller has checked that.
pub async fn delete(conn: &mut SqliteConnection, id: PublicationId) -> Result<(), StoreError> {
    let id = id.as_bytes();
    sqlx::query!("DELETE FROM publication WHERE id = ?1", id).execute(conn).await?;
    Ok(())
}
