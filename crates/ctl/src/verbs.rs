//! The verbs: each decodes its words, calls one command (writing a post: a few), and says what came of it.

mod accounts;
mod apps;
mod compose;
mod doctor;
mod link;
mod live;
mod media;
mod naming;
mod picture;
mod platforms;
mod posts;
mod practice;
mod providers;
mod publications;
mod queue;
mod series;
mod slots;
mod variant;
mod vault;

use crate::{
    answer::Answer,
    cli::{AuditVerb, DataVerb, MetricsVerb, PlatformsVerb, Verb},
    shell::Shell,
    signals,
    trouble::Trouble,
};

/// The name of a verb that is not in this version; `None` for those that are.
pub fn not_here(verb: &Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Platforms(PlatformsVerb::Verify { .. }) => "platforms verify",
        Verb::Metrics(MetricsVerb::Collect { .. }) => "metrics collect",
        Verb::Metrics(MetricsVerb::Show { .. }) => "metrics show",
        Verb::Metrics(MetricsVerb::Export { .. }) => "metrics export",
        Verb::Data(DataVerb::Backup { .. }) => "data backup",
        Verb::Data(DataVerb::Restore { .. }) => "data restore",
        Verb::Data(DataVerb::Export { .. }) => "data export",
        Verb::Data(DataVerb::Erase { .. }) => "data erase",
        Verb::Audit(AuditVerb::List) => "audit list",
        Verb::Audit(AuditVerb::Verify) => "audit verify",
        _ => return None,
    })
}

/// Carries a verb out over a backend. Those that run in this process (`queue run`, `practice serve`) are not here.
pub async fn run(verb: Verb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    if let Some(name) = not_here(&verb) {
        return Err(Trouble::not_available(name));
    }
    match verb {
        Verb::Platforms(verb) => platforms::run(verb, shell).await,
        Verb::Accounts(verb) => accounts::run(verb, shell).await,
        Verb::Media(verb) => media::run(verb, shell).await,
        Verb::Posts(verb) => posts::run(verb, shell).await,
        Verb::Series(verb) => series::run(verb, shell).await,
        Verb::Slots(verb) => slots::run(verb, shell).await,
        Verb::Publications(verb) => publications::run(verb, shell).await,
        Verb::Queue(verb) => queue::run(&verb, shell).await,
        Verb::Practice(verb) => practice::run(verb, shell).await,
        Verb::Vault(verb) => vault::run(verb, shell).await,
        Verb::Apps(verb) => apps::run(verb, shell).await,
        Verb::Providers(verb) => providers::run(verb, shell).await,
        Verb::Doctor { target, out } => doctor::run(target, out, shell, signals::asked_to_end()).await,
        Verb::Metrics(_) | Verb::Data(_) | Verb::Audit(_) => Err(Trouble::not_available("this verb")),
    }
}
