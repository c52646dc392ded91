//! Signing in with a name and an app password.

use std::sync::Arc;

use domain::{AccountId, Endpoints, ErrorCode, ErrorKind, Secret};
use providers::Provider;
use tokio_util::sync::CancellationToken;

use super::{LinkRequest, NewAccount, Stage, Status};
use crate::{
    App, Error,
    words::{Who, link_error},
};

impl App {
    pub(super) async fn start_password(
        self: &Arc<Self>,
        provider: Arc<dyn Provider>,
        instance: String,
        endpoints: Endpoints,
        request: LinkRequest,
    ) -> Result<Status, Error> {
        let identifier = request.identifier.clone().unwrap_or_default();
        let identifier = identifier.trim().trim_start_matches('@').to_owned();
        let Some(secret) = request.secret.clone().filter(|secret| !secret.expose().is_empty()) else {
            return Err(Error::invalid("An app password is needed."));
        };
        if identifier.is_empty() || identifier.len() > 253 {
            return Err(Error::invalid("A handle or address is needed."));
        }
        let status = Status {
            id: self.random_hex::<16>(),
            platform: request.platform.clone(),
            stage: Stage::Exchanging,
            authorize_url: String::new(),
            redirect_uri: String::new(),
            pasted: false,
            user_code: String::new(),
            expires_at: self.clock.now().plus_ms(60_000),
        };
        self.links.add(status.clone(), CancellationToken::new(), None)?;
        self.stage(&status.id, &request.platform, request.account, &Stage::Exchanging).await;
        let (app, id) = (Arc::clone(self), status.id.clone());
        tokio::spawn(async move {
            let both = (identifier.as_str(), &secret);
            let ended = app.finish_password(provider.as_ref(), instance, endpoints, both, &id, &request).await;
            app.end_attempt(&id, &request, ended).await;
        });
        Ok(status)
    }

    /// Signs in with a name and an app password, and takes the account in.
    pub(super) async fn finish_password(
        self: &Arc<Self>,
        provider: &dyn Provider,
        instance: String,
        endpoints: Endpoints,
        (identifier, secret): (&str, &Secret<String>),
        id: &str,
        request: &LinkRequest,
    ) -> Result<AccountId, Error> {
        let signed_in = provider.sign_in(&self.http, &endpoints, identifier, secret).await;
        let (identity, tokens) = signed_in.map_err(|error| {
            let who = Who { platform: provider.descriptor().name, handle: identifier };
            let mut refused = link_error(who, &error);
            if error.kind == ErrorKind::AuthRevoked {
                refused.code = ErrorCode::CredentialsRefused;
                refused.message = format!("{} does not accept this name and app password.", who.platform);
                "Check both; an app password is made in the platform's settings.".clone_into(&mut refused.action);
            }
            refused
        })?;
        self.stage(id, &request.platform, request.account, &Stage::Finishing).await;
        let new = NewAccount {
            platform: request.platform.clone(),
            instance,
            method: "app_password",
            endpoints,
            tokens,
            scopes: Vec::new(),
            client: String::new(),
            subject: String::new(),
            key: None,
        };
        self.adopt(new, Some(identity), request.account).await
    }
}
