//! What the tray's menu says about the queue; pure, so that it is tested without a tray.

use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use domain::UtcMs;
use ipc::wire::{ForecastItem, ForecastView, NextDue, QueueStatus};

use crate::words::Words;

/// Letters of a title that fit a menu.
const TITLE_CHARS: usize = 40;

/// Lines of the menu that change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// What goes out next.
    pub next: String,
    /// How many publications ask for their owner.
    pub needs: String,
    /// Whether there is anything to look at behind `needs`.
    pub needs_some: bool,
    /// What the pause item would do.
    pub pause: &'static str,
}

/// The lines for a state of the queue.
pub fn lines(words: &Words, status: &QueueStatus, now: UtcMs) -> Lines {
    Lines {
        next: next_line(words, status, now),
        needs: needs_line(words, status),
        needs_some: status.needs_you > 0 || !status.outages.is_empty(),
        pause: if status.paused { words.resume } else { words.pause },
    }
}

/// Whether the next days go out, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// The line.
    pub text: String,
    /// Whether there is anything to look at behind it.
    pub needs_some: bool,
}

/// The line for a forecast: how many go out, and what the worst of them asks for.
pub fn week(words: &Words, forecast: &ForecastView) -> Week {
    let troubled = forecast.at_risk + forecast.will_not;
    let all = forecast.will + troubled;
    let pattern = match (all, troubled) {
        (0, _) => words.week_empty,
        (1, 0) => words.week_one_well,
        (_, 0) => words.week_well,
        (_, 1) => words.week_one_needs,
        _ => words.week_some_need,
    };
    let text = pattern.replace("{all}", &all.to_string()).replace("{count}", &troubled.to_string());
    let worst = forecast.publications.iter().max_by_key(|item| (item.outlook, std::cmp::Reverse(item.schedule.at)));
    let cure = worst.filter(|_| troubled > 0).map(|item| cure(words, item)).unwrap_or_default();
    Week { text: if cure.is_empty() { text } else { format!("{text}: {cure}") }, needs_some: troubled > 0 }
}

/// What its owner can do about one, in two or three words.
fn cure(words: &Words, item: &ForecastItem) -> String {
    use domain::{FindingCode as C, HeldReason as H};
    let code = item.findings.first().map(|finding| finding.code);
    let pattern = match (item.held, code) {
        (Some(H::Relink), _) | (_, Some(C::AccountNeedsRelink | C::AccessEnds | C::PermissionMissing)) => {
            words.cure_relink
        }
        (Some(H::Paused), _) | (_, Some(C::QueuePaused)) => words.cure_resume,
        (Some(H::VaultLocked), _) | (_, Some(C::KeychainLocked)) => words.cure_unlock,
        (Some(H::ClockWrong), _) | (_, Some(C::ClockWrong)) => words.cure_clock,
        (Some(H::FileMissing), _) | (_, Some(C::FileMissing)) => words.cure_picture,
        (Some(H::Quota), _) | (_, Some(C::QuotaUsedUp)) => words.cure_quota,
        _ => words.cure_look,
    };
    pattern.replace("{who}", &title(&item.handle))
}

/// Who asks for their owner, and which platforms are down.
fn needs_line(words: &Words, status: &QueueStatus) -> String {
    let mut names: Vec<&str> = status.outages.iter().map(|outage| outage.name.as_str()).collect();
    names.dedup();
    let needs = (status.needs_you > 0).then(|| format!("{}: {}", words.needs_you, status.needs_you));
    let down = names.first().map(|first| {
        let more = if names.len() > 1 { format!(" +{}", names.len() - 1) } else { String::new() };
        format!("{}: {first}{more}", words.down)
    });
    let lines: Vec<_> = needs.into_iter().chain(down).collect();
    if lines.is_empty() { words.nothing_needed.to_owned() } else { lines.join(" · ") }
}

fn next_line(words: &Words, status: &QueueStatus, now: UtcMs) -> String {
    let next = status.next.as_ref();
    let what = next.map(|next| format!("{} · {}", when(words, next, now), title(&next.title)));
    match (status.paused, what) {
        (true, Some(what)) => format!("{} · {what}", words.paused),
        (true, None) => words.paused.to_owned(),
        (false, Some(what)) => format!("{}: {what}", words.next),
        (false, None) => words.nothing_next.to_owned(),
    }
}

