//! `/api/containers`: kind b.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::answer::from_json;
use super::posts::count_call;
use super::reply::ReplySlot;
use super::wire::{PostBody, PostView};
use crate::app::Shared;
use crate::engine::{Caller, Engine, PostInput};
use crate::model::{Container, Kind};
use crate::refusal::{Code, Refusal};

fn may_stage(caller: &Caller) -> Result<(), Refusal> {
    caller.may_write()?;
    if caller.account.kind == Kind::B { Ok(()) } else { Err(Code::UsePosts.into()) }
}

fn view(engine: &Engine, base: &str, container: &Container) -> Value {
    let post = container.post.as_deref().and_then(|id| engine.world.post(id));
    json!({
        "id": container.id,
        "status": if post.is_some() { "published" } else { "ready" },
        "expires_at": engine.container_expires(container),
        "post": post.map(|post| PostView::new(&engine.world, base, post, false)),
    })
}

/// Stages a post.
pub async fn create(
    State(app): State<Shared>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    may_stage(&caller)?;
    let input: PostInput = from_json::<PostBody>(&headers, &body)?.into();
    let base = app.base.clone();
    let staged = app
        .act(move |engine| {
            let container = engine.stage(&caller, input)?;
            Ok(view(engine, &base, &container))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(staged)).into_response())
}

/// A container's state.
pub async fn show(
    State(app): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    may_stage(&caller)?;
    let base = app.base.clone();
    app.act(move |engine| Ok(Json(view(engine, &base, engine.container(&caller, &id)?)))).await
}

/// Publishes a container once.
pub async fn publish(
    State(app): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    reply: ReplySlot,
) -> Result<Json<Value>, Refusal> {
    may_stage(&caller)?;
    count_call(&app, &caller)?;
    let base = app.base.clone();
    app.act(move |engine| {
        let outcome = engine.publish(&caller, &id, reply.sent)?;
        reply.accepted(outcome.seq);
        if outcome.repeated {
            let post = PostView::new(&engine.world, &base, &outcome.post, false);
            return Err(Refusal::with_post(Code::AlreadyPublished, json!(post)));
        }
        Ok(Json(view(engine, &base, engine.container(&caller, &id)?)))
    })
    .await
}
