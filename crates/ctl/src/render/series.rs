//! Series and weekly slots.

use domain::{schedule::Schedule, slots::Slot};
use ipc::wire::{SeriesView, SlotsView};

use super::{facts, table::table};
use crate::moment;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn dates(next: &[Schedule]) -> String {
    let lines: Vec<_> = next.iter().map(|one| moment::show_instant(one.at, &one.zone)).collect();
    lines.join("\n")
}

/// Series.
pub fn series_list(views: &[SeriesView], zone: &str) -> String {
    let rows = views.iter().map(|view| {
        let next = view.next.first().map(|one| moment::show_instant(one.at, zone)).unwrap_or_default();
        let text = view.draft.content.parts.first().map(|part| part.text.clone()).unwrap_or_default();
        [view.id.clone(), view.state.clone(), view.timing.rule.clone(), next, text]
    });
    table(["ID", "STATE", "RULE", "NEXT", "TEXT"], rows, "Nothing comes again.")
}

/// One series.
pub fn series(view: &SeriesView, zone: &str) -> String {
    let made: Vec<_> =
        view.made.iter().map(|one| format!("{} {}", one.wall, one.post.as_deref().unwrap_or("deleted"))).collect();
    facts(&[
        ("Series", view.id.clone()),
        ("State", view.state.clone()),
        ("Rule", view.timing.rule.clone()),
        ("From", format!("{} {}", view.timing.wall.replace('T', " "), view.timing.zone)),
        ("Next", dates(&view.next)),
        ("Ended", view.ended_at.as_deref().map(|at| moment::show(at, zone)).unwrap_or_default()),
        ("Posts", made.join("\n")),
        ("Text", view.draft.content.parts.first().map(|part| part.text.clone()).unwrap_or_default()),
    ])
}

/// The slots of an account.
pub fn slots(view: &SlotsView, zone: &str) -> String {
    let day = |slot: &Slot| DAYS.get(usize::from(slot.weekday)).copied().unwrap_or_default().to_owned();
    let rows = view.slots.iter().map(|slot| [day(slot), format!("{:02}:{:02}", slot.minute / 60, slot.minute % 60)]);
    let mut text = table(["DAY", "TIME"], rows, "This account has no weekly slots.");
    if !view.slots.is_empty() {
        let next = view
            .next
            .as_ref()
            .map_or_else(|| "none within a year".to_owned(), |one| moment::show_instant(one.at, zone));
        text.push_str("\n\n");
        text.push_str(&facts(&[("Zone", view.zone.clone()), ("Next free", next)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_shown_with_their_zone_and_the_next_free_one() {
        let next = domain::schedule::resolve("2026-11-26T09:30", "Europe/Berlin").ok();
        let view = SlotsView {
            account: "acc_1".to_owned(),
            slots: vec![Slot { weekday: 3, minute: 570 }],
            zone: "Europe/Berlin".to_owned(),
            next,
        };
        let shown = slots(&view, "UTC");
        assert!(shown.contains("Thursday  09:30") && shown.contains("2026-11-26 08:30 UTC"), "{shown}");
        assert!(slots(&SlotsView { slots: vec![], ..view }, "UTC").contains("no weekly slots"));
    }
}
