//! Consent at whichever server a person's data are on: they are looked up by what they are called, their server says whom
//! it trusts, and that one where everything is. The client needs no registration: its id describes it.

use domain::{ErrorKind, PlatformId, ProviderError};
use oauth::Metadata;
use providers::{Descriptor, Provider, provider::Located};

use super::{
    LinkRequest,
    consent::{Named, Place, oauth_error},
};
use crate::{
    App, Error,
    words::{self, Who, platform_error},
};

const OPERATION: &str = "locate";

impl App {
    /// Where a person signs in: the one named, or that of the account to be linked again.
    pub(super) async fn place_of_person(
        &self,
        provider: &dyn Provider,
        place: Place,
        request: &LinkRequest,
    ) -> Result<Place, Error> {
        let facts = provider.descriptor();
        let typed = request.identifier.as_deref().unwrap_or_default().trim().trim_start_matches('@');
        let (named, hint) = match request.account {
            _ if !typed.is_empty() => (typed.to_owned(), typed.to_owned()),
            Some(id) => {
                let account = self.account(id).await?;
                (account.remote_id, account.handle)
            }
            None => return Err(Error::invalid(format!("Your handle at {} is needed.", facts.name))),
        };
        let found = provider.locate(&self.http, &place.endpoints, &named).await;
        let found = found.map_err(|error| nobody(facts, &named, &error))?;
        let platform = PlatformId::parse(facts.id).ok_or_else(|| Error::internal("a platform name"))?;
        let said = oauth::discover(&self.oauth_world(), &platform, &found.issuer).await;
        let said = said.map_err(|error| oauth_error(facts, &error))?;
        usable(&said, &found).map_err(|words| {
            let error = ProviderError::new(ErrorKind::Unsupported, platform, OPERATION);
            platform_error(Who { platform: facts.name, handle: &hint }, &error).with_details(words)
        })?;
        let mut endpoints = place.endpoints;
        endpoints.urls.extend(found.endpoints);
        let named = [
            ("issuer", Some(said.issuer)),
            ("authorize", Some(said.authorization_endpoint)),
            ("token", Some(said.token_endpoint)),
            ("par", said.pushed_authorization_request_endpoint),
            ("revoke", said.revocation_endpoint),
        ];
        endpoints.urls.extend(named.into_iter().filter_map(|(name, url)| Some((name.to_owned(), url?))));
        Ok(Place { endpoints, person: Named { remote_id: found.remote_id, hint }, ..place })
    }
}

/// Whether an authorization server is the one that was meant and does all that the flow rests on.
fn usable(said: &Metadata, found: &Located) -> Result<(), &'static str> {
    if said.issuer.trim_end_matches('/') != found.issuer.trim_end_matches('/') {
        return Err("The authorization server says that it is another one.");
    }
    if !said.takes_dpop() {
        return Err("The authorization server does not bind tokens to a key.");
    }
    if said.pushed_authorization_request_endpoint.is_none() {
        return Err("The authorization server takes no requests ahead of the browser.");
    }
    if !said.authorization_response_iss_parameter_supported {
        return Err("The authorization server does not say who it is in its answers.");
    }
    Ok(())
}

/// Why nobody was found by what a person typed.
fn nobody(facts: &Descriptor, named: &str, error: &ProviderError) -> Error {
    let named: String = named.chars().filter(|sign| !sign.is_control()).take(100).collect();
    if matches!(error.kind, ErrorKind::Network | ErrorKind::Certificate) {
        let message = format!("{} Nothing was linked.", words::unreached(facts.name, error.reach));
        return Error::new(error.kind.into(), message, words::remedy(error));
    }
    let details = format!("{}: {} {}", error.operation, error.remote_code, error.remote_message);
    let message = format!("{named} could not be looked up at {}. Nothing was linked.", facts.name);
    let action = "Check the handle, as it stands on your profile (robin.bsky.social), and the server.";
    Error::new(error.kind.into(), message, action).with_details(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_lacks_what_the_flow_rests_on_is_not_used() {
        let found = Located {
            remote_id: "did:plc:a".to_owned(),
            issuer: "https://as.example".to_owned(),
            endpoints: Vec::new(),
        };
        let whole = Metadata {
            issuer: "https://as.example".to_owned(),
            pushed_authorization_request_endpoint: Some("https://as.example/par".to_owned()),
            dpop_signing_alg_values_supported: vec!["ES256".to_owned()],
            authorization_response_iss_parameter_supported: true,
            ..Metadata::default()
        };
        assert_eq!(usable(&whole, &found), Ok(()));
        for lacking in [
            Metadata { issuer: "https://other.example".to_owned(), ..whole.clone() },
            Metadata { pushed_authorization_request_endpoint: None, ..whole.clone() },
            Metadata { dpop_signing_alg_values_supported: vec!["RS256".to_owned()], ..whole.clone() },
            Metadata { authorization_response_iss_parameter_supported: false, ..whole.clone() },
        ] {
            assert!(usable(&lacking, &found).is_err(), "{lacking:?}");
        }
    }
}
