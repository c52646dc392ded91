//! Open consent pages and authorization codes. In memory only: a restart forgets them.

use std::collections::HashMap;

use super::{Engine, GrantError, Tokens};
use crate::clock::Stamp;
use crate::digest::{code_challenge, print_of};
use crate::event::{RevokeReason, Via};
use crate::model::Scope;

/// Most consent pages and codes remembered; the oldest goes first.
const REMEMBERED_MAX: usize = 1_000;
/// How long a used code is remembered, so that its second use is noticed.
const CODE_MEMORY_MS: u32 = 600_000;

/// A valid authorization request, waiting for consent.
#[derive(Debug, Clone)]
pub struct AuthorizeRequest {
    pub redirect_uri: String,
    pub state: String,
    pub challenge: String,
    pub scopes: Vec<Scope>,
}

/// What a code stands for.
#[derive(Debug, Clone)]
pub struct CodeGrant {
    pub account: String,
    pub scopes: Vec<Scope>,
    pub redirect_uri: String,
    pub challenge: String,
}

#[derive(Debug)]
struct Code {
    grant: CodeGrant,
    expires_at: Stamp,
    forget_at: Stamp,
    used: bool,
    session: Option<String>,
}

/// Open consents by form token, codes by code; both by print.
#[derive(Debug, Default)]
pub struct Codes {
    consents: HashMap<String, (Stamp, AuthorizeRequest)>,
    codes: HashMap<String, Code>,
}

impl Engine {
    /// Remembers a request under a new one-time form token.
    pub fn open_consent(&mut self, request: AuthorizeRequest) -> String {
        let (now, life) = (Stamp::now(), self.limits.consent_life_ms);
        let consents = &mut self.codes.consents;
        consents.retain(|_, (expires_at, _)| *expires_at > now);
        drop_oldest(consents, |(expires_at, _)| *expires_at);
        let token = self.dice.token("form_");
        consents.insert(print_of(&token), (now.plus_ms(life), request));
        token
    }

    /// Takes the request of a form token; it works once.
    pub fn take_consent(&mut self, form_token: &str) -> Option<AuthorizeRequest> {
        let (expires_at, request) = self.codes.consents.remove(&print_of(form_token))?;
        (expires_at > Stamp::now()).then_some(request)
    }

    /// A new code for this grant.
    pub fn new_code(&mut self, grant: CodeGrant) -> String {
        let now = Stamp::now();
        let codes = &mut self.codes.codes;
        codes.retain(|_, code| code.forget_at > now);
        drop_oldest(codes, |code| code.forget_at);
        let token = self.dice.token("code_");
        let expires_at = now.plus_ms(self.limits.code_life_ms);
        let forget_at = now.plus_ms(CODE_MEMORY_MS);
        codes.insert(print_of(&token), Code { grant, expires_at, forget_at, used: false, session: None });
        token
    }

    /// The account of a code, whatever its state.
    pub fn code_owner(&self, code: &str) -> Option<String> {
        self.codes.codes.get(&print_of(code)).map(|code| code.grant.account.clone())
    }

    /// Exchanges a code. Any try spends it; a second one ends the session of the first.
    pub fn exchange(&mut self, code: &str, redirect_uri: &str, verifier: &str) -> Result<Tokens, GrantError> {
        let print = print_of(code);
        let known = self.codes.codes.get_mut(&print).ok_or(GrantError::Invalid("unknown code"))?;
        if known.used {
            if let Some(session) = known.session.clone() {
                self.end_session(&session, RevokeReason::CodeReused)?;
            }
            return Err(GrantError::Invalid("the code was used before"));
        }
        known.used = true;
        if known.expires_at <= Stamp::now() {
            return Err(GrantError::Invalid("the code has expired"));
        }
        let grant = known.grant.clone();
        if grant.redirect_uri != redirect_uri {
            return Err(GrantError::Invalid("the redirect address differs"));
        }
        if grant.challenge != code_challenge(verifier) {
            return Err(GrantError::Invalid("the verifier does not fit"));
        }
        let (session, tokens) = self.issue(&grant.account, &grant.scopes, Via::Code, None)?;
        if let Some(known) = self.codes.codes.get_mut(&print) {
            known.session = Some(session);
        }
        Ok(tokens)
    }
}

fn drop_oldest<V>(map: &mut HashMap<String, V>, age: impl Fn(&V) -> Stamp) {
    if map.len() >= REMEMBERED_MAX {
        let oldest = map.iter().min_by_key(|(_, value)| age(value)).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest {
            map.remove(&oldest);
        }
    }
}
