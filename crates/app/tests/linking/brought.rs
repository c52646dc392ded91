//! An address that the person brings from their browser, where that could not come back by itself.

use app::link::Stage;
use domain::{AccountState, ErrorCode, Secret};

use crate::only::{CLIENT, Only, SECRET};

#[tokio::test]
async fn the_address_a_browser_ended_at_is_taken_for_its_own_attempt_once() {
    let only = Only::start("x").await;
    only.register(CLIENT, Some(SECRET)).await;
    only.enter(CLIENT, Some(SECRET)).await.unwrap();
    let (attempt, other) = (only.ask(None).await.unwrap(), only.ask(None).await.unwrap());
    let back = only.answer_of(&attempt.authorize_url, &[("decision", "allow")]).await;
    let bring = |id: &str, address: String| only.app().answer_link(id, &Secret::new(address));
    let endless = format!("{back}&x={}", "a".repeat(9_000));
    for foreign in ["", "postroom", attempt.authorize_url.as_str(), &back.replace("state=", "state=x"), &endless] {
        let error = bring(&attempt.id, foreign.to_owned()).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest);
        assert!(error.action.contains(&attempt.redirect_uri) && !error.message.contains("state"), "{error:?}");
    }
    assert!(bring(&other.id, back.clone()).is_err(), "another's");
    assert_eq!(only.app().link_status(&attempt.id).unwrap().stage, Stage::WaitingForBrowser);
    bring(&attempt.id, format!(" {back}#_=_\n")).unwrap();
    let id = only.end(&attempt).await.unwrap();
    assert_eq!(only.check(id).await, (AccountState::Healthy, None));
    assert_eq!(bring(&attempt.id, back).unwrap().stage, Stage::Done(id), "again: nothing more comes of it");
    assert_eq!(only.app().accounts().await.unwrap().len(), 1);
    only.app().cancel_link(&other.id).unwrap();
}
