//! Asking a platform for its time where nobody was heard lately, and what a wrong clock does not hold back.

use std::{sync::PoisonError, time::Duration};

use domain::PublicationId;
use store::account::Account;
use url::Url;

use crate::{App, time_check::TOLERANCE_MS};

/// How long a platform may take to tell its time.
const ASK: Duration = Duration::from_secs(3);

/// The server that an account lies on, as answers are told apart by it.
fn server(account: &Account) -> String {
    Url::parse(account.endpoints.get("api")).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

impl App {
    /// How far this computer's clock is from the account's server, where that is too far and no other server agrees
    /// with ours. A server that was not heard since the clock was set, or since the machine slept, is asked; no answer
    /// is no objection.
    pub(crate) async fn clock_is_wrong(&self, account: &Account) -> Option<i64> {
        let (time, clock, server) = (&self.calls.time, self.clock.as_ref(), server(account));
        if time.ahead_ms(&server, clock).is_none() {
            self.ask_the_time(account).await;
        }
        time.wrong_ms(&server, clock)
    }

    /// The same by what was heard lately, without asking.
    pub(crate) fn clock_known_wrong_ms(&self, account: &Account) -> Option<i64> {
        self.calls.time.wrong_ms(&server(account), self.clock.as_ref())
    }

    /// Milliseconds our clock is known to be ahead of the account's server by more than is usual; 0 where it is not, or
    /// the server was not heard.
    pub(crate) fn clock_ahead_ms(&self, account: &Account) -> i64 {
        let ahead_ms = self.calls.time.ahead_ms(&server(account), self.clock.as_ref());
        ahead_ms.filter(|ahead_ms| *ahead_ms > TOLERANCE_MS).unwrap_or(0)
    }

    async fn ask_the_time(&self, account: &Account) {
        let url = format!("{}/", account.endpoints.get("api"));
        let tag = net::CallTag { account: Some(account.id), ..self.http.tag(account.platform.clone()) };
        let asked = self.http.get(&tag, "time", &url).send();
        // Whatever the answer is, its date was taken.
        if !matches!(tokio::time::timeout(ASK, asked).await, Ok(Ok(_))) {
            tracing::debug!("the platform did not tell its time");
        }
    }

    /// The owner wants it out now, whatever the clock says.
    pub(crate) fn ask_now(&self, id: PublicationId) {
        self.asked_now.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
    }

    pub(crate) fn is_asked_now(&self, id: PublicationId) -> bool {
        self.asked_now.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    /// It went out.
    pub(crate) fn no_longer_asked(&self, id: PublicationId) {
        self.asked_now.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}