/// When a publication is due, on the clock of the zone it was planned in: `09:30 CET`, `Mon 09:30 CET`,
/// `24 Dec 09:30 CET` in English.
pub fn when(words: &Words, next: &NextDue, now: UtcMs) -> String {
    let Ok(at) = DateTime::parse_from_rfc3339(&next.at) else { return next.at.clone() };
    let zone = next.zone.parse::<Tz>().unwrap_or(Tz::UTC);
    clock(words, at, now, zone)
}

fn clock(words: &Words, at: DateTime<FixedOffset>, now: UtcMs, zone: Tz) -> String {
    let at = at.with_timezone(&zone);
    let days = (at.date_naive() - now.to_datetime().with_timezone(&zone).date_naive()).num_days();
    let form = match days {
        0 => "%H:%M %Z",
        1..=6 => words.soon,
        _ => words.later,
    };
    at.format_localized(form, words.locale).to_string()
}

/// The first line of a text, short, and with `&` doubled: menus read a single one as a shortcut.
fn title(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    let mut short: String = line.chars().take(TITLE_CHARS).collect();
    if line.chars().nth(TITLE_CHARS).is_some() {
        short.push('…');
    }
    short.replace('&', "&&")
}

#[cfg(test)]
mod tests {
    use app::language::Language;
    use domain::{Finding, FindingCode, PublicationState, forecast::Outlook, schedule::Schedule};

    use super::*;

    fn now() -> UtcMs {
        UtcMs::parse_rfc3339("2026-11-21T07:00:00Z").expect("an instant")
    }

    fn due(at: &str, title: &str) -> QueueStatus {
        let next = NextDue {
            publication: "pub_1".to_owned(),
            at: at.to_owned(),
            zone: "Europe/Berlin".to_owned(),
            title: title.to_owned(),
            platform: "practice".to_owned(),
        };
        QueueStatus { next: Some(next), ..QueueStatus::default() }
    }

    #[test]
    fn the_next_post_is_told_on_the_clock_of_its_zone() {
        let line = |at| lines(Words::of(Language::English), &due(at, "Good morning"), now()).next;
        assert_eq!(line("2026-11-21T08:30:00Z"), "Next post: 09:30 CET · Good morning");
        assert_eq!(line("2026-11-21T23:30:00Z"), "Next post: Sun 00:30 CET · Good morning");
        assert_eq!(line("2026-12-24T08:30:00Z"), "Next post: 24 Dec 09:30 CET · Good morning");
        assert_eq!(line("2027-07-01T08:30:00+01:00"), "Next post: 1 Jul 09:30 CEST · Good morning");
        assert_eq!(line("soon"), "Next post: soon · Good morning");
    }

    #[test]
    fn an_empty_queue_and_a_paused_one_say_so() {
        let english = Words::of(Language::English);
        let empty = lines(english, &QueueStatus::default(), now());
        assert_eq!((empty.next.as_str(), empty.needs.as_str()), ("Nothing scheduled", "Nothing needs you"));
        assert_eq!((empty.needs_some, empty.pause), (false, "Pause all"));
        let mut status = due("2026-11-21T08:30:00Z", "Hello");
        status.paused = true;
        status.needs_you = 2;
        let paused = lines(english, &status, now());
        assert_eq!(paused.next, "Paused · 09:30 CET · Hello");
        assert_eq!((paused.needs.as_str(), paused.needs_some, paused.pause), ("Needs you: 2", true, "Resume all"));
    }

    #[test]
    fn a_german_menu_is_german_to_the_month() {
        let german = Words::of(Language::German);
        let line = |at| lines(german, &due(at, "Guten Morgen"), now()).next;
        assert_eq!(line("2026-11-21T23:30:00Z"), "Nächster Beitrag: So 00:30 CET · Guten Morgen");
        assert_eq!(line("2026-12-24T08:30:00Z"), "Nächster Beitrag: 24. Dez 09:30 CET · Guten Morgen");
        assert_eq!(lines(german, &QueueStatus::default(), now()).needs, "Nichts braucht dich");
        let question = german.quit_question(2, Some("So 00:30 CET"));
        assert_eq!(
            question,
            "2 Beiträge warten darauf, hinauszugehen. Der erste ist So 00:30 CET fällig. Solange Postroom nicht läuft, \
             geht nichts hinaus."
        );
    }

