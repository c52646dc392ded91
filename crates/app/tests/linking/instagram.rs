//! Instagram through the app against its simulator: an answer that is pasted, access that is traded in while it lives,
//! accounts that are personal ones, and an app that is not the one Instagram wants.

use app::link::{EnvOutcome, LinkRequest};
use domain::{
    AccountState, ErrorCode, Secret,
    doctor::{Diagnosis as D, Hop},
};
use serde_json::json;
use simulator::{Command, Reply};

use crate::{
    bench::linking,
    doctor::{named, of_account, of_platform},
    only::{CLIENT, Only, secret_of},
};

async fn instagram() -> Only {
    let only = Only::start("instagram").await;
    let secret = Some(secret_of("instagram"));
    only.register(CLIENT, secret).await;
    only.enter(CLIENT, secret).await.unwrap();
    only
}

fn configure(only: &Only, settings: &serde_json::Value) {
    only.server.control(&Command::configure(settings)).unwrap();
}

#[tokio::test]
async fn an_answer_in_either_shape_is_pasted_and_links_the_account() {
    for wrapped in [false, true] {
        let only = instagram().await;
        configure(&only, &json!({"wrapped_tokens": wrapped, "account_types": {"alice": "MEDIA_CREATOR"}}));
        let id = only.link(None).await.unwrap();
        let account = only.app().account(id).await.unwrap();
        assert_eq!((account.handle.as_str(), account.kind.as_str()), ("alice", "MEDIA_CREATOR"));
        assert!(account.remote_id.starts_with("17841"), "the account's own number: {}", account.remote_id);
        assert_eq!(account.scopes, ["instagram_business_basic"]);
        let days = account.access_expires_at.unwrap().since(account.linked_at) / 86_400_000;
        assert!((59..=60).contains(&days), "the long-lived one is kept: {days}");
        assert_eq!((only.calls("oauth.token"), only.calls("oauth.exchange")), (1, 1));
    }
}

#[tokio::test]
async fn what_kind_an_account_is_nobody_asks_instagram_for() {
    let only = instagram().await;
    let kind = Some("BUSINESS".to_owned());
    let request = LinkRequest { endpoints: only.endpoints(), kind, ..linking::wish("instagram", None) };
    let attempt = only.app().start_link(request).await.unwrap();
    assert!(!attempt.authorize_url.contains("kind"), "{}", attempt.authorize_url);
    only.app().cancel_link(&attempt.id).unwrap();
}

