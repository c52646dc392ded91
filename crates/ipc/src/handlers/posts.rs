//! Media, drafts, review, posts.

use std::{path::Path, sync::Arc};

use app::{App, Error, compose, lookahead::ends::Warning};
use domain::{PostId, PublicationState, UtcMs, post::LinkCard};

use super::id;
use crate::{
    view,
    wire::{
        AddMedia, ById, CreatePost, FetchCard, MediaView, Nothing, PasteMedia, Paths, PostView, PostsQuery, Review,
        SaveDraft, SchedulePost, WarningView, When,
    },
};

const LIST_DEFAULT: u32 = 200;
const LIST_MAX: u32 = 1_000;

pub(super) fn limit(asked: Option<u32>) -> i64 {
    i64::from(asked.unwrap_or(LIST_DEFAULT).min(LIST_MAX))
}

pub(crate) async fn media_pick(app: &Arc<App>, _: Nothing) -> Result<Paths, Error> {
    let paths = app.desktop().pick_images().await;
    Ok(Paths { paths: paths.into_iter().map(|path| path.to_string_lossy().into_owned()).collect() })
}

pub(crate) async fn media_add(app: &Arc<App>, asked: AddMedia) -> Result<MediaView, Error> {
    let path = Path::new(&asked.path);
    if !path.is_absolute() {
        return Err(Error::invalid("The path of a picture is absolute."));
    }
    Ok(view::media(app.add_media(path, &asked.alt).await?))
}

pub(crate) async fn media_paste(app: &Arc<App>, asked: PasteMedia) -> Result<MediaView, Error> {
    Ok(view::media(app.paste_media(&asked.base64, &asked.name).await?))
}

pub(crate) async fn media_clipboard(app: &Arc<App>, _: Nothing) -> Result<Vec<MediaView>, Error> {
    Ok(app.clipboard_media().await?.into_iter().map(view::media).collect())
}

pub(crate) async fn media_list(app: &Arc<App>, _: Nothing) -> Result<Vec<MediaView>, Error> {
    Ok(app.media_newest(i64::from(LIST_DEFAULT)).await?.into_iter().map(view::media).collect())
}

pub(crate) async fn cards_fetch(app: &Arc<App>, asked: FetchCard) -> Result<LinkCard, Error> {
    app.fetch_card(&asked.url).await
}

pub(crate) async fn posts_save(app: &Arc<App>, asked: SaveDraft) -> Result<PostView, Error> {
    let known = asked.id.as_deref().map(id).transpose()?;
    let saved = app.save_draft(known, view::draft(asked.draft)?).await?;
    if let Some(fallback) = asked.fallback {
        app.set_fallback(saved, fallback).await?;
    }
    view::post(app, saved).await
}

pub(crate) async fn posts_create(app: &Arc<App>, asked: CreatePost) -> Result<PostView, Error> {
    let when = asked.when.map(when).transpose()?;
    let saved = app.create_post_with(view::draft(asked.draft)?, when, asked.fallback.unwrap_or_default()).await?;
    with_warnings(app, saved).await
}

pub(crate) async fn posts_review(app: &Arc<App>, asked: SaveDraft) -> Result<Review, Error> {
    let known = asked.id.as_deref().map(id).transpose()?;
    let draft = view::draft(asked.draft)?;
    let mut review = app.review(known, &draft).await?;
    if let Some(post) = known {
        review.findings.extend(app.warnings(post).await?.into_iter().map(|warning| warning.finding));
    }
    app.refresh_facts_beside(&draft.accounts);
    let accounts = review.accounts.into_iter().map(view::account_review).collect();
    Ok(Review { accounts, findings: review.findings })
}

pub(crate) async fn posts_list(app: &Arc<App>, asked: PostsQuery) -> Result<Vec<PostView>, Error> {
    let limit = limit(asked.limit);
    let posts = if asked.state.as_deref() == Some("draft") {
        app.drafts(limit).await?
    } else {
        let state = asked.state.as_deref().map(state).transpose()?;
        let from = asked.from.as_deref().map(instant).transpose()?.unwrap_or(UtcMs::from_millis(i64::MIN));
        let to = asked.to.as_deref().map(instant).transpose()?.unwrap_or(UtcMs::from_millis(i64::MAX));
        let mut posts = app.posts_due(state, from, to, limit).await?;
        if asked.state.is_none() && asked.from.is_none() && asked.to.is_none() {
            posts.extend(app.drafts(limit).await?);
        }
        posts
    };
    let mut views = Vec::with_capacity(posts.len());
    for post in posts {
        views.push(view::post(app, post.id).await?);
    }
    Ok(views)
}

fn state(text: &str) -> Result<PublicationState, Error> {
    PublicationState::parse(text).ok_or_else(|| Error::invalid(format!("There is no state {}.", text.escape_debug())))
}

fn instant(text: &str) -> Result<UtcMs, Error> {
    UtcMs::parse_rfc3339(text)
        .ok_or_else(|| Error::invalid("Times are RFC 3339 with an offset: 2026-11-24T09:30:00+01:00."))
}

pub(super) fn when(asked: When) -> Result<compose::When, Error> {
    Ok(match asked {
        When::Now => compose::When::Now,
        When::Wall { wall, zone } => compose::When::Wall(wall, zone),
        When::Instant { at, zone } => compose::When::Instant(instant(&at)?, zone),
        When::NextSlot => compose::When::NextSlot,
    })
}

pub(crate) async fn posts_show(app: &Arc<App>, asked: ById) -> Result<PostView, Error> {
    with_warnings(app, id(&asked.id)?).await
}

/// A post, with what is to be seen to before it goes out.
async fn with_warnings(app: &App, id: PostId) -> Result<PostView, Error> {
    let warnings = app.warnings(id).await?.into_iter();
    let warnings = warnings.map(|Warning { finding, reason, fix }| WarningView { finding, reason, fix }).collect();
    Ok(PostView { warnings, ..view::post(app, id).await? })
}

pub(crate) async fn posts_schedule(app: &Arc<App>, asked: SchedulePost) -> Result<PostView, Error> {
    let on_its_way = app.schedule_post(id(&asked.id)?, &when(asked.when)?).await?;
    with_warnings(app, on_its_way).await
}

pub(crate) async fn posts_cancel(app: &Arc<App>, asked: ById) -> Result<PostView, Error> {
    let post = id(&asked.id)?;
    app.cancel_post(post).await?;
    view::post(app, post).await
}

pub(crate) async fn posts_duplicate(app: &Arc<App>, asked: ById) -> Result<PostView, Error> {
    let copy = app.duplicate_post(id(&asked.id)?).await?;
    view::post(app, copy).await
}

pub(crate) async fn posts_delete(app: &Arc<App>, asked: ById) -> Result<Nothing, Error> {
    app.delete_post(id(&asked.id)?).await?;
    Ok(Nothing {})
}
