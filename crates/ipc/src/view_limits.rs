//! Servers that are down, and limits, as they cross the wire.

use app::outages::Degraded;
use domain::{
    UtcMs,
    budget::{Holder, Standing},
};

use crate::wire::{BudgetView, OutageView};

pub(crate) fn outage(down: Degraded) -> OutageView {
    OutageView {
        server: down.outage.server,
        platform: down.outage.platform.to_string(),
        name: down.platform,
        cause: down.outage.kind.into(),
        since: down.outage.since.to_rfc3339(),
        until: down.outage.until.to_rfc3339(),
        waiting: down.waiting,
    }
}

pub(crate) fn budget(standing: Standing) -> BudgetView {
    BudgetView {
        name: standing.name,
        counts: match standing.holder {
            Holder::Account => "account".to_owned(),
            Holder::Server => "server".to_owned(),
        },
        allowed: standing.allowed,
        used: standing.used,
        left: standing.left,
        window_s: standing.window_ms / 1_000,
        resets_at: standing.resets_at.map(UtcMs::to_rfc3339),
        per_post: standing.per_post,
        source: standing.source,
    }
}
