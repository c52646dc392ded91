//! Publications, the queue as a whole, notices.

use std::{collections::BTreeMap, sync::Arc};

use app::{App, Error, change::EditedPart};
use domain::{PublicationState, UtcMs, publication::Group};
use store::publication::Filter;

use super::{forecast, id, posts::limit};
use crate::{
    view, view_limits,
    wire::{
        ById, Decide, EditLive, MissedAnswer, NextDue, Nothing, NoticeView, PublicationDetail, PublicationView,
        PublicationsQuery, QueueStatus, SettleMissed, TryServer,
    },
};

/// Longest search text, in bytes.
const SEARCH_MAX_BYTES: usize = 200;
const NOTICES_MAX: i64 = 200;

pub(crate) async fn publications_list(app: &Arc<App>, asked: PublicationsQuery) -> Result<Vec<PublicationView>, Error> {
    let search = asked.search.unwrap_or_default();
    if search.len() > SEARCH_MAX_BYTES {
        return Err(Error::invalid("The search text is too long."));
    }
    let wanted = |state: &PublicationState| {
        asked.state.is_none_or(|only| only == *state) && asked.group.is_none_or(|group| group == state.group())
    };
    let states: Vec<_> = PublicationState::ALL.into_iter().filter(wanted).collect();
    if states.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter { states, search: search.trim().to_owned(), limit: limit(asked.limit) };
    let mut views = Vec::new();
    for found in app.publications(&filter).await? {
        views.push(view::publication(app, found).await?);
    }
    Ok(views)
}

pub(crate) async fn publications_show(app: &Arc<App>, asked: ById) -> Result<PublicationDetail, Error> {
    let found = id(&asked.id)?;
    let outlook = app.outlook(found).await?.map(forecast::item);
    Ok(PublicationDetail { outlook, ..view::detail(app, app.publication_detail(found).await?).await? })
}

async fn shown(app: &Arc<App>, asked: &str) -> Result<PublicationView, Error> {
    view::publication(app, app.publication(id(asked)?).await?).await
}

pub(crate) async fn publications_retry(app: &Arc<App>, asked: ById) -> Result<PublicationView, Error> {
    app.retry_publication(id(&asked.id)?).await?;
    shown(app, &asked.id).await
}

pub(crate) async fn publications_decide(app: &Arc<App>, asked: Decide) -> Result<PublicationView, Error> {
    app.decide(id(&asked.id)?, asked.live, asked.remote_id.as_deref()).await?;
    shown(app, &asked.id).await
}

pub(crate) async fn publications_cancel(app: &Arc<App>, asked: ById) -> Result<PublicationView, Error> {
    app.cancel_publication(id(&asked.id)?).await?;
    shown(app, &asked.id).await
}

pub(crate) async fn publications_delete_live(app: &Arc<App>, asked: ById) -> Result<PublicationView, Error> {
    app.delete_live(id(&asked.id)?).await?;
    shown(app, &asked.id).await
}

pub(crate) async fn publications_edit_live(app: &Arc<App>, asked: EditLive) -> Result<PublicationView, Error> {
    let parts = asked.parts.into_iter().map(|part| EditedPart { text: part.text, alts: part.alts }).collect();
    app.edit_live(id(&asked.id)?, parts, asked.language, asked.options).await?;
    shown(app, &asked.id).await
}

pub(crate) async fn queue_missed(app: &Arc<App>, asked: SettleMissed) -> Result<QueueStatus, Error> {
    let answer = match (asked.answer, asked.at) {
        (MissedAnswer::Publish, None) => app::MissedAnswer::PublishNow,
        (MissedAnswer::Publish, Some(at)) => app::MissedAnswer::From(
            UtcMs::parse_rfc3339(&at).ok_or_else(|| Error::invalid("The time is not RFC 3339 with an offset."))?,
        ),
        (MissedAnswer::Slot, _) => app::MissedAnswer::NextSlot,
        (MissedAnswer::Cancel, _) => app::MissedAnswer::Cancel,
    };
    app.settle_missed(answer).await?;
    queue_status(app, Nothing {}).await
}

pub(crate) async fn publications_open(app: &Arc<App>, asked: ById) -> Result<Nothing, Error> {
    let found = app.publication(id(&asked.id)?).await?;
    app.open_in_browser(&found.url)?;
    Ok(Nothing {})
}

pub(crate) async fn queue_status(app: &Arc<App>, _: Nothing) -> Result<QueueStatus, Error> {
    let (counts, next) = app.queue_counts().await?;
    let by_state: BTreeMap<String, u32> =
        counts.into_iter().map(|(state, n)| (state, u32::try_from(n).unwrap_or(u32::MAX))).collect();
    let of = |group: Group| {
        let states = PublicationState::ALL.into_iter().filter(|state| state.group() == group);
        states.filter_map(|state| by_state.get(state.as_str())).sum()
    };
    let next = match next {
        Some(found) => Some(NextDue {
            publication: found.id.to_string(),
            at: found.status.next_at.unwrap_or(found.schedule.at).to_rfc3339(),
            zone: found.schedule.zone.clone(),
            title: found.title.clone(),
            platform: app.account_of(&found).await?.platform.to_string(),
        }),
        None => None,
    };
    Ok(QueueStatus {
        paused: app.is_paused().await?,
        running: app.is_running(),
        next,
        needs_you: of(Group::NeedsYou),
        now: of(Group::Now),
        upcoming: of(Group::Next),
        done: of(Group::Done),
        by_state,
        outages: app.degraded().await?.into_iter().map(view_limits::outage).collect(),
    })
}

pub(crate) async fn queue_pause(app: &Arc<App>, nothing: Nothing) -> Result<QueueStatus, Error> {
    app.pause().await?;
    queue_status(app, nothing).await
}

pub(crate) async fn queue_try_server(app: &Arc<App>, asked: TryServer) -> Result<QueueStatus, Error> {
    app.try_server_now(&asked.server).await?;
    queue_status(app, Nothing {}).await
}

pub(crate) async fn queue_resume(app: &Arc<App>, nothing: Nothing) -> Result<QueueStatus, Error> {
    app.resume().await?;
    queue_status(app, nothing).await
}

pub(crate) async fn notices_list(app: &Arc<App>, _: Nothing) -> Result<Vec<NoticeView>, Error> {
    Ok(app.notices(NOTICES_MAX).await?.into_iter().map(view::notice).collect())
}

pub(crate) async fn notices_read(app: &Arc<App>, _: Nothing) -> Result<Nothing, Error> {
    app.mark_notices_read().await?;
    Ok(Nothing {})
}
