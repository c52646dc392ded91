//! Will it go out?

use domain::forecast::Outlook;
use ipc::wire::{ForecastDay, ForecastItem, ForecastView};

use super::{counted, table::table};
use crate::moment;

/// The next seven days: how many go out, on which days, and why one does not.
pub fn forecast(view: &ForecastView, zone: &str) -> String {
    let mut text = summary(view);
    if !view.running {
        text.push_str("\nNo runner is at work: nothing goes out until `postroomctl queue run` or Postroom runs.");
    }
    if view.will + view.at_risk + view.will_not == 0 {
        return text;
    }
    text.push_str("\nWhether this computer will be on is not known.\n\n");
    text.push_str(&table(["DAY", "WILL GO OUT", "AT RISK", "WILL NOT"], view.days.iter().map(day), ""));
    if !view.publications.is_empty() {
        text.push_str("\n\n");
        let rows = view.publications.iter().map(|item| row(item, zone));
        text.push_str(&table(["PUBLICATION", "WHEN", "ACCOUNT", "EXPECTED", ""], rows, ""));
    }
    // What is cut in the table is whole here.
    for item in view.publications.iter().filter(|item| item.outlook != Outlook::WillGoOut) {
        let who = format!("{} at {}, {}", item.title, item.platform, item.handle);
        text.extend(["\n\n", &who, ": ", &told(item)]);
    }
    text
}

fn summary(view: &ForecastView) -> String {
    let all = view.will + view.at_risk + view.will_not;
    let posts = counted(all as usize, "publication");
    match (all, view.at_risk, view.will_not) {
        (0, _, _) => "Nothing is planned for the next 7 days.".to_owned(),
        (_, 0, 0) => format!("All of the next 7 days will go out: {posts}."),
        (_, at_risk, will_not) => {
            format!("Of {posts} of the next 7 days {} will go out, {at_risk} may not, {will_not} will not.", view.will)
        }
    }
}

fn day(day: &ForecastDay) -> [String; 4] {
    [day.date.clone(), day.will.to_string(), day.at_risk.to_string(), day.will_not.to_string()]
}

fn row(item: &ForecastItem, zone: &str) -> [String; 5] {
    let expected = match item.outlook {
        Outlook::WillGoOut => "will go out",
        Outlook::AtRisk => "at risk",
        Outlook::WillNot => "will not",
    };
    let account = format!("{} ({})", item.handle, item.platform);
    let when = moment::show_instant(item.schedule.at, zone);
    [item.publication.clone(), when, account, expected.to_owned(), item.title.clone()]
}

fn told(item: &ForecastItem) -> String {
    format!("{} {}", item.reason, item.fix).trim().to_owned()
}
