//! `series`, and `posts create --repeat`.

use domain::schedule;
use ipc::wire::{ById, CreateSeries, Draft, EndedSeries, SeriesQuery, SeriesTiming, SeriesView, When};

use crate::{answer::Answer, backend::ask, cli::SeriesVerb, render, shell::Shell, trouble::Trouble};

pub async fn run(verb: SeriesVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    match verb {
        SeriesVerb::List { all } => {
            let reply = ask::<Vec<SeriesView>>(shell.backend, "series_list", SeriesQuery { all: Some(all) }).await?;
            Ok(Answer::new(reply.json, render::series_list(&reply.view, shell.zone)))
        }
        SeriesVerb::Show { id } => {
            let reply = ask::<SeriesView>(shell.backend, "series_show", ById { id }).await?;
            Ok(Answer::new(reply.json, render::series(&reply.view, shell.zone)))
        }
        SeriesVerb::End { id } => {
            let reply = ask::<EndedSeries>(shell.backend, "series_end", ById { id }).await?;
            let EndedSeries { series, taken_back } = &reply.view;
            let text = format!("{} has ended; {taken_back} of its posts lay ahead and were taken back.", series.id);
            Ok(Answer::new(reply.json, text))
        }
    }
}

/// Begins a series at a typed time.
pub async fn create(shell: &Shell<'_>, draft: Draft, rule: String, when: When, zone: &str) -> Result<Answer, Trouble> {
    let (wall, zone) = match when {
        When::Wall { wall, zone } => (wall, zone),
        When::Instant { at, zone } => {
            let at = domain::UtcMs::parse_rfc3339(&at).unwrap_or_else(|| shell.now());
            (schedule::at_instant(at, &zone).map(|schedule| schedule.wall).unwrap_or_default(), zone)
        }
        When::Now | When::NextSlot => {
            return Err(Trouble::usage(format!("A series needs a time in {zone}."), "Add --at TIME."));
        }
    };
    let asked = CreateSeries { draft, timing: SeriesTiming { rule, wall, zone } };
    let reply = ask::<SeriesView>(shell.backend, "series_create", asked).await?;
    Ok(Answer::new(reply.json, render::series(&reply.view, shell.zone)))
}
