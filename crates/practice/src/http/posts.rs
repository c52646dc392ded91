//! `/api/me`, `/api/me/posts`, `/api/posts`.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::answer::{from_json, unique_pairs};
use super::reply::ReplySlot;
use super::wire::{PostBody, PostView};
use crate::app::{App, Shared};
use crate::clock::Stamp;
use crate::engine::{Caller, PostInput};
use crate::model::Kind;
use crate::refusal::{Code, Refusal};

/// Who the caller is.
pub async fn me(State(app): State<Shared>, Extension(caller): Extension<Caller>) -> Json<Value> {
    let account = caller.account;
    Json(json!({
        "id": account.id,
        "name": account.name,
        "kind": account.kind,
        "scopes": caller.scopes,
        "url": format!("{}/timeline?account={}", app.base, account.id),
        "created_at": account.created_at,
    }))
}

/// Counts a call that publishes; 429 where the window is full.
pub fn count_call(app: &App, caller: &Caller) -> Result<(), Refusal> {
    let counted = app.rates().count(&caller.account.id, &app.limits, Stamp::now());
    counted.map_err(|standing| Refusal::retry_after(Code::RateLimited, standing.reset_s.max(1)))
}

/// Publishes a post of kind a, r, c or d.
pub async fn create(
    State(app): State<Shared>,
    Extension(caller): Extension<Caller>,
    reply: ReplySlot,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    caller.may_write()?;
    let kind = caller.account.kind;
    if kind == Kind::B {
        return Err(Code::UseContainers.into());
    }
    count_call(&app, &caller)?;
    let key = if kind == Kind::A { key_of(&headers)? } else { None };
    let input: PostInput = from_json::<PostBody>(&headers, &body)?.into();
    let base = app.base.clone();
    let (view, repeated) = app
        .act(move |engine| {
            let outcome = engine.post(&caller, input, key, reply.sent)?;
            reply.accepted(outcome.seq);
            if outcome.repeated && kind == Kind::R {
                let first = PostView::new(&engine.world, &base, &outcome.post, false);
                return Err(Refusal::with_post(Code::Repeated, json!(first)));
            }
            Ok((PostView::new(&engine.world, &base, &outcome.post, outcome.repeated), outcome.repeated))
        })
        .await?;
    Ok(match kind {
        Kind::D => (StatusCode::ACCEPTED, Json(json!({"accepted": true}))).into_response(),
        _ if repeated => Json(view).into_response(),
        _ => (StatusCode::CREATED, Json(view)).into_response(),
    })
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let key = key.as_bytes();
    let fits = (1..=200).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic) && keys.next().is_none();
    if fits { Ok(Some(String::from_utf8_lossy(key).into_owned())) } else { Err(Code::KeyInvalid.into()) }
}

/// The post a key made.
pub async fn by_key(
    State(app): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(key): Path<String>,
) -> Result<Json<PostView>, Refusal> {
    caller.may_write()?;
    if caller.account.kind != Kind::A {
        return Err(Code::KeyNotSupported.into());
    }
    let base = app.base.clone();
    app.act(move |engine| {
        let post = engine.by_key(&caller, &key).ok_or(Code::PostUnknown)?;
        Ok(Json(PostView::new(&engine.world, &base, post, false)))
    })
    .await
}

/// The caller's own posts, newest first.
pub async fn read_back(
    State(app): State<Shared>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    caller.may_read()?;
    let pairs = unique_pairs(query.unwrap_or_default().as_bytes()).ok_or(Code::InvalidQuery)?;
    let limit = pairs.get("limit").map_or(Ok(50), |limit| limit.parse()).map_err(|_| Code::InvalidQuery)?;
    if !(1..=200).contains(&limit) {
        return Err(Code::InvalidQuery.into());
    }
    let base = app.base.clone();
    app.act(move |engine| {
        let posts = engine.own_posts(&caller, limit);
        let views: Vec<_> = posts.iter().map(|post| PostView::new(&engine.world, &base, post, false)).collect();
        Ok(Json(json!({"posts": views})))
    })
    .await
}

/// Deletes one of the caller's posts.
pub async fn remove(
    State(app): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    caller.may_write()?;
    app.act(move |engine| engine.delete(&caller, &id)).await?;
    Ok(Json(json!({"deleted": true})))
}
