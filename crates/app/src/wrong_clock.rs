//! Asking a platform for its time where nobody was heard lately, and what a wrong clock does not hold back.

use std::{sync::PoisonError, time::Duration};

use domain::PublicationId;
use store::account::Account;

use crate::{App, time_check::TOLERANCE_MS};

/// How long a platform may take to tell its time.
const ASK: Duration = Duration::from_secs(3);

impl App {
    /// How far this computer's clock is from the account's platform, where that is too far. A platform that was not
    /// heard since the clock was set, or since the machine slept, is asked; no answer is no objection.
    pub(crate) async fn clock_is_wrong(&self, account: &Account) -> Option<i64> {
        let (time, clock) = (&self.calls.time, self.clock.as_ref());
        if time.ahead_ms(clock).is_none() {
            self.ask_the_time(account).await;
        }
        time.ahead_ms(clock).filter(|ahead_ms| ahead_ms.abs() > TOLERANCE_MS)
    }

    /// Milliseconds our clock is known to be wrongly ahead; 0 where it is right, behind, or nobody was heard.
    pub(crate) fn clock_ahead_ms(&self) -> i64 {
        self.calls.time.ahead_ms(self.clock.as_ref()).filter(|ahead_ms| *ahead_ms > TOLERANCE_MS).unwrap_or(0)
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
