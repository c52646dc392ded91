//! Platforms of the user's own, for people.

use ipc::wire::{DefineOutcome, DefinedField, DefinedPlatform, DefinedProblem, DefinedWrong};

use super::table::table;

/// All of them.
pub fn defined_platforms(views: &[DefinedPlatform]) -> String {
    let rows = views.iter().map(|view| [view.id.clone(), view.name.clone(), view.authorize.clone()]);
    table(["PLATFORM", "NAME", "CONSENT AT"], rows, "You defined no platform.")
}

/// What came of defining one.
pub fn define_outcome(view: &DefineOutcome) -> String {
    match &view.platform {
        Some(known) => format!("{} is defined as {}.", known.name, known.id),
        None => view.problems.iter().copied().map(problem).collect::<Vec<_>>().join("\n"),
    }
}

fn problem(problem: DefinedProblem) -> String {
    format!("{}: {}", field(problem.field), wrong(problem.wrong))
}

const fn field(field: DefinedField) -> &'static str {
    match field {
        DefinedField::Id => "id",
        DefinedField::Name => "name",
        DefinedField::Metadata => "metadata",
        DefinedField::Authorize => "authorize",
        DefinedField::Token => "token",
        DefinedField::Revoke => "revoke",
        DefinedField::Userinfo => "userinfo",
        DefinedField::Issuer => "issuer",
        DefinedField::Keys => "keys",
        DefinedField::Par => "par",
        DefinedField::Scopes => "scopes",
        DefinedField::IdClaim => "id_claim",
        DefinedField::HandleClaim => "handle_claim",
        DefinedField::NameClaim => "name_claim",
    }
}

const fn wrong(wrong: DefinedWrong) -> &'static str {
    match wrong {
        DefinedWrong::Missing => "missing",
        DefinedWrong::TooMuch => "too long, or too many",
        DefinedWrong::Letters => "small letters, digits and underscores only",
        DefinedWrong::Taken => "another platform has this name",
        DefinedWrong::NoAddress => "no address (https://…)",
        DefinedWrong::NoHttps => "only https is allowed, but on this computer",
        DefinedWrong::Secret => "it holds a secret, and addresses are kept and shown as they are",
        DefinedWrong::NoScope => "a scope is one word",
        DefinedWrong::NoClaim => "a claim is one word, or a JSON pointer",
        DefinedWrong::Unreachable => "nobody answers there",
        DefinedWrong::NoDescription => "what answers there does not describe an OAuth 2.0 server",
        DefinedWrong::NotDescribed => "the server's description does not name it: write it down",
    }
}
