//! The journal of calls that change what others can see. The unique key is what makes "never twice" a
//! property of the file: one row per publication, part, kind and ordinal, ever.

use domain::{EffectClass, EffectId, EffectKind, EffectState, PublicationId, UtcMs};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// One effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Our id.
    pub id: EffectId,
    /// Its publication.
    pub publication: PublicationId,
    /// Its part, from 0.
    pub part: i64,
    /// What it does.
    pub kind: EffectKind,
    /// 0 for publishing; for a change of what is live, which of its publication's changes it belongs to, from 1.
    pub ordinal: i64,
    /// How doubt is settled.
    pub class: EffectClass,
    /// Where it stands.
    pub state: EffectState,
    /// When it was first planned; part of its payload.
    pub seed_at: UtcMs,
    /// Random bits of its key.
    pub seed_random: i64,
    /// Chosen id or key; empty where the platform takes none.
    pub key: String,
    /// Exactly what is sent: JSON text; empty before the first intent.
    pub request: String,
    /// SHA-256 of `request`, lower-case hexadecimal.
    pub fingerprint: String,
    /// Calls made.
    pub attempts: i64,
    /// When the first call was about to be made.
    pub first_sent_at: Option<UtcMs>,
    /// When our side stopped waiting for the last call; `None` while it may still be under way.
    pub gave_up_at: Option<UtcMs>,
    /// The platform's id of what came of it.
    pub remote_id: String,
    /// Its link.
    pub url: String,
}

impl Effect {
    /// One that was never sent, with nothing random in its seed.
    #[must_use]
    pub const fn unsent(
        id: EffectId,
        publication: PublicationId,
        part: i64,
        kind: EffectKind,
        ordinal: i64,
        class: EffectClass,
        seed_at: UtcMs,
    ) -> Self {
        Self {
            id,
            publication,
            part,
            kind,
            ordinal,
            class,
            state: EffectState::Ready,
            seed_at,
            seed_random: 0,
            key: String::new(),
            request: String::new(),
            fingerprint: String::new(),
            attempts: 0,
            first_sent_at: None,
            gave_up_at: None,
            remote_id: String::new(),
            url: String::new(),
        }
    }
}

struct Row {
    id: Vec<u8>,
    publication: Vec<u8>,
    part: i64,
    kind: String,
    ordinal: i64,
    class: String,
    state: String,
    seed_at: i64,
    seed_random: i64,
    key: String,
    request: String,
    fingerprint: String,
    attempts: i64,
    first_sent_at: Option<i64>,
    gave_up_at: Option<i64>,
    remote_id: String,
    url: String,
}

impl TryFrom<Row> for Effect {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const T: &str = "effect";
        Ok(Self {
            id: whole(EffectId::from_bytes(&row.id), T)?,
            publication: whole(PublicationId::from_bytes(&row.publication), T)?,
            part: row.part,
            kind: whole(EffectKind::parse(&row.kind), T)?,
            ordinal: row.ordinal,
            class: whole(EffectClass::parse(&row.class), T)?,
            state: whole(EffectState::parse(&row.state), T)?,
            seed_at: UtcMs::from_millis(row.seed_at),
            seed_random: row.seed_random,
            key: row.key,
            request: row.request,
            fingerprint: row.fingerprint,
            attempts: row.attempts,
            first_sent_at: row.first_sent_at.map(UtcMs::from_millis),
            gave_up_at: row.gave_up_at.map(UtcMs::from_millis),
            remote_id: row.remote_id,
            url: row.url,
        })
    }
}

/// Writes the effect: a new row, or everything that may change about the one with the same natural key.
/// The seed of an existing row stays.
pub async fn put(conn: &mut SqliteConnection, effect: &Effect, now: UtcMs) -> Result<(), StoreError> {
    let (id, publication, now) = (effect.id.as_bytes(), effect.publication.as_bytes(), now.as_millis());
    let (kind, class, state) = (effect.kind.as_str(), effect.class.as_str(), effect.state.as_str());
    let seed_at = effect.seed_at.as_millis();
    let first = effect.first_sent_at.map(UtcMs::as_millis);
    let gave_up = effect.gave_up_at.map(UtcMs::as_millis);
    sqlx::query!(
        "INSERT INTO effect (id, publication, part, kind, class, state, seed_at, seed_random, key, request, fingerprint,
             attempts, first_sent_at, gave_up_at, remote_id, url, created_at, updated_at, ordinal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?17, ?18)
         ON CONFLICT (publication, part, kind, ordinal) DO UPDATE SET class = ?5, state = ?6, key = ?9, request = ?10,
             fingerprint = ?11, attempts = ?12, first_sent_at = ?13, gave_up_at = ?14, remote_id = ?15, url = ?16,
             updated_at = ?17",
        id,
        publication,
        effect.part,
        kind,
        class,
        state,
        seed_at,
        effect.seed_random,
        effect.key,
        effect.request,
        effect.fingerprint,
        effect.attempts,
        first,
        gave_up,
        effect.remote_id,
        effect.url,
        now,
        effect.ordinal
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The effects of a publication, by part.
pub async fn of(conn: &mut SqliteConnection, publication: PublicationId) -> Result<Vec<Effect>, StoreError> {
    let publication = publication.as_bytes();
    sqlx::query_as!(
        Row,
        "SELECT id, publication, part, kind, ordinal, class, state, seed_at, seed_random, key, request, fingerprint,
             attempts, first_sent_at, gave_up_at, remote_id, url FROM effect WHERE publication = ?1
         ORDER BY ordinal, part, id",
        publication
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Effect::try_from)
    .collect()
}

/// Removes effects of a publication none of which was ever sent; `false` (and nothing done) otherwise.
pub async fn forget_unsent(conn: &mut SqliteConnection, publication: PublicationId) -> Result<bool, StoreError> {
    let effects = of(&mut *conn, publication).await?;
    if effects.iter().any(|effect| effect.attempts > 0) {
        return Ok(false);
    }
    let publication = publication.as_bytes();
    sqlx::query!("DELETE FROM effect WHERE publication = ?1", publication).execute(conn).await?;
    Ok(true)
}

/// Removes what was planned and never sent of the parts of a publication from one on.
pub async fn forget_planned(
    conn: &mut SqliteConnection,
    publication: PublicationId,
    first: i64,
) -> Result<(), StoreError> {
    let publication = publication.as_bytes();
    sqlx::query!(
        "DELETE FROM effect WHERE publication = ?1 AND part >= ?2 AND kind = 'publish' AND attempts = 0",
        publication,
        first
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks every open effect whose end was never seen as given up now: whoever sent it is gone.
pub async fn give_up_open(conn: &mut SqliteConnection, now: UtcMs) -> Result<u64, StoreError> {
    let now = now.as_millis();
    let done = sqlx::query!(
        "UPDATE effect SET gave_up_at = ?1, updated_at = ?1 WHERE state = 'open' AND gave_up_at IS NULL",
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
