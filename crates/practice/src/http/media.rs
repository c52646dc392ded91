//! Pictures: upload, and the exact bytes back.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::app::Shared;
use crate::digest::sha256_hex;
use crate::engine::Caller;
use crate::folder::write_synced;
use crate::model::Picture;
use crate::refusal::{Code, Refusal};

/// Stores a picture: bytes first, then the journal, then the answer.
pub async fn upload(
    State(app): State<Shared>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    caller.may_write()?;
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let picture = Picture::recognise(named, &body).ok_or(Code::UnsupportedMediaType)?;
    let size = body.len() as u64;
    let dir = app.media_dir.clone();
    let stored = tokio::task::spawn_blocking(move || {
        let sha256 = sha256_hex(&body);
        let path = dir.join(&sha256);
        if std::fs::metadata(&path).is_ok_and(|found| found.len() == body.len() as u64) {
            return Ok(sha256);
        }
        write_synced(&path, &body).map(|()| sha256)
    });
    let sha256 = stored.await.map_err(|_| Code::Unavailable)?.map_err(|_| Code::Unavailable)?;
    let media = app.act(move |engine| engine.store_media(&caller.account.id, &sha256, size, picture)).await?;
    let answer = json!({
        "id": media.id,
        "sha256": media.sha256,
        "bytes": media.bytes,
        "content_type": media.picture,
        "url": format!("{}/media/{}", app.base, media.id),
    });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// A picture's bytes.
pub async fn show(State(app): State<Shared>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let media = app.act(move |engine| Ok(engine.world.media.get(&id).ok_or(Code::NotFound)?.clone())).await?;
    let bytes = tokio::fs::read(app.media_dir.join(&media.sha256)).await.map_err(|_| Code::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, media.picture.content_type()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    Ok((headers, bytes).into_response())
}
