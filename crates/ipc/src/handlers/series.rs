//! Series and weekly slots.

use std::sync::Arc;

use app::{
    App, Error,
    series::{SeriesChange, Shown, Timing},
};

use super::{id, posts::limit};
use crate::{
    view,
    wire::{
        ById, ChangeSeries, CreateSeries, Draft, EndedSeries, OccurrenceView, SeriesDates, SeriesQuery, SeriesTiming,
        SeriesView, SetSlots, SlotsView,
    },
};

fn timing(asked: SeriesTiming) -> Timing {
    Timing { rule: asked.rule, wall: asked.wall, zone: asked.zone }
}

fn shown(found: Shown) -> SeriesView {
    let Shown { series, next, made } = found;
    SeriesView {
        id: series.id.to_string(),
        state: if series.until.is_some() { "ended" } else { "active" }.to_owned(),
        timing: SeriesTiming { rule: series.rule, wall: series.wall, zone: series.zone },
        draft: Draft {
            content: series.content,
            variants: series.variants,
            accounts: series.accounts.iter().map(ToString::to_string).collect(),
        },
        next,
        made: made
            .into_iter()
            .map(|one| OccurrenceView { wall: one.wall, post: one.post.map(|post| post.to_string()) })
            .collect(),
        ended_at: series.until.map(domain::UtcMs::to_rfc3339),
    }
}

pub(crate) async fn series_preview(app: &Arc<App>, asked: SeriesTiming) -> Result<SeriesDates, Error> {
    app.preview_series(&timing(asked)).map(|next| SeriesDates { next })
}

pub(crate) async fn series_create(app: &Arc<App>, asked: CreateSeries) -> Result<SeriesView, Error> {
    let made = app.create_series(view::draft(asked.draft)?, &timing(asked.timing)).await?;
    app.series(made).await.map(shown)
}

pub(crate) async fn series_list(app: &Arc<App>, asked: SeriesQuery) -> Result<Vec<SeriesView>, Error> {
    let found = app.series_list(asked.all.unwrap_or_default(), limit(None)).await?;
    Ok(found.into_iter().map(shown).collect())
}

pub(crate) async fn series_show(app: &Arc<App>, asked: ById) -> Result<SeriesView, Error> {
    app.series(id(&asked.id)?).await.map(shown)
}

pub(crate) async fn series_change(app: &Arc<App>, asked: ChangeSeries) -> Result<SeriesView, Error> {
    let changed = id(&asked.id)?;
    let draft = asked.draft.map(view::draft).transpose()?;
    app.change_series(changed, SeriesChange { draft, timing: asked.timing.map(timing) }).await?;
    app.series(changed).await.map(shown)
}

pub(crate) async fn series_end(app: &Arc<App>, asked: ById) -> Result<EndedSeries, Error> {
    let ended = id(&asked.id)?;
    let taken_back = app.end_series(ended).await?;
    let series = app.series(ended).await.map(shown)?;
    Ok(EndedSeries { series, taken_back: u32::try_from(taken_back).unwrap_or(u32::MAX) })
}

pub(crate) async fn slots_show(app: &Arc<App>, asked: ById) -> Result<SlotsView, Error> {
    let found = app.slots(id(&asked.id)?).await?;
    Ok(SlotsView { account: asked.id, slots: found.slots, zone: found.zone, next: found.next })
}

pub(crate) async fn slots_set(app: &Arc<App>, asked: SetSlots) -> Result<SlotsView, Error> {
    app.set_slots(id(&asked.account)?, asked.slots, &asked.zone).await?;
    slots_show(app, ById { id: asked.account }).await
}
