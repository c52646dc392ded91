//! What is to be expected of the next days.

use std::sync::Arc;

use app::{
    App, Error,
    lookahead::forecast::{Counts, Expected},
};

use super::posts::limit;
use crate::wire::{ForecastDay, ForecastItem, ForecastQuery, ForecastView};

pub(crate) async fn queue_forecast(app: &Arc<App>, asked: ForecastQuery) -> Result<ForecastView, Error> {
    let limit = usize::try_from(limit(asked.limit)).unwrap_or_default();
    let made = app.forecast(asked.all.unwrap_or_default(), limit).await?;
    let day = |(date, counts): (String, &Counts)| ForecastDay {
        date,
        will: counts.will,
        at_risk: counts.at_risk,
        will_not: counts.will_not,
    };
    Ok(ForecastView {
        running: app.is_running(),
        zone: made.days.zone().to_owned(),
        from: made.days.begin().to_rfc3339(),
        to: made.days.end().to_rfc3339(),
        will: made.all.will,
        at_risk: made.all.at_risk,
        will_not: made.all.will_not,
        days: made.days.dates().zip(&made.counts).map(day).collect(),
        publications: made.expected.into_iter().map(item).collect(),
    })
}

pub(crate) fn item(expected: Expected) -> ForecastItem {
    let Expected { publication, account, outlook, findings, reason, fix } = expected;
    ForecastItem {
        publication: publication.id.to_string(),
        post: publication.post.to_string(),
        account: account.id.to_string(),
        platform: account.platform.to_string(),
        handle: account.handle,
        title: publication.title,
        schedule: publication.schedule,
        state: publication.status.state,
        held: publication.status.held,
        outlook,
        findings,
        reason,
        fix,
    }
}