#[tokio::test]
async fn a_no_and_a_permission_that_was_unticked_link_nothing() {
    let only = instagram().await;
    let attempt = only.ask(None).await.unwrap();
    only.decide(&attempt, &[("decision", "deny")]).await;
    assert_eq!(only.end(&attempt).await.unwrap_err().code, ErrorCode::ConsentRefused);
    configure(&only, &json!({"withheld_scopes": ["instagram_business_basic"]}));
    assert_eq!(only.link(None).await.unwrap_err().code, ErrorCode::MissingScope);
    assert!(only.app().accounts().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_personal_account_is_not_linked_and_one_that_became_personal_is_named() {
    let only = instagram().await;
    configure(&only, &json!({"account_types": {"alice": "PERSONAL"}}));
    let refused = only.link(None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::PersonalAccount);
    assert!(refused.message.contains("personal account") && refused.message.ends_with("Nothing was linked."));
    assert!(refused.action.contains("professional"), "{refused:?}");
    assert!(only.app().accounts().await.unwrap().is_empty());

    configure(&only, &json!({"account_types": {}}));
    let id = only.link(None).await.unwrap();
    assert_eq!(of_account(only.app(), id).await, None);
    configure(&only, &json!({"account_types": {"alice": "PERSONAL"}}));
    assert_eq!(of_account(only.app(), id).await, Some((Hop::Kind, D::PersonalAccount)));
    assert_eq!(only.check(id).await, (AccountState::Restricted, None));
    let account = only.app().account(id).await.unwrap();
    assert!(account.state_reason.contains("business or creator"), "{}", account.state_reason);
    configure(&only, &json!({"account_types": {}}));
    assert_eq!(only.check(id).await, (AccountState::Healthy, None), "switched back, and nothing to link anew");
    assert_eq!(of_account(only.app(), id).await, None);
}

#[tokio::test]
async fn a_secret_that_was_cut_short_is_refused_before_anything_is_sent() {
    let only = Only::start("instagram").await;
    let whole = secret_of("instagram");
    for wrong in [&whole[1..], "secret-1", "0123456789abcdef0123456789abcdeg"] {
        let refused = only.enter(CLIENT, Some(wrong)).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequest, "{wrong}");
        assert!(refused.message.contains("32 characters") && !refused.message.contains(wrong), "{refused:?}");
    }
    let pair = format!("INSTAGRAM_CLIENT_ID={CLIENT}\nINSTAGRAM_CLIENT_SECRET={}\n", &whole[..31]);
    let imported = only.app().import_env(&Secret::new(pair)).await.unwrap();
    assert!(imported.variables.iter().all(|variable| variable.outcome == EnvOutcome::Unfit));
    assert_eq!(only.wanted().await.client_id, "");
    assert!(only.server.seen().unwrap().is_empty(), "nothing was asked");
    assert_eq!(only.enter(CLIENT, Some(&format!(" {whole}\n"))).await.unwrap().client_id, CLIENT);
}

#[tokio::test]
async fn an_app_that_is_not_the_one_instagram_wants_is_told_apart() {
    let only = instagram().await;
    let whole = secret_of("instagram");
    let slashless = ["https://localhost:28127/callback/instagram"];
    only.server.control(&Command::register_app("elsewhere", Some(whole), &slashless)).unwrap();
    let other = "fedcba9876543210fedcba9876543210";
    for (what, client, secret, expected) in [
        ("the id of the Facebook app", "1234567890", whole, Some((Hop::Client, D::OuterAppId))),
        ("another app's secret", CLIENT, other, Some((Hop::Client, D::AppRefused))),
        ("a redirect without its slash", "elsewhere", whole, Some((Hop::Redirect, D::RedirectRefused))),
        ("a sound app", CLIENT, whole, None),
    ] {
        only.enter(client, Some(secret)).await.unwrap();
        assert_eq!(named(&of_platform(&only, "instagram", &[]).await), expected, "{what}");
    }
    only.enter(CLIENT, Some(other)).await.unwrap();
    let refused = only.link(None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::AppRefused);
    assert!(refused.message.ends_with("Nothing was linked.") && refused.action.contains("Your apps"), "{refused:?}");
    assert!(!format!("{refused:?}").contains(other));
}

#[tokio::test]
async fn access_is_traded_in_while_it_lives_and_not_before_its_time() {
    let only = instagram().await;
    let id = only.link(None).await.unwrap();
    for (days, renewed) in [(1, 0), (33, 0), (2, 1), (1, 1), (36, 2)] {
        only.days_later(days);
        assert_eq!(only.check(id).await, (AccountState::Healthy, None), "{days} days later");
        assert_eq!(only.calls("oauth.refresh"), renewed, "{days} days later");
    }
    only.days_later(36);
    only.server.answer_with(|asked| (asked.path == "/refresh_access_token").then(|| Reply::json(500, &json!({}))));
    assert_eq!(only.check(id).await, (AccountState::Healthy, None), "the token in hand does until its end");
    only.server.answer_with(|_| None);
    assert_eq!(only.check(id).await, (AccountState::Healthy, None));
    let end = only.app().account(id).await.unwrap().access_expires_at.unwrap();
    assert!(end.since(only.bench.app.account(id).await.unwrap().checked_at.unwrap()) > 59 * 86_400_000, "renewed");
    only.days_later(61);
    assert_eq!(only.check(id).await.0, AccountState::NeedsRelink, "nothing brings back what has ended");
    assert_eq!(only.link(Some(id)).await.unwrap(), id);
}

#[tokio::test]
async fn access_that_was_taken_back_is_over_also_where_it_is_too_young_to_be_traded_in() {
    let only = instagram().await;
    let id = only.link(None).await.unwrap();
    only.server.control(&Command::RemoveApps { handle: "alice".to_owned() }).unwrap();
    assert_eq!(of_account(only.app(), id).await, Some((Hop::Token, D::TokenEnded)));
    assert_eq!(only.app().account(id).await.unwrap().state, AccountState::NeedsRelink);
    assert_eq!(only.calls("oauth.refresh"), 0, "nobody asked for a trade that cannot be");
    only.link(Some(id)).await.unwrap();
    only.server.control(&Command::TakeDown { handle: "alice".to_owned() }).unwrap();
    assert_eq!(
        of_account(only.app(), id).await,
        Some((Hop::Kind, D::AccountRestricted)),
        "it waits for a log-in there"
    );
}
