//! `slots`.

use domain::slots::Slot;
use ipc::wire::{ById, SetSlots, SlotsView};

use super::naming;
use crate::{answer::Answer, backend::ask, cli::SlotsVerb, render, shell::Shell, trouble::Trouble};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

pub async fn run(verb: SlotsVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let (method, account, wanted) = match verb {
        SlotsVerb::List { account } => ("slots_show", account, None),
        SlotsVerb::Set { account, slots, zone } => {
            let slots = slots.iter().map(|typed| read(typed)).collect::<Result<Vec<_>, _>>()?;
            ("slots_set", account, Some((slots.concat(), zone)))
        }
    };
    let account = naming::account(shell, &account).await?;
    let reply = match wanted {
        None => ask::<SlotsView>(shell.backend, method, ById { id: account }).await?,
        Some((slots, zone)) => {
            let zone = super::posts::zone(shell, zone.as_deref()).await?;
            ask::<SlotsView>(shell.backend, method, SetSlots { account, slots, zone }).await?
        }
    };
    Ok(Answer::new(reply.json, render::slots(&reply.view, shell.zone)))
}

/// `mon,thu@09:30`, `mon-fri@18:00`, `daily@12:00`.
fn read(typed: &str) -> Result<Vec<Slot>, Trouble> {
    let wrong = || Trouble::usage(format!("`{typed}` is not days and a time."), "Write mon,thu@09:30 or daily@18:00.");
    let (days, time) = typed.split_once('@').ok_or_else(wrong)?;
    let (hour, minute) = time.split_once(':').ok_or_else(wrong)?;
    let number = |text: &str, end: u16| match text.parse::<u16>() {
        Ok(number) if number < end && text.len() == 2 => Ok(number),
        _ => Err(wrong()),
    };
    let minute = number(hour, 24)? * 60 + number(minute, 60)?;
    let mut slots = Vec::new();
    for part in days.to_ascii_lowercase().split(',') {
        let (first, last) = if part == "daily" { ("mon", "sun") } else { part.split_once('-').unwrap_or((part, part)) };
        let (first, last) = (day(first).ok_or_else(wrong)?, day(last).ok_or_else(wrong)?);
        if first > last {
            return Err(wrong());
        }
        slots.extend((first..=last).map(|weekday| Slot { weekday, minute }));
    }
    Ok(slots)
}

fn day(name: &str) -> Option<u8> {
    DAYS.iter().position(|known| *known == name).and_then(|at| u8::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read() {
        let read =
            |typed| read(typed).map(|slots| slots.iter().map(|slot| (slot.weekday, slot.minute)).collect::<Vec<_>>());
        assert_eq!(read("mon,thu@09:30").ok(), Some(vec![(0, 570), (3, 570)]));
        assert_eq!(read("sat-sun@00:00").ok(), Some(vec![(5, 0), (6, 0)]));
        assert_eq!(read("Daily@23:59").ok().map(|slots| slots.len()), Some(7));
        for typed in ["mon", "mon@9:30", "mon@24:00", "mon@09:60", "fri-mon@09:30", "yesterday@09:30", "@09:30"] {
            assert_eq!(read(typed).map_err(|trouble| trouble.exit as u8), Err(2), "{typed}");
        }
    }
}
