//! Linking with a code that a person types on the platform's page.

use std::sync::Arc;

use oauth::DeviceAttempt;
use providers::{Provider, descriptor::OauthRules};

use super::{
    LinkRequest, Status,
    consent::{Asking, Place, Shown, oauth_error},
};
use crate::{App, Error};

impl App {
    pub(super) async fn start_device(
        self: &Arc<Self>,
        provider: Arc<dyn Provider>,
        rules: &OauthRules,
        place: Place,
        request: LinkRequest,
    ) -> Result<Status, Error> {
        let facts = provider.descriptor();
        let (flow, place) = self.flow_for_new(facts, rules, place).await?;
        let attempt =
            DeviceAttempt::start(flow, self.oauth_world()).await.map_err(|error| oauth_error(facts, &error))?;
        let code = attempt.code();
        let shown = Shown {
            authorize_url: code.whole_url.clone().unwrap_or_else(|| code.verification_url.clone()),
            redirect_uri: String::new(),
            pasted: false,
            user_code: code.user_code.clone(),
            expires_at: code.expires_at,
        };
        self.follow_attempt(Asking::Device(attempt), shown, place, request).await
    }
}