    fn expected(outlook: Outlook, code: FindingCode, at: &str) -> ForecastItem {
        ForecastItem {
            publication: "pub_1".to_owned(),
            post: "post_1".to_owned(),
            account: "acc_1".to_owned(),
            platform: "mastodon".to_owned(),
            handle: "ash@a.example".to_owned(),
            title: "Hello".to_owned(),
            schedule: Schedule {
                at: UtcMs::parse_rfc3339(at).expect("an instant"),
                wall: String::new(),
                zone: "UTC".to_owned(),
            },
            state: PublicationState::Scheduled,
            held: None,
            outlook,
            findings: vec![Finding::new(code)],
            reason: String::new(),
            fix: String::new(),
        }
    }

    fn forecast(will: u32, publications: Vec<ForecastItem>) -> ForecastView {
        let of =
            |outlook| u32::try_from(publications.iter().filter(|item| item.outlook == outlook).count()).unwrap_or(0);
        ForecastView {
            running: true,
            zone: "UTC".to_owned(),
            from: String::new(),
            to: String::new(),
            will,
            at_risk: of(Outlook::AtRisk),
            will_not: of(Outlook::WillNot),
            days: Vec::new(),
            publications,
        }
    }

    #[test]
    fn the_week_is_one_line_that_names_the_worst() {
        let english = |will, publications| week(Words::of(Language::English), &forecast(will, publications));
        assert_eq!(english(0, vec![]).text, "Nothing is planned for the next 7 days");
        assert_eq!(english(1, vec![]).text, "The post of the next 7 days will go out");
        assert_eq!(english(14, vec![]).text, "All 14 posts of the next 7 days will go out");
        assert!(!english(14, vec![]).needs_some);
        let relink = expected(Outlook::WillNot, FindingCode::AccountNeedsRelink, "2026-11-23T08:00:00Z");
        let one = english(13, vec![relink.clone()]);
        assert_eq!((one.text.as_str(), one.needs_some), ("1 of 14 needs you: link ash@a.example again", true));
        let trouble = expected(Outlook::AtRisk, FindingCode::PlatformInTrouble, "2026-11-22T08:00:00Z");
        assert_eq!(english(1, vec![trouble, relink.clone()]).text, "2 of 3 need you: link ash@a.example again");
        let german = week(Words::of(Language::German), &forecast(13, vec![relink]));
        assert_eq!(german.text, "1 von 14 braucht dich: ash@a.example neu verbinden");
    }

    #[test]
    fn platforms_that_are_down_are_named() {
        let outage = |name: &str| ipc::wire::OutageView {
            server: format!("https://{name}.example"),
            platform: "mastodon".to_owned(),
            name: name.to_owned(),
            cause: domain::ErrorCode::PlatformUnavailable,
            since: String::new(),
            until: String::new(),
            waiting: 3,
        };
        let mut status = QueueStatus { outages: vec![outage("Mastodon")], ..QueueStatus::default() };
        let english = lines(Words::of(Language::English), &status, now());
        assert_eq!((english.needs.as_str(), english.needs_some), ("Down: Mastodon", true));
        status.outages.push(outage("Bluesky"));
        status.needs_you = 2;
        assert_eq!(lines(Words::of(Language::English), &status, now()).needs, "Needs you: 2 · Down: Mastodon +1");
        assert!(lines(Words::of(Language::German), &status, now()).needs.ends_with("Gestört: Mastodon +1"));
    }

    #[test]
    fn titles_are_one_short_line_without_shortcuts() {
        assert_eq!(title("Fish & chips\nsecond"), "Fish && chips");
        assert_eq!(title(&"ä".repeat(41)), format!("{}…", "ä".repeat(40)));
        assert_eq!(title(""), "");
    }
}
