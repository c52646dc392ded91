//! How far an attempt has come, whichever way it goes.

use std::future::Future;

use domain::ErrorCode;
use tokio_util::sync::CancellationToken;

use crate::OauthError;

/// How far an attempt has come. Kept with the attempt and shown as progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Ready for the answer; the person is in the browser.
    WaitingForBrowser,
    /// The browser came back with a code.
    CodeReceived,
    /// The token endpoint is being asked.
    Exchanging,
    /// There is a grant.
    Done,
    /// There is none, and why.
    Failed(ErrorCode),
}

impl Stage {
    /// The text stored in the database and sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WaitingForBrowser => "waiting_for_browser",
            Self::CodeReceived => "code_received",
            Self::Exchanging => "exchanging",
            Self::Done => "done",
            Self::Failed(_) => "failed",
        }
    }
}

/// Does the work of an attempt until it is done or given up, and tells the first stage and the last.
pub(crate) async fn follow<T>(
    cancel: &CancellationToken,
    on_stage: &(impl Fn(Stage) + Send + Sync),
    work: impl Future<Output = Result<T, OauthError>> + Send,
) -> Result<T, OauthError> {
    on_stage(Stage::WaitingForBrowser);
    let result = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(OauthError::Cancelled),
        result = work => result,
    };
    on_stage(result.as_ref().map_or_else(|error| Stage::Failed(error.code()), |_| Stage::Done));
    result
}
