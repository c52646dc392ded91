//! A site that makes a password for the app on a page of its own and sends the browser back with it: WordPress's
//! application passwords. No code is traded; what comes back is what the app works with. The way back, its state and its
//! guards are those of [`crate::Attempt`].

use domain::{Secret, UtcMs};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    Door, OauthError, Stage, World,
    desk::{Expected, Outcome, is_refusal},
    flow::endpoint,
    pkce, stage,
    waiting::{Inbox, Limits, Waiting, parsed},
};

/// What is asked of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The site's page, opened in the browser.
    pub page: String,
    /// The site's address: the answer must say that it comes from its host.
    pub site: String,
    /// The app's name, shown on the page.
    pub app_name: String,
    /// The app's id there, a UUID.
    pub app_id: String,
}

/// What the site made.
#[derive(Debug, Clone)]
pub struct Approved {
    /// Who agreed, as they sign in there.
    pub user: String,
    /// The password made for the app.
    pub password: Secret<String>,
}

/// An open attempt. Dropping it closes its listener.
#[derive(Debug)]
pub struct Approval {
    redirect_uri: String,
    waiting: Waiting,
}

impl Approval {
    /// Makes the address to open; the way back is open. Needs a Tokio runtime.
    pub fn start(door: Door, wanted: &Wanted, world: &World, limits: Limits) -> Result<Self, OauthError> {
        let (page, site) = (endpoint(&wanted.page)?, endpoint(&wanted.site)?);
        let Door { listener, redirect_uri, .. } = door;
        let state = pkce::random_text(&*world.random);
        let authorize_url = address(&page, wanted, &redirect_uri, &state)?;
        let expected = Expected {
            redirect_uri: parsed(&redirect_uri)?,
            state,
            issuer: None,
            origin: page.origin().ascii_serialization(),
            site: Some(site),
        };
        Ok(Self { waiting: Waiting::begin(listener, expected, authorize_url, world, limits), redirect_uri })
    }

    /// The address for the person's browser. Carries the state: show it, open it, never log it.
    pub fn authorize_url(&self) -> &str {
        self.waiting.authorize_url()
    }

    /// Where the browser comes back to.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// When waiting ends.
    pub const fn expires_at(&self) -> UtcMs {
        self.waiting.expires_at()
    }

    /// Where answers are taken that come another way than through the listener.
    pub fn inbox(&self) -> Inbox {
        self.waiting.inbox()
    }

    /// Waits for the browser. `on_stage` hears every stage in order, the last being `Done` or `Failed`.
    pub async fn wait(
        self,
        cancel: CancellationToken,
        on_stage: impl Fn(Stage) + Send + Sync,
    ) -> Result<Approved, OauthError> {
        stage::follow(&cancel, &on_stage, self.run(&on_stage)).await
    }

    async fn run(mut self, on_stage: &(impl Fn(Stage) + Send + Sync)) -> Result<Approved, OauthError> {
        match self.waiting.answer().await? {
            Outcome::Code(both) => {
                on_stage(Stage::CodeReceived);
                let (user, password) = both.expose().split_once('\n').ok_or(OauthError::Mismatch)?;
                Ok(Approved { user: user.to_owned(), password: Secret::new(password.to_owned()) })
            }
            Outcome::Denied { error, description } if is_refusal(&error) => {
                Err(OauthError::ConsentRefused { description })
            }
            Outcome::Denied { .. } | Outcome::Mismatch => Err(OauthError::Mismatch),
        }
    }
}

