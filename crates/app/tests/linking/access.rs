//! How the access of an account stands, looked after day by day, and what is left when it is given back.

use app::link::{LevelTold, Status};
use domain::{Access, AccountId, AccountState, ErrorCode, GrantGone, ports::Clock};
use simulator::{Command, Fault, Rule};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

use crate::{
    bench::linking,
    only::{CLIENT, Only, SECRET},
};

const DAY_MS: i64 = 86_400_000;
const QUARTER_MS: i64 = 15 * 60_000;

impl Only {
    /// The platform with an account linked through an app of the user's.
    async fn linked(platform: &'static str, secret: bool) -> (Self, AccountId) {
        let only = Self::start(platform).await;
        only.register(CLIENT, secret.then_some(SECRET)).await;
        only.enter(CLIENT, secret.then_some(SECRET)).await.unwrap();
        let id = only.link(None).await.unwrap_or_else(|error| panic!("{platform}: {error:?}"));
        (only, id)
    }

    async fn standing(&self, id: AccountId) -> app::access::Standing {
        self.app().standing(&self.app().account(id).await.unwrap()).await.unwrap()
    }

    async fn access(&self, id: AccountId) -> Access {
        self.standing(id).await.access
    }

    /// Linking again, as somebody does who knows nothing of addresses.
    async fn ask_again(&self, id: AccountId) -> Status {
        let platform = self.app().account(id).await.unwrap().platform;
        self.app().start_link(linking::wish(platform.as_str(), Some(id))).await.unwrap()
    }

    /// Days pass here and there, a runner at work on each.
    async fn live(&self, days: i64) {
        for _ in 0..days {
            // A check that is overdue at the start waits some minutes.
            for ms in [DAY_MS - QUARTER_MS, QUARTER_MS] {
                self.bench.clock.jump_ms(ms);
                self.server.control(&Command::Advance { by_ms: ms }).unwrap();
                self.bench.run_until_idle().await;
            }
        }
    }

    async fn told(&self) -> Vec<(String, String)> {
        let notices = self.app().notices(100).await.unwrap();
        notices.into_iter().rev().map(|notice| (notice.title, notice.body)).collect()
    }
}

#[tokio::test]
async fn a_grant_that_nothing_renews_is_told_a_week_and_a_day_before_its_end() {
    let (only, id) = Only::linked("linkedin", true).await;
    let standing = only.standing(id).await;
    assert_eq!((standing.access, standing.end_moves), (Access::Fine, false));
    let end = standing.ends_at.unwrap();
    assert_eq!((end.since(only.bench.clock.now()) + DAY_MS / 2) / DAY_MS, 60, "sixty days");
    only.live(52).await;
    assert_eq!((only.access(id).await, only.told().await), (Access::Fine, vec![]));
    only.live(2).await;
    assert_eq!(only.access(id).await, Access::EndsSoon);
    let told = only.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0.starts_with("LinkedIn, alice: access ends on "), "{told:?}");
    only.live(7).await;
    assert_eq!(only.access(id).await, Access::Expired);
    let told: Vec<_> = only.told().await.into_iter().map(|(title, _)| title.contains("ends on")).collect();
    assert_eq!(told, [true, true, false], "a week before, a day before, and that it ended");
    assert_eq!(only.link(Some(id)).await.unwrap(), id);
    assert_eq!(only.access(id).await, Access::Fine);
}

#[tokio::test]
async fn a_grant_that_use_keeps_alive_is_kept_alive() {
    let (only, id) = Only::linked("microsoft", false).await;
    only.live(100).await;
    let standing = only.standing(id).await;
    assert!(matches!(standing.access, Access::Fine | Access::ExpiredRenewable), "{standing:?}");
    assert!(standing.end_moves && only.told().await.is_empty());
}

#[tokio::test]
async fn an_app_in_testing_ends_its_grants_after_a_week_and_no_renewal_moves_that() {
    let (only, id) = Only::linked("google", true).await;
    // With what Postroom asks for today Google names none; it will for videos.
    let end = only.bench.clock.now().plus_ms(7 * DAY_MS - QUARTER_MS);
    let file = only.app().folder().join("postroom.db");
    let mut conn = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let named =
        sqlx::query("UPDATE account SET refresh_expires_at = ?1").bind(end.as_millis()).execute(&mut conn).await;
    assert_eq!(named.unwrap().rows_affected(), 1);
    for _ in 0..3 {
        only.server.control(&Command::ExpireAccess).unwrap();
        assert_eq!(only.check(id).await, (AccountState::Healthy, None));
    }
    let standing = only.standing(id).await;
    assert_eq!((standing.access, standing.end_moves), (Access::EndsSoon, false));
    assert_eq!(standing.ends_at, Some(end), "where it was");
    assert!(standing.reason.contains("in testing"), "{}", standing.reason);
    // Whatever its owner says: the answer is nearer.
    only.app().set_app_level("google", "production").await.unwrap();
    assert_eq!(only.level(id).await, Some(("testing", LevelTold::Platform)));
    only.live(8).await;
    assert_eq!(only.access(id).await, Access::Expired);
}

