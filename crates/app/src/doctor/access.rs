//! What an account may do: its access, its permissions, its kind, and one harmless read.

use domain::{ErrorCode, ErrorKind, ProviderError, doctor::Diagnosis, error::Reach};
use providers::descriptor::Need;
use store::{account::Account, secret::Field};

use super::{found::Found, round::Round};
use crate::{App, words};

impl Round {
    /// Looks at the access, renews it where it has to be, and asks the platform who it belongs to; what the platform says
    /// of the rest is read by the hops after this one.
    pub(super) async fn token(&mut self) -> Found {
        let Some((account, provider)) = self.patient.account.clone().zip(self.patient.provider.clone()) else {
            return no_account();
        };
        // Opened and dropped: whether it can be.
        if let Err(error) = self.app.open_token(&account, Field::Access).await {
            return match error.code {
                ErrorCode::VaultUnavailable => Found::broken(Diagnosis::KeyUnavailable).saying(error.message.clone()),
                _ => Found::broken(Diagnosis::TokenMissing),
            };
        }
        let renews = self.app.renews(account.id).await.unwrap_or(false);
        let session = self.app.session(&account, App::account_ref(&account), None);
        let asked = match session.tokens.access().await {
            Ok(_) => provider.identify(&session).await,
            Err(error) => Err(error),
        };
        // What renewing changed.
        let account = self.app.account(account.id).await.unwrap_or(account);
        let found = match &asked {
            Err(error) => match self.lost(error, &account, renews) {
                Some(diagnosis) => Found::broken(diagnosis).seeing("said", said(error)),
                None => Found::fine("There is access."),
            },
            Ok(_) => Found::fine("There is access, and the platform takes it."),
        };
        self.identity = Some(asked);
        ends(found, &account, renews)
    }

    pub(super) fn scopes(&self) -> Found {
        if let Some(said) = &self.scope_refused {
            return Found::broken(Diagnosis::ScopeRefused).seeing("said", said);
        }
        let Some((account, provider)) = self.patient.account.as_ref().zip(self.patient.provider.as_ref()) else {
            return no_account();
        };
        let facts = provider.descriptor();
        if let Some(Err(error)) = self.identity.as_ref().filter(|asked| refused_for(asked, ErrorKind::MissingScope)) {
            return Found::broken(Diagnosis::ScopeMissing).seeing("said", said(error));
        }
        if facts.scopes.is_empty() || account.method != "oauth" {
            return Found::not_here("Access there has no permissions of its own.");
        }
        let told = match &self.identity {
            Some(Ok(identity)) if !identity.scopes.is_empty() => &identity.scopes,
            _ => &account.scopes,
        };
        let missing: Vec<_> = facts.scopes.iter().filter(|scope| !scope.granted(told)).collect();
        // Some platforms name permissions beside publishing in other words than they were asked for, or not at all: what
        // of those is missing shows at the read.
        let needed = missing.iter().any(|scope| scope.need != Need::Beside);
        let names: Vec<_> = missing.iter().map(|scope| format!("{} ({})", scope.name, scope.reason)).collect();
        let found = match (needed, missing.is_empty()) {
            (true, _) => Found::broken(Diagnosis::ScopeMissing),
            (false, true) => Found::fine("All permissions were granted."),
            (false, false) => Found::fine("All permissions that are needed were granted."),
        };
        found.seeing("missing", names.join("; "))
    }

    pub(super) fn kind(&self) -> Found {
        let Some((account, provider)) = self.patient.account.as_ref().zip(self.patient.provider.as_ref()) else {
            return no_account();
        };
        if let Some(Err(error)) =
            self.identity.as_ref().filter(|asked| refused_for(asked, ErrorKind::AccountRestricted))
        {
            return Found::broken(Diagnosis::AccountRestricted).seeing("said", said(error));
        }
        if let Some(Err(error)) = self.identity.as_ref().filter(|asked| refused_for(asked, ErrorKind::PersonalAccount))
        {
            return Found::broken(Diagnosis::PersonalAccount).seeing("said", said(error));
        }
        let Some(Ok(identity)) = &self.identity else { return Found::not_here("The platform did not tell.") };
        let facts = provider.descriptor();
        match facts.kinds.iter().find(|kind| kind.id == identity.kind) {
            None => Found::broken(Diagnosis::KindWrong).seeing("kind", &identity.kind),
            Some(_) if identity.remote_id != account.remote_id => {
                Found::broken(Diagnosis::OtherAccount).seeing("account", &identity.handle)
            }
            Some(kind) => Found::fine("The account is of a kind that can be used.").seeing("kind", kind.name),
        }
    }

    pub(super) fn read(&self) -> Found {
        match &self.identity {
            None => no_account(),
            Some(Ok(identity)) => {
                Found::fine("The platform says whose account it is.").seeing("account", &identity.handle)
            }
            Some(Err(error)) => {
                let diagnosis = match error.kind {
                    ErrorKind::RateLimited | ErrorKind::QuotaExhausted => Diagnosis::TooManyCalls,
                    ErrorKind::Unavailable => Diagnosis::PlatformDown,
                    ErrorKind::Network if error.reach != Some(Reach::LeftAlone) => Diagnosis::NoAnswer,
                    _ => Diagnosis::ReadFailed,
                };
                let platform = self.patient.platform();
                let handle = self.patient.account.as_ref().map_or("", |account| account.handle.as_str());
                let why = words::trouble(words::Who { platform, handle }, error);
                Found::broken(diagnosis).saying(why).seeing("said", said(error))
            }
        }
    }

    /// What a failed question shows of the access itself; `None` where that holds.
    fn lost(&self, error: &ProviderError, account: &Account, renews: bool) -> Option<Diagnosis> {
        let over = account.access_expires_at.is_some_and(|end| end <= self.app.clock.now());
        match error.kind {
            ErrorKind::AuthRevoked | ErrorKind::AuthExpired if over && !renews => Some(Diagnosis::TokenExpired),
            ErrorKind::AuthRevoked => Some(Diagnosis::TokenEnded),
            ErrorKind::AuthExpired => Some(Diagnosis::TokenNotRenewed),
            // Renewing is asked for in these words too.
            _ if matches!(error.operation, "access" | "refresh" | "token_refresh" | "token_trade_in") => {
                Some(Diagnosis::TokenNotRenewed)
            }
            _ => None,
        }
    }
}

/// The same with when the access ends.
fn ends(found: Found, account: &Account, renews: bool) -> Found {
    let found = match account.access_expires_at {
        Some(end) => found.seeing("access_ends", end.to_rfc3339()),
        None => found,
    };
    let found = match account.refresh_expires_at {
        Some(end) => found.seeing("renewable_until", end.to_rfc3339()),
        None => found,
    };
    found.seeing("renewed_by_itself", if renews { "yes" } else { "no" })
}

fn no_account() -> Found {
    Found::not_here("No account is linked.")
}

fn refused_for(asked: &Result<providers::provider::Identity, ProviderError>, kind: ErrorKind) -> bool {
    asked.as_ref().is_err_and(|error| error.kind == kind)
}

/// A platform's own words.
fn said(error: &ProviderError) -> String {
    let status = error.status.map(|status| format!("HTTP {status} ")).unwrap_or_default();
    format!("{status}{} {}", error.remote_code, error.remote_message)
}
