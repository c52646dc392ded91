//! What every simulated platform is to the server around it: a pure function from call to answer, with a control side.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::wire::{Reply, Request};

/// A refusal asked for by a fault, to be put into the platform's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The platform does not like the request; repeating it will not help.
    Rejected,
    /// Too many calls; `retry_after_s` seconds to wait.
    RateLimited {
        /// Seconds.
        retry_after_s: u64,
    },
    /// The platform is broken at the moment.
    ServerError,
    /// The body exceeds [`Platform::max_body_bytes`].
    TooLarge,
}

/// What tests may do to a platform behind its API's back. As JSON: `{"do":"add_account","handle":…}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Makes an account; answers with its ids.
    AddAccount {
        /// Its name on the platform.
        handle: String,
        /// What a third-party client logs in with.
        app_password: String,
        /// What its owner logs in with; none means nobody can.
        #[serde(default)]
        main_password: Option<String>,
        /// The code that the main password also needs, where a second factor is on.
        #[serde(default)]
        second_factor: Option<String>,
    },
    /// All access tokens given out so far are expired; refreshing helps.
    ExpireAccess,
    /// As when the owner revokes the app: the app passwords and all sessions end. Only linking anew helps.
    RevokeTokens,
    /// As when one person removes every app under the platform's settings; the others' access goes on.
    RemoveApps {
        /// The account's name.
        handle: String,
    },
    /// As when one person changes the password, where that ends what apps were given.
    ChangePassword {
        /// The account's name.
        handle: String,
    },
    /// The platform takes the account down.
    TakeDown {
        /// The account's name.
        handle: String,
    },
    /// The owner deactivates the account.
    Deactivate {
        /// The account's name.
        handle: String,
    },
    /// The account is in order again.
    Restore {
        /// The account's name.
        handle: String,
    },
    /// Switches the documented rate limits and their headers on or off (off at the start).
    RateLimits {
        /// Whether they hold.
        on: bool,
    },
    /// Moves the simulator's clock forward.
    Advance {
        /// Milliseconds.
        by_ms: i64,
    },
    /// Changes some of the platform's settings, by name; the others stay. Mastodon's are in
    /// `platforms::mastodon::settings`, those of the others in `oauth::settings`.
    Configure {
        /// The new values.
        settings: Map<String, Value>,
    },
    /// Gives a client what it would have after an owner's consent; answers with client and token.
    Grant {
        /// The account's name.
        handle: String,
        /// Scopes, with spaces between.
        scopes: String,
    },
    /// Answers how many tokens act for an account.
    TokensOf {
        /// The account's name.
        handle: String,
    },
    /// Forgets the registered apps that hold no token, as servers did to those long unused.
    ForgetApps,
    /// Registers a developer's app as the platform's own pages would; answers with its id and secret.
    RegisterApp {
        /// Made up where none is given.
        #[serde(default)]
        client_id: Option<String>,
        /// Made up where none is given; a public app has none.
        #[serde(default)]
        client_secret: Option<String>,
        /// Where people may be sent back to.
        #[serde(default)]
        redirect_uris: Vec<String>,
        /// Whether the app has no secret: a native or public client, Slack's PKCE apps, LinkedIn's native ones.
        #[serde(default)]
        public: bool,
        /// The scopes it is approved for; none where all are.
        #[serde(default)]
        scopes: Option<Vec<String>>,
    },
    /// Another key signs identities from now on; the one before stays published.
    RotateKey,
    /// Somebody types in a user code and decides.
    DecideUserCode {
        /// As the app shows it.
        user_code: String,
        /// The account that says yes; none says no.
        #[serde(default)]
        allowed_by: Option<String>,
    },
}

impl Command {
    /// An account that only app passwords can enter.
    pub fn add_account(handle: &str, app_password: &str) -> Self {
        Self::AddAccount {
            handle: handle.to_owned(),
            app_password: app_password.to_owned(),
            main_password: None,
            second_factor: None,
        }
    }

    /// A developer's app with a secret (or none), at one address.
    pub fn register_app(client_id: &str, client_secret: Option<&str>, redirect_uris: &[&str]) -> Self {
        Self::RegisterApp {
            client_id: Some(client_id.to_owned()),
            client_secret: client_secret.map(ToOwned::to_owned),
            redirect_uris: redirect_uris.iter().map(|&uri| uri.to_owned()).collect(),
            public: client_secret.is_none(),
            scopes: None,
        }
    }

    /// Changes settings; `settings` is a JSON object.
    pub fn configure(settings: &Value) -> Self {
        Self::Configure { settings: settings.as_object().cloned().unwrap_or_default() }
    }
}

/// Why a command was not obeyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No account of that name.
    #[error("there is no account {0:?}")]
    UnknownAccount(String),
    /// The name is taken or not well formed.
    #[error("{0:?} cannot be the name of a new account")]
    UnusableHandle(String),
    /// The platform has no such setting, or not with this value.
    #[error("no such setting: {0}")]
    UnknownSetting(String),
    /// The platform takes no such app.
    #[error("no such app can be registered: {0}")]
    UnusableApp(String),
    /// Nobody was shown this user code, or its time is over.
    #[error("there is no user code {0:?}")]
    UnknownCode(String),
    /// The platform has nothing of the kind.
    #[error("this platform cannot do that")]
    NotHere,
}

/// A simulated platform. Calls are synchronous: everything is in memory, and only the journal touches the disk.
pub trait Platform: Send + Sync {
    /// The operation a call stands for, as faults name it; the same word for every call of its kind.
    fn operation(&self, request: &Request) -> String;

    /// Bodies above this are refused unread.
    fn max_body_bytes(&self) -> usize;

    /// Answers one call, journalling its effect before saying yes.
    fn call(&self, request: &Request) -> Reply;

    /// Puts a refusal into the platform's words.
    fn refuse(&self, refusal: Refusal) -> Reply;

    /// Obeys a test. The answer holds whatever the test may need, such as the new account's id.
    fn control(&self, command: &Command) -> Result<Value, CommandError>;
}
