//! A check as plain text, for whoever is asked for help. It holds what the window shows, and that holds no secret.

use std::fmt::Write as _;

use domain::doctor::{Hop, HopState};

use super::{Examination, Examined, Standing};

impl Examination {
    /// The whole check as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text =
            format!("Postroom {}, connections checked at {}", env!("CARGO_PKG_VERSION"), self.at.to_rfc3339());
        text.push_str(match self.standing {
            Standing::Running => " (under way)\n",
            Standing::Done => "\n",
            Standing::Cancelled => " (ended before all was tried)\n",
        });
        for examined in &self.examined {
            put(&mut text, examined);
        }
        text
    }
}

/// Writing to a String cannot fail.
fn put(text: &mut String, examined: &Examined) {
    let Examined { platform, handle, server, .. } = examined;
    let named = [platform.as_str(), handle, server].into_iter().filter(|name| !name.is_empty());
    let named = named.collect::<Vec<_>>().join(", ");
    let _ = writeln!(text, "\n{}", if named.is_empty() { "This computer" } else { &named });
    for check in &examined.checks {
        let _ = writeln!(text, "  {:<14}{:<16}{}", state(check.state), name(check.hop), check.means);
        let seen = check.seen.iter().map(|seen| format!("{}: {}", seen.name.replace('_', " "), seen.value));
        let fix = (!check.fix.is_empty()).then(|| format!("To mend it: {}", check.fix));
        for line in fix.into_iter().chain(seen) {
            let _ = writeln!(text, "{:32}{line}", "");
        }
    }
}

const fn state(state: HopState) -> &'static str {
    match state {
        HopState::Ok => "ok",
        HopState::Broken => "BROKEN",
        HopState::NotTried => "not tried",
        HopState::NotApplicable => "not needed",
    }
}

const fn name(hop: Hop) -> &'static str {
    match hop {
        Hop::Network => "network",
        Hop::Proxy => "proxy",
        Hop::Name => "name (DNS)",
        Hop::Connection => "connection",
        Hop::Certificate => "certificate",
        Hop::Clock => "clock",
        Hop::Answer => "answer",
        Hop::Authorization => "consent pages",
        Hop::Loopback => "way back",
        Hop::Browser => "browser",
        Hop::Key => "key",
        Hop::OwnApp => "your app",
        Hop::Client => "app accepted",
        Hop::Redirect => "redirect",
        Hop::Token => "access",
        Hop::Scopes => "permissions",
        Hop::Kind => "account kind",
        Hop::Read => "read",
    }
}
