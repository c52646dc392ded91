//! Platforms that people define themselves: checked, filled in where their server describes itself, kept and forgotten.

use std::sync::Arc;

use domain::{ErrorCode, ErrorKind, PlatformId};
use oauth::{Metadata, OauthError};
use providers::defined::{self, Definition, Field, Problem, Wrong};

use crate::{
    App, Error,
    definitions::{DEFINED_MAX, SETTING, definitions},
    event::Topic,
};

/// What came of defining a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Defined {
    /// It is kept, as it stands here.
    Kept(Box<Definition>),
    /// It is not: what is wrong with it.
    Refused(Vec<Problem>),
}

impl App {
    /// The platforms defined in this profile.
    pub async fn definitions(&self) -> Result<Vec<Definition>, Error> {
        definitions(&self.store).await
    }

    /// Keeps a definition, in place of one with the same short name. What it leaves empty is read where its server
    /// describes itself. Accounts that are linked keep the addresses they were linked with.
    pub async fn define_platform(&self, definition: Definition) -> Result<Defined, Error> {
        let wished = definition.tidy();
        let mut problems = wished.problems(|id| self.registry.is_built_in(id) || id == PlatformId::postroom().as_str());
        if !problems.is_empty() {
            return Ok(Defined::Refused(problems));
        }
        let mut definition = wished.clone();
        if !wished.metadata.is_empty() {
            match self.described(&wished).await {
                Ok(said) => fill(&mut definition, said),
                Err(error) => return Ok(Defined::Refused(vec![undescribed(&error)])),
            }
        }
        problems = definition.lacking();
        problems.extend(definition.problems(|_| false));
        if !problems.is_empty() {
            return Ok(Defined::Refused(problems));
        }
        let known = self.definitions().await?;
        if known.len() >= DEFINED_MAX && known.iter().all(|known| known.id != definition.id) {
            return Err(Error::invalid(format!("At most {DEFINED_MAX} platforms can be defined. Remove one first.")));
        }
        let text = serde_json::to_string(&definition).map_err(|error| Error::internal(error.to_string()))?;
        self.put_definition(&definition.id, &text).await?;
        self.registry.define(Arc::new(defined::provider(&definition)));
        self.emit(Topic::Accounts, None);
        Ok(Defined::Kept(Box::new(definition)))
    }

    /// Forgets a definition, with the app entered for it. Not while accounts are linked there.
    pub async fn forget_platform(&self, id: &str) -> Result<(), Error> {
        if self.definitions().await?.iter().all(|known| known.id != id) {
            return Err(Error::not_found("platform of your own", id));
        }
        let linked = self.accounts().await?.iter().filter(|account| account.platform.as_str() == id).count();
        if linked > 0 {
            return Err(Error::new(
                ErrorCode::WrongState,
                "Accounts are linked there, and are renewed as the definition says.",
                "Unlink them first, or change the definition.",
            ));
        }
        match self.remove_own_app(id).await {
            Err(error) if error.code != ErrorCode::NotFound => return Err(error),
            _ => {}
        }
        self.put_definition(id, "").await?;
        self.registry.forget(id);
        self.emit(Topic::Accounts, None);
        Ok(())
    }

    async fn put_definition(&self, id: &str, text: &str) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        store::setting::set(&mut tx, &format!("{SETTING}{id}"), text).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What a server says of itself.
    async fn described(&self, definition: &Definition) -> Result<Metadata, OauthError> {
        let platform = PlatformId::parse(&definition.id).unwrap_or_else(PlatformId::postroom);
        oauth::discover(&self.oauth_world(), &platform, &definition.metadata).await
    }
}

/// Puts what the server says where the definition says nothing.
fn fill(definition: &mut Definition, said: Metadata) {
    let pushed = said.pushed_authorization_request_endpoint.filter(|_| said.require_pushed_authorization_requests);
    for (text, said) in [
        (&mut definition.authorize, Some(said.authorization_endpoint)),
        (&mut definition.token, Some(said.token_endpoint)),
        (&mut definition.revoke, said.revocation_endpoint),
        (&mut definition.userinfo, said.userinfo_endpoint),
        (&mut definition.keys, said.jwks_uri),
        (&mut definition.par, pushed),
        (&mut definition.issuer, Some(said.issuer)),
    ] {
        if text.is_empty() {
            *text = said.unwrap_or_default();
        }
    }
    definition.issuer_required |= said.authorization_response_iss_parameter_supported;
}

/// Why nothing could be read where the server should describe itself.
fn undescribed(error: &OauthError) -> Problem {
    let wrong = match error {
        OauthError::Exchange(error)
            if matches!(
                error.kind,
                ErrorKind::Network | ErrorKind::Certificate | ErrorKind::Unavailable | ErrorKind::RateLimited
            ) =>
        {
            Wrong::Unreachable
        }
        _ => Wrong::NoDescription,
    };
    Problem { field: Field::Metadata, wrong }
}
