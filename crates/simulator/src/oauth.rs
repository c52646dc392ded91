//! OAuth as the big platforms speak it: developer apps, a consent page, codes, tokens, device codes, signed identities.
//!
//! Owns: what these platforms have in common. A platform is a table of [`Rules`] with its own routes and the words it
//! says no in, and becomes a server as a [`Site`]. Refuses: to publish, and to know any platform by name. State lives in
//! memory. Nobody is asked for a password: whoever stands before the consent page chooses among the accounts there are.

pub mod authorize;
pub mod bearer;
pub mod client;
mod control;
pub mod device;
pub mod form;
mod limits;
pub mod openid;
pub mod pages;
mod problem;
mod random;
pub mod redirect;
pub mod registration;
pub mod revoke;
mod rules;
mod settings;
mod signing;
mod site;
mod state;
pub mod token;

pub use form::Form;
pub use limits::{Left, Limit};
pub use problem::{Bearer, Device, Problem, Words, standard_answer, standard_words};
pub use random::random;
pub(crate) use rules::routes;
pub use rules::{ClientRules, Needed, OpenId, Pkce, Refresh, Rotation, Route, Rules, Terms};
pub use settings::{AccountType, Settings};
pub use site::Site;
pub use state::{Account, App, Grant, Issued, Kind, State};

use crate::wire::{Reply, Request};

/// One call being answered.
pub struct Call<'a> {
    pub rules: &'static Rules,
    pub state: &'a mut State,
    pub request: &'a Request,
    /// The server's own address, without a slash at the end.
    pub url: &'a str,
    /// What stands for the `*` of the route.
    pub star: &'a str,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}

/// An answer, or why not, in no platform's words yet.
pub type Outcome = Result<Reply, Problem>;
