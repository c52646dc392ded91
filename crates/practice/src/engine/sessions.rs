//! Sessions and their tokens: issue, check, rotate with grace, revoke.
//!
//! A token is kept as a print only. A rotated token's successor follows from it by a keyed digest, so
//! that the grace period can return the same successor without keeping it, also after a restart.

use super::{Engine, room};
use crate::clock::Stamp;
use crate::digest::{print_of, successor};
use crate::event::{Event, RevokeReason, Via};
use crate::model::{Account, Kind, Scope};
use crate::refusal::{Code, Refusal};

/// Who calls: the account behind a valid access token.
#[derive(Debug, Clone)]
pub struct Caller {
    pub account: Account,
    pub scopes: Vec<Scope>,
}

impl Caller {
    /// Refuses without `write`.
    pub fn may_write(&self) -> Result<(), Refusal> {
        if self.scopes.contains(&Scope::Write) { Ok(()) } else { Err(Code::MissingScope.into()) }
    }

    /// Refuses without `read`.
    pub fn may_read(&self) -> Result<(), Refusal> {
        if self.scopes.contains(&Scope::Read) { Ok(()) } else { Err(Code::ReadNotGranted.into()) }
    }
}

/// Fresh tokens. Neither printable nor kept: they exist to be answered once.
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub expires_in: u64,
    pub scopes: Vec<Scope>,
    pub account: String,
}

/// Why a grant was not exchanged.
#[derive(Debug)]
pub enum GrantError {
    /// `invalid_grant`, with the reason.
    Invalid(&'static str),
    /// The network itself could not.
    Refused(Refusal),
}

impl From<Refusal> for GrantError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Engine {
    /// The scopes of `asked` that this kind is ever granted.
    pub fn grantable(kind: Kind, asked: &[Scope]) -> Vec<Scope> {
        asked.iter().copied().filter(|scope| kind != Kind::D || *scope == Scope::Write).collect()
    }

    /// Begins a session; answers its id and tokens. `life_s` absent: the default life.
    pub fn issue(
        &mut self,
        account: &str,
        scopes: &[Scope],
        via: Via,
        life_s: Option<u32>,
    ) -> Result<(String, Tokens), Refusal> {
        room(self.world.sessions.len(), self.limits.max_objects)?;
        let access_life_s = life_s.unwrap_or(self.limits.access_token_life_s);
        let (session, access, refresh) = (self.dice.id("sess_"), self.dice.token("pat_"), self.dice.token("prt_"));
        self.record(Event::TokenIssued {
            account: account.to_owned(),
            session: session.clone(),
            access: print_of(&access),
            refresh: print_of(&refresh),
            scopes: scopes.to_vec(),
            expires_at_ms: Stamp::now().plus_s(access_life_s).0,
            access_life_s,
            via,
        })?;
        let tokens = Tokens {
            access,
            refresh,
            expires_in: access_life_s.into(),
            scopes: scopes.to_vec(),
            account: account.to_owned(),
        };
        Ok((session, tokens))
    }

    /// Who holds this access token.
    pub fn caller(&self, token: &str) -> Result<Caller, Refusal> {
        let access = self.world.access.get(&print_of(token)).ok_or(Code::TokenUnknown)?;
        let session = self.world.sessions.get(&access.session).ok_or(Code::TokenUnknown)?;
        if session.revoked {
            return Err(Code::TokenRevoked.into());
        }
        if access.expires_at <= Stamp::now() {
            return Err(Code::TokenExpired.into());
        }
        let account = self.world.accounts.get(&session.account).ok_or(Code::TokenUnknown)?;
        Ok(Caller { account: account.clone(), scopes: session.scopes.clone() })
    }

    /// The account a refresh token belongs to, whatever its state.
    pub fn refresh_owner(&self, token: &str) -> Option<String> {
        let refresh = self.world.refresh.get(&print_of(token))?;
        Some(self.world.sessions.get(&refresh.session)?.account.clone())
    }

    /// Rotates a refresh token; a spent one returns its successor within the grace, else kills the session.
    pub fn refresh(&mut self, token: &str) -> Result<Tokens, GrantError> {
        let spent_print = print_of(token);
        let known = self.world.refresh.get(&spent_print).ok_or(GrantError::Invalid("unknown refresh token"))?.clone();
        let session = self.world.sessions.get(&known.session).ok_or(GrantError::Invalid("unknown session"))?.clone();
        if session.revoked {
            return Err(GrantError::Invalid("the session was revoked"));
        }
        let now = Stamp::now();
        let access = format!("pat_{}", successor(&self.successor_key, "access", token));
        let refresh = format!("prt_{}", successor(&self.successor_key, "refresh", token));
        let tokens = |expires_in| Tokens {
            access: access.clone(),
            refresh: refresh.clone(),
            expires_in,
            scopes: session.scopes.clone(),
            account: session.account.clone(),
        };
        if let Some((spent_at, next_access, next_refresh)) = &known.spent {
            let in_grace = now < spent_at.plus_ms(self.limits.refresh_grace_ms);
            let unused = self.world.refresh.get(next_refresh).is_some_and(|next| next.spent.is_none());
            if in_grace && unused {
                let expires_at = self.world.access.get(next_access).map_or(now, |next| next.expires_at);
                return Ok(tokens(expires_at.seconds_from(now)));
            }
            self.end_session(&known.session, RevokeReason::RefreshReused)?;
            return Err(GrantError::Invalid("the refresh token was used before; the session was ended"));
        }
        if known.issued_at.plus_s(self.limits.refresh_token_life_s) <= now {
            return Err(GrantError::Invalid("the refresh token has expired"));
        }
        self.record(Event::TokenRefreshed {
            account: session.account.clone(),
            session: known.session.clone(),
            spent: spent_print,
            access: print_of(&access),
            refresh: print_of(&refresh),
            expires_at_ms: now.plus_s(session.access_life_s).0,
        })?;
        Ok(tokens(session.access_life_s.into()))
    }

    /// Ends the session of an access or refresh token; unknown tokens are no error (RFC 7009).
    pub fn revoke_token(&mut self, token: &str) -> Result<(), Refusal> {
        let print = print_of(token);
        let by_refresh = self.world.refresh.get(&print).map(|refresh| refresh.session.clone());
        let session = by_refresh.or_else(|| self.world.access.get(&print).map(|access| access.session.clone()));
        session.map_or(Ok(()), |session| self.end_session(&session, RevokeReason::RevokeEndpoint))
    }

    /// Ends all sessions of an account, or of all accounts; answers how many.
    pub fn revoke_all(&mut self, account: Option<&str>) -> Result<usize, Refusal> {
        let sessions = self.world.sessions.iter();
        let alive = sessions.filter(|(_, one)| !one.revoked && account.is_none_or(|wanted| wanted == one.account));
        let ids: Vec<_> = alive.map(|(id, _)| id.clone()).collect();
        for id in &ids {
            self.end_session(id, RevokeReason::Fault)?;
        }
        Ok(ids.len())
    }

    /// Ends one session; ending it again does nothing.
    pub(super) fn end_session(&mut self, session: &str, reason: RevokeReason) -> Result<(), Refusal> {
        match self.world.sessions.get(session) {
            Some(alive) if !alive.revoked => {
                let account = alive.account.clone();
                self.record(Event::TokenRevoked { account, session: session.to_owned(), reason }).map(|_| ())
            }
            _ => Ok(()),
        }
    }
}