#[tokio::test]
async fn a_platform_that_is_silent_or_broken_has_not_ended_anything() {
    let (only, id) = Only::linked("x", false).await;
    for fault in [Fault::ServerError, Fault::Garbage, Fault::HalfBody, Fault::RateLimit { retry_after_s: 1 }] {
        only.server.control(&Command::ExpireAccess).unwrap();
        only.server.faults().set(vec![Rule::new(fault).on("oauth.token").times(20)]);
        // A refresh token that was spent in an answer nobody could read is gone there; X forgives nothing.
        let performed = matches!(fault, Fault::Garbage | Fault::HalfBody);
        let (state, error) = only.check(id).await;
        assert_eq!(state, AccountState::Healthy, "{fault:?}");
        assert_ne!(error.unwrap().code, ErrorCode::RelinkNeeded, "{fault:?}");
        assert!(!only.access(id).await.needs_its_owner(), "{fault:?}");
        only.server.faults().set(Vec::new());
        if performed {
            only.link(Some(id)).await.unwrap();
        }
    }
    assert_eq!(only.check(id).await.0, AccountState::Healthy);
}

#[tokio::test]
async fn what_the_platform_took_back_is_called_that() {
    let (only, id) = Only::linked("x", false).await;
    only.server.control(&Command::RevokeTokens).unwrap();
    only.live(1).await;
    assert_eq!(only.access(id).await, Access::Revoked);
    let told = only.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "X, alice: access ended");
    only.live(3).await;
    assert_eq!(only.told().await.len(), 1, "once");
    let again = only.ask_again(id).await;
    assert!(again.authorize_url.starts_with(only.server.url()), "where it was linked: {}", again.authorize_url);
    only.app().cancel_link(&again.id).unwrap();
}

#[tokio::test]
async fn sixteen_who_ask_at_once_renew_once() {
    let (only, id) = Only::linked("x", false).await;
    for round in 0..5 {
        let before = only.calls("oauth.token");
        if round % 2 == 0 {
            only.server.control(&Command::ExpireAccess).unwrap();
        } else {
            // Close to its end by our clock: renewed ahead.
            only.bench.clock.jump_ms(7_200_000 - 60_000);
            only.server.control(&Command::Advance { by_ms: 7_200_000 - 60_000 }).unwrap();
        }
        let asked: Vec<_> = (0..16)
            .map(|_| {
                let app = std::sync::Arc::clone(only.app());
                tokio::spawn(async move { app.check_account(id).await })
            })
            .collect();
        for one in asked {
            one.await.unwrap().unwrap();
        }
        assert_eq!(only.calls("oauth.token"), before + 1, "round {round}");
    }
}

#[tokio::test]
async fn what_is_left_at_a_platform_is_said() {
    for (platform, secret, gone) in [("x", false, GrantGone::Ended), ("microsoft", false, GrantGone::NotOffered)] {
        let (only, id) = Only::linked(platform, secret).await;
        let left = only.app().unlink_account(id, app::accounts::OnUnlink::Hold).await.unwrap();
        assert_eq!(left.gone, gone, "{platform}: {}", left.words);
        assert!(left.page.starts_with("https://"), "{platform}");
        assert_eq!(only.access(id).await, Access::Unlinked);
    }
    let (only, id) = Only::linked("x", false).await;
    only.server.faults().set(vec![Rule::new(Fault::ServerError).on("oauth.revoke").times(9)]);
    let left = only.app().unlink_account(id, app::accounts::OnUnlink::Hold).await.unwrap();
    assert_eq!(left.gone, GrantGone::NotTold);
    assert!(left.words.contains("was not told"), "{}", left.words);
    // The ports are this machine's.
    drop(only);
    let (only, id) = Only::linked("x", false).await;
    only.server.control(&Command::RevokeTokens).unwrap();
    let left = only.app().unlink_account(id, app::accounts::OnUnlink::Hold).await.unwrap();
    assert_eq!(left.gone, GrantGone::Ended, "it was over already: {}", left.words);
}
