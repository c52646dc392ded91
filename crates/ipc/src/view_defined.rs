//! Defined platforms, to and from what crosses the wire.

use app::link::Defined;
use providers::defined::{self, Definition, Field, Problem, Wrong};

use crate::wire::{
    AppSecret, DefineOutcome, DefinedField, DefinedPlatform, DefinedProblem, DefinedWrong, ProofKey, SecretIn, WayBack,
};

pub(crate) fn definition(said: DefinedPlatform) -> Definition {
    Definition {
        id: said.id,
        name: said.name,
        metadata: said.metadata,
        authorize: said.authorize,
        token: said.token,
        revoke: said.revoke,
        userinfo: said.userinfo,
        issuer: said.issuer,
        issuer_required: said.issuer_required,
        keys: said.keys,
        par: said.par,
        scopes: said.scopes,
        secret: match said.secret {
            AppSecret::None => defined::AppSecret::None,
            AppSecret::Optional => defined::AppSecret::Optional,
            AppSecret::Needed => defined::AppSecret::Needed,
        },
        secret_in: match said.secret_in {
            SecretIn::Form => defined::SecretIn::Form,
            SecretIn::Header => defined::SecretIn::Header,
        },
        proof_key: match said.proof_key {
            ProofKey::S256 => defined::ProofKey::S256,
            ProofKey::None => defined::ProofKey::None,
        },
        way_back: match said.way_back {
            WayBack::FixedPorts => defined::WayBack::FixedPorts,
            WayBack::AnyPort => defined::WayBack::AnyPort,
        },
        id_claim: said.id_claim,
        handle_claim: said.handle_claim,
        name_claim: said.name_claim,
    }
}

pub(crate) fn platform(known: Definition) -> DefinedPlatform {
    DefinedPlatform {
        id: known.id,
        name: known.name,
        metadata: known.metadata,
        authorize: known.authorize,
        token: known.token,
        revoke: known.revoke,
        userinfo: known.userinfo,
        issuer: known.issuer,
        issuer_required: known.issuer_required,
        keys: known.keys,
        par: known.par,
        scopes: known.scopes,
        secret: match known.secret {
            defined::AppSecret::None => AppSecret::None,
            defined::AppSecret::Optional => AppSecret::Optional,
            defined::AppSecret::Needed => AppSecret::Needed,
        },
        secret_in: match known.secret_in {
            defined::SecretIn::Form => SecretIn::Form,
            defined::SecretIn::Header => SecretIn::Header,
        },
        proof_key: match known.proof_key {
            defined::ProofKey::S256 => ProofKey::S256,
            defined::ProofKey::None => ProofKey::None,
        },
        way_back: match known.way_back {
            defined::WayBack::FixedPorts => WayBack::FixedPorts,
            defined::WayBack::AnyPort => WayBack::AnyPort,
        },
        id_claim: known.id_claim,
        handle_claim: known.handle_claim,
        name_claim: known.name_claim,
    }
}

pub(crate) fn outcome(defined: Defined) -> DefineOutcome {
    match defined {
        Defined::Kept(known) => DefineOutcome { platform: Some(platform(*known)), problems: Vec::new() },
        Defined::Refused(problems) => {
            DefineOutcome { platform: None, problems: problems.into_iter().map(problem).collect() }
        }
    }
}

const fn problem(problem: Problem) -> DefinedProblem {
    let field = match problem.field {
        Field::Id => DefinedField::Id,
        Field::Name => DefinedField::Name,
        Field::Metadata => DefinedField::Metadata,
        Field::Authorize => DefinedField::Authorize,
        Field::Token => DefinedField::Token,
        Field::Revoke => DefinedField::Revoke,
        Field::Userinfo => DefinedField::Userinfo,
        Field::Issuer => DefinedField::Issuer,
        Field::Keys => DefinedField::Keys,
        Field::Par => DefinedField::Par,
        Field::Scopes => DefinedField::Scopes,
        Field::IdClaim => DefinedField::IdClaim,
        Field::HandleClaim => DefinedField::HandleClaim,
        Field::NameClaim => DefinedField::NameClaim,
    };
    let wrong = match problem.wrong {
        Wrong::Missing => DefinedWrong::Missing,
        Wrong::TooMuch => DefinedWrong::TooMuch,
        Wrong::Letters => DefinedWrong::Letters,
        Wrong::Taken => DefinedWrong::Taken,
        Wrong::NoAddress => DefinedWrong::NoAddress,
        Wrong::NoHttps => DefinedWrong::NoHttps,
        Wrong::Secret => DefinedWrong::Secret,
        Wrong::NoScope => DefinedWrong::NoScope,
        Wrong::NoClaim => DefinedWrong::NoClaim,
        Wrong::Unreachable => DefinedWrong::Unreachable,
        Wrong::NoDescription => DefinedWrong::NoDescription,
        Wrong::NotDescribed => DefinedWrong::NotDescribed,
    };
    DefinedProblem { field, wrong }
}
