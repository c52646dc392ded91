//! What needs no token: health, limits, the timeline, a post's page.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{redirect, unique_pairs};
use super::pages;
use super::wire::PublicPost;
use crate::app::Shared;
use crate::config::PublicLimits;
use crate::refusal::{Code, Refusal};

const PAGE_MAX_POSTS: usize = 100;

/// To the timeline.
pub async fn home() -> Response {
    redirect("/timeline")
}

/// That it lives.
pub async fn health() -> Json<Value> {
    Json(json!({"ok": true, "network": "practice", "version": 1, "pid": std::process::id()}))
}

/// The numbers it runs with.
pub async fn limits(State(app): State<Shared>) -> Json<Value> {
    Json(json!(PublicLimits::from(&app.limits)))
}

async fn newest(app: &Shared, query: Option<String>, most: usize) -> Result<Vec<PublicPost>, Refusal> {
    let pairs = unique_pairs(query.unwrap_or_default().as_bytes()).ok_or(Code::InvalidQuery)?;
    let base = app.base.clone();
    app.act(move |engine| {
        let wanted = pairs.get("account");
        if wanted.is_some_and(|id| !engine.world.accounts.contains_key(id)) {
            return Err(Code::AccountUnknown.into());
        }
        let posts = engine.world.newest().filter(|post| wanted.is_none_or(|id| *id == post.account));
        Ok(posts.take(most).filter_map(|post| PublicPost::new(&engine.world, &base, post)).collect())
    })
    .await
}

/// All posts as JSON.
pub async fn timeline_json(State(app): State<Shared>, RawQuery(query): RawQuery) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({"posts": newest(&app, query, usize::MAX).await?})))
}

/// The newest posts as a page.
pub async fn timeline(State(app): State<Shared>, RawQuery(query): RawQuery) -> Response {
    match newest(&app, query, PAGE_MAX_POSTS).await {
        Ok(posts) => pages::timeline(&posts),
        Err(refusal) if refusal.code() == Code::AccountUnknown => pages::message(404, "There is no such account."),
        Err(_) => pages::message(400, "This page cannot be shown."),
    }
}

/// One post as a page.
pub async fn post_page(State(app): State<Shared>, Path(id): Path<String>) -> Response {
    let base = app.base.clone();
    let found = app
        .act(move |engine| {
            let post = engine.world.post(&id).ok_or(Code::PostUnknown)?;
            let view = PublicPost::new(&engine.world, &base, post).ok_or(Code::PostUnknown)?;
            Ok((!post.deleted).then_some(view))
        })
        .await;
    match found {
        Ok(Some(post)) => pages::post(&post),
        Ok(None) => pages::message(410, "This post was deleted."),
        Err(_) => pages::message(404, "There is no such post."),
    }
}
