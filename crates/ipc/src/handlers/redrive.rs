//! What a publication's owner does about trouble.

use std::sync::Arc;

use app::{
    App, Error,
    likeness::Likeness,
    redrive::{Act, Whose},
};

use super::{id, posts::when};
use crate::{
    view,
    wire::{
        Bulk, BulkAct, BulkLeft, BulkOutcome, BulkUndo, BulkUndone, BulkView, BulkWhose, ById, CopiedAnswer,
        CopiedItem, CopiedView, EvidenceView, LastBulk, LikenessView, Nothing, PostView, SeenView,
    },
};

/// Publications named one by one at most.
const NAMED_MAX: usize = 1_000;

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(crate) async fn publications_evidence(app: &Arc<App>, asked: ById) -> Result<EvidenceView, Error> {
    let evidence = app.evidence(id(&asked.id)?).await?;
    let posts = evidence.posts.into_iter().map(|post| SeenView {
        id: post.seen.remote.id,
        url: post.seen.remote.url,
        text: post.seen.text,
        pictures: small(post.seen.pictures),
        at: post.seen.at.map(domain::UtcMs::to_rfc3339),
        likeness: match post.likeness {
            Likeness::Same => LikenessView::Same,
            Likeness::Alike => LikenessView::Alike,
            Likeness::Other => LikenessView::Other,
        },
    });
    Ok(EvidenceView {
        part: u32::try_from(evidence.part).unwrap_or_default(),
        first_sent_at: evidence.first_sent.map(domain::UtcMs::to_rfc3339),
        profile_url: evidence.profile_url,
        posts: posts.collect(),
        unreadable: evidence.unreadable,
    })
}

pub(crate) async fn publications_mend(app: &Arc<App>, asked: ById) -> Result<PostView, Error> {
    let draft = app.mend(id(&asked.id)?).await?;
    view::post(app, draft).await
}

pub(crate) async fn publications_bulk(app: &Arc<App>, asked: Bulk) -> Result<BulkOutcome, Error> {
    let act = match (asked.act, asked.when) {
        (BulkAct::Retry, None) => Act::Retry,
        (BulkAct::Cancel, None) => Act::Cancel,
        (BulkAct::Reschedule, Some(at)) => Act::Reschedule(when(at)?),
        _ => return Err(Error::invalid("Another time, and only that, needs a time.")),
    };
    let outcome = app.bulk(&act, &whose(asked.whose)?).await?;
    let left = outcome.left.into_iter();
    Ok(BulkOutcome {
        id: outcome.id.map(|id| id.to_string()),
        done: small(outcome.done),
        left: left.map(|left| BulkLeft { publication: left.publication.to_string(), why: left.why.message }).collect(),
    })
}

fn whose(asked: BulkWhose) -> Result<Whose, Error> {
    Ok(match asked {
        BulkWhose::These(ids) if ids.len() > NAMED_MAX => {
            return Err(Error::invalid(format!("At most {NAMED_MAX} publications can be named at once.")));
        }
        BulkWhose::These(ids) => Whose::These(ids.iter().map(|text| id(text)).collect::<Result<_, _>>()?),
        BulkWhose::Failed(account) => Whose::Failed(account.as_deref().map(id).transpose()?),
        BulkWhose::FailedOf(post) => Whose::FailedOf(id(&post)?),
        BulkWhose::Waited(account) => Whose::Waited(id(&account)?),
    })
}

pub(crate) async fn bulk_show(app: &Arc<App>, _: Nothing) -> Result<LastBulk, Error> {
    let shown = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let bulk = app.last_bulk().await?.map(|bulk| BulkView {
        undo_until: app.undo_until(&bulk).map(domain::UtcMs::to_rfc3339),
        id: bulk.id.to_string(),
        kind: bulk.kind,
        total: shown(bulk.total),
        done: shown(bulk.done),
    });
    Ok(LastBulk { bulk })
}

pub(crate) async fn bulk_undo(app: &Arc<App>, asked: BulkUndo) -> Result<BulkUndone, Error> {
    let undone = app.undo_bulk(asked.id.as_deref().map(id).transpose()?).await?;
    Ok(BulkUndone { restored: small(undone.restored), begun: small(undone.begun), changed: small(undone.changed) })
}

pub(crate) async fn accounts_open(app: &Arc<App>, asked: ById) -> Result<Nothing, Error> {
    let url = app.profile_url(id(&asked.id)?).await?;
    app.open_in_browser(&url)?;
    Ok(Nothing {})
}

pub(crate) async fn copied_show(app: &Arc<App>, _: Nothing) -> Result<CopiedView, Error> {
    let Some(copied) = app.copied().await? else { return Ok(CopiedView::default()) };
    let mut view = CopiedView {
        copied: true,
        since: copied.since.map(domain::UtcMs::to_rfc3339),
        looked: copied.looked_at.is_some() && copied.sure,
        ..CopiedView::default()
    };
    for id in copied.found {
        view.found.extend(copied_item(app, id, "").await?);
    }
    for id in copied.absent {
        view.absent.extend(copied_item(app, id, "").await?);
    }
    for (id, why) in copied.unknown {
        view.unknown.extend(copied_item(app, id, &why).await?);
    }
    Ok(view)
}

/// A publication as it is listed; nothing where it was removed since.
async fn copied_item(app: &Arc<App>, id: domain::PublicationId, why: &str) -> Result<Option<CopiedItem>, Error> {
    let found = match app.publication(id).await {
        Ok(found) => found,
        Err(error) if error.code == domain::ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let handle = app.account_of(&found).await?.handle;
    Ok(Some(CopiedItem {
        publication: id.to_string(),
        title: found.title,
        handle,
        at: found.schedule.at.to_rfc3339(),
        url: found.url,
        why: why.to_owned(),
    }))
}

pub(crate) async fn copied_look(app: &Arc<App>, nothing: Nothing) -> Result<CopiedView, Error> {
    app.look_after_copy().await?;
    copied_show(app, nothing).await
}

pub(crate) async fn copied_settle(app: &Arc<App>, asked: CopiedAnswer) -> Result<CopiedView, Error> {
    app.settle_copy(asked.send_absent).await?;
    copied_show(app, Nothing {}).await
}