/// The page with what is asked. The state goes in the addresses to come back to: the page has no place of its own for it.
fn address(page: &Url, wanted: &Wanted, redirect_uri: &str, state: &Secret<String>) -> Result<String, OauthError> {
    let back = |refused: bool| {
        let mut url = parsed(redirect_uri)?;
        url.query_pairs_mut().append_pair("state", state.expose());
        if refused {
            url.query_pairs_mut().append_pair("error", "access_denied");
        }
        Ok::<_, OauthError>(url)
    };
    let mut url = page.clone();
    url.query_pairs_mut()
        .append_pair("app_name", &wanted.app_name)
        .append_pair("app_id", &wanted.app_id)
        .append_pair("success_url", back(false)?.as_str())
        .append_pair("reject_url", back(true)?.as_str());
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use domain::consent::RedirectRule;

    use super::*;
    use crate::{Redirect, test_support::world};

    fn start() -> (Approval, Url) {
        let door = Door::open(&Redirect::from(RedirectRule::any_port("/callback"))).unwrap();
        let wanted = Wanted {
            page: "https://site.example/blog/wp-admin/authorize-application.php".to_owned(),
            site: "https://site.example/blog".to_owned(),
            app_name: "Postroom".to_owned(),
            app_id: "00000000-0000-4000-8000-000000000000".to_owned(),
        };
        let approval = Approval::start(door, &wanted, &world().0, Limits::default()).unwrap();
        let url = Url::parse(approval.authorize_url()).unwrap();
        let back = url.query_pairs().find(|(name, _)| name == "success_url").unwrap().1.into_owned();
        (approval, Url::parse(&back).unwrap())
    }

    fn with(back: &Url, pairs: &[(&str, &str)]) -> String {
        let mut url = back.clone();
        url.query_pairs_mut().extend_pairs(pairs);
        url.into()
    }

    const MADE: [(&str, &str); 3] =
        [("site_url", "https://site.example/blog"), ("user_login", "Ash Grey"), ("password", "abcd EFGH")];

    #[tokio::test]
    async fn the_password_the_site_made_is_taken_once() {
        let (approval, back) = start();
        let inbox = approval.inbox();
        assert!(inbox.take(&with(&back, &MADE)) && !inbox.take(&with(&back, &MADE)));
        let approved = approval.wait(CancellationToken::new(), |_| {}).await.unwrap();
        assert_eq!((approved.user.as_str(), approved.password.expose().as_str()), ("Ash Grey", "abcd EFGH"));
        assert!(!format!("{approved:?}").contains("EFGH"));
    }

    #[tokio::test]
    async fn a_no_is_a_no_in_both_spellings() {
        let (approval, back) = start();
        assert!(approval.inbox().take(&with(&back, &[("success", "false")])));
        let error = approval.wait(CancellationToken::new(), |_| {}).await.unwrap_err();
        assert!(matches!(error, OauthError::ConsentRefused { .. }), "{error:?}");
        let (approval, _) = start();
        let url = Url::parse(approval.authorize_url()).unwrap();
        let reject = url.query_pairs().find(|(name, _)| name == "reject_url").unwrap().1.into_owned();
        assert!(approval.inbox().take(&reject));
        let error = approval.wait(CancellationToken::new(), |_| {}).await.unwrap_err();
        assert!(matches!(error, OauthError::ConsentRefused { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn what_another_site_sends_is_not_taken() {
        let [site, user, password] = MADE;
        for pairs in [
            vec![("site_url", "https://other.example/blog"), user, password],
            vec![user, password],
            vec![site, ("user_login", ""), password],
            vec![site, user],
            vec![site, ("user_login", "a\nb"), password],
            vec![site, user, ("password", "a\u{7}")],
        ] {
            let (approval, back) = start();
            assert!(approval.inbox().take(&with(&back, &pairs)), "its state is right: {pairs:?}");
            let error = approval.wait(CancellationToken::new(), |_| {}).await.unwrap_err();
            assert!(matches!(error, OauthError::Mismatch), "{pairs:?}");
        }
        let (approval, back) = start();
        let twice = format!("{}&password=other", with(&back, &MADE));
        assert!(!approval.inbox().take(&twice), "said twice");
        assert!(!approval.inbox().take(&with(&back, &MADE).replace("state=", "state=x")), "another attempt's");
    }
}
