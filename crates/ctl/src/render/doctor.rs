//! Checked connections, for people.

use domain::doctor::HopState;
use ipc::wire::{DoctorView, ExaminedView, HopView};

use super::spoken;

/// Who is examined.
pub fn examined(view: &ExaminedView) -> String {
    let ExaminedView { platform, handle, server, .. } = view;
    let named: Vec<_> = [platform, handle, server].into_iter().filter(|name| !name.is_empty()).cloned().collect();
    if named.is_empty() { "This computer".to_owned() } else { named.join("  ") }
}

/// What came of a hop; of a broken one what it means, what mends it and what was seen.
pub fn hop(view: &HopView) -> String {
    let state = match view.state {
        HopState::Ok => "ok",
        HopState::Broken => "BROKEN",
        HopState::NotTried => "not tried",
        HopState::NotApplicable => "-",
    };
    let mut text = format!("  {:<16}{state:<11}{}", spoken(&view.hop), view.means);
    if view.state == HopState::Broken {
        let seen = view.seen.iter().map(|seen| format!("{}: {}", seen.name.replace('_', " "), seen.value));
        for line in std::iter::once(view.fix.clone()).chain(seen) {
            text.push_str("\n                             ");
            text.push_str(&line);
        }
    }
    text
}

/// What it comes to.
pub fn verdict(view: &DoctorView) -> String {
    let line = |one: &ExaminedView| match one.broken {
        Some(hop) => format!("{}: broken at {}.", examined(one), spoken(&hop)),
        None if one.hops.iter().any(|hop| hop.state == HopState::NotTried) => {
            format!("{}: not tried to the end.", examined(one))
        }
        None => format!("{}: nothing is broken.", examined(one)),
    };
    view.examined.iter().map(line).collect::<Vec<_>>().join("\n")
}
