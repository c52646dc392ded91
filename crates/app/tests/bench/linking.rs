//! What linking takes in every world: a wish with nothing special about it, and the end of an attempt.

use std::{collections::BTreeMap, time::Duration};

use app::{
    App, Error,
    link::{LinkRequest, Stage, Status},
};
use domain::AccountId;

/// A wish to link an account of a platform, or one that is there `again`, by the way the platform prefers.
pub fn wish(platform: &str, again: Option<AccountId>) -> LinkRequest {
    LinkRequest {
        platform: platform.to_owned(),
        method: None,
        instance: None,
        identifier: None,
        secret: None,
        kind: None,
        account: again,
        open_browser: false,
        timeout_s: Some(60),
        endpoints: BTreeMap::new(),
    }
}

/// Waits for the end of an attempt, which comes within half a minute.
pub async fn end_of(app: &App, attempt: &Status) -> Result<AccountId, Error> {
    let ended = async {
        loop {
            match app.link_status(&attempt.id).unwrap().stage {
                Stage::Done(account) => return Ok(account),
                Stage::Failed(error) => return Err(error),
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.unwrap()
}
