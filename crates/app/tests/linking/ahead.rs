//! Looking ahead: what will not make it is told a day or an hour before, once, shown in the forecast, and withdrawn when
//! it is mended.

use app::{
    compose::{Draft, When},
    lookahead::forecast::{Counts, Expected},
};
use domain::{
    AccountId, ErrorCode, FindingCode, PostId, PublicationState, UtcMs,
    forecast::Outlook,
    ports::Clock,
    post::{Content, Part},
};
use serde_json::json;
use simulator::Command;
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

use crate::{sky::Sky, world::World};

const HOUR_MS: i64 = 3_600_000;
/// Well before the ten minutes by which accounts may be looked at early.
const EARLY_MS: i64 = 30 * 60_000;

impl World {
    /// A post that is due in so many hours.
    async fn plan(&self, account: AccountId, text: &str, hours: i64) -> PostId {
        let at = self.bench.clock.now().plus_ms(hours * HOUR_MS);
        let parts = vec![Part { text: text.to_owned(), ..Part::default() }];
        let content = Content { parts, language: "en".to_owned(), ..Content::default() };
        let draft = Draft { content, variants: Vec::new(), accounts: vec![account] };
        self.app().create_post(draft, Some(When::Instant(at, "UTC".to_owned()))).await.unwrap()
    }

    async fn expected(&self) -> (Counts, Vec<Expected>) {
        let made = self.app().forecast(false, 100).await.unwrap();
        (made.all, made.expected)
    }

    /// The codes of the first thing found in the only post that may not go out.
    async fn found(&self) -> Vec<FindingCode> {
        let (_, expected) = self.expected().await;
        expected.iter().flat_map(|one| one.findings.iter().map(|finding| finding.code)).collect()
    }

    async fn told(&self, code: ErrorCode) -> usize {
        let text = serde_json::to_value(code).unwrap();
        let notices = self.app().notices(100).await.unwrap();
        notices.iter().filter(|notice| text == *notice.code).count()
    }

    /// Changes the profile behind the back of the app.
    async fn set_in_profile(&self, sql: &'static str, account: AccountId, value: UtcMs) {
        let file = self.app().folder().join("postroom.db");
        let mut conn = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        let done = sqlx::query(sql).bind(account.as_bytes().to_vec()).bind(value.as_millis()).execute(&mut conn).await;
        assert_eq!(done.unwrap().rows_affected(), 1);
    }

    async fn relink(&self, account: AccountId) {
        let attempt = self.ask(Some(account)).await.unwrap();
        self.finish(&attempt).await.unwrap();
        self.bench.run_until_idle().await;
    }
}

#[tokio::test]
async fn an_access_that_ends_too_soon_is_told_a_day_before() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    world.plan(account, "Later", 72).await;
    assert_eq!(world.expected().await.0, Counts { will: 1, ..Counts::default() });
    let ends = world.bench.clock.now().plus_ms(69 * HOUR_MS + HOUR_MS / 2);
    world.set_in_profile("UPDATE account SET access_expires_at = ?2 WHERE id = ?1", account, ends).await;
    assert_eq!(world.found().await, [FindingCode::AccessEnds], "shown as soon as it is known");
    world.bench.run_until_idle().await;
    assert_eq!(world.told(ErrorCode::RelinkNeeded).await, 0, "nobody is told days before");
    world.pass_ms(48 * HOUR_MS);
    world.bench.run_until_idle().await;
    assert_eq!(world.told(ErrorCode::RelinkNeeded).await, 1);
    let (counts, expected) = world.expected().await;
    assert_eq!(counts, Counts { will_not: 1, ..Counts::default() });
    assert_eq!(
        expected[0].reason,
        format!("The access to {} ends 2 hours before it is due.", expected[0].account.handle)
    );
    let shown = world.app().outlook(expected[0].publication.id).await.unwrap().unwrap();
    assert_eq!(shown.outlook, Outlook::WillNot);
    world.pass_ms(23 * HOUR_MS - 30 * 60_000);
    world.bench.run_until_idle().await;
    assert_eq!(world.told(ErrorCode::RelinkNeeded).await, 1, "not again for the same reason");
    world.relink(account).await;
    assert_eq!(world.expected().await.0, Counts { will: 1, ..Counts::default() });
}

#[tokio::test]
async fn a_post_beyond_the_known_end_of_a_session_is_told_when_it_is_planned() {
    const DAY_MS: i64 = 24 * HOUR_MS;
    let sky = Sky::start().await;
    let account = sky.link(None).await.unwrap();
    let plan = async |days: i64| {
        let at = sky.bench.clock.now().plus_ms(days * DAY_MS + HOUR_MS);
        let parts = vec![Part { text: format!("In {days} days"), ..Part::default() }];
        let content = Content { parts, language: "en".to_owned(), ..Content::default() };
        let draft = Draft { content, variants: Vec::new(), accounts: vec![account] };
        sky.app().create_post(draft, Some(When::Instant(at, "UTC".to_owned()))).await.unwrap()
    };
    let (before, beyond) = (plan(13).await, plan(15).await);
    assert_eq!(sky.app().warnings(before).await.unwrap(), [], "its access lives as long");
    let warnings = sky.app().warnings(beyond).await.unwrap();
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    let finding = &warning.finding;
    assert_eq!((finding.code, finding.account, finding.blocks()), (FindingCode::AccessEnds, Some(account), false));
    assert_eq!(warning.reason, "The access to robin.test ends 25 hours before it is due.");
    assert_eq!(warning.fix, "Link robin.test again.");
    let waits = sky.bench.publications(beyond).await.remove(0);
    assert_eq!(waits.status.state, PublicationState::Scheduled, "it is planned all the same");
    sky.pass_ms(10 * DAY_MS);
    assert_eq!(sky.app().warnings(beyond).await.unwrap().len(), 1);
    assert_eq!(sky.link(Some(account)).await.unwrap(), account);
    assert_eq!(sky.app().warnings(beyond).await.unwrap(), [], "linked again, it lives on");
}

#[tokio::test]
async fn an_account_that_was_revoked_is_told_once_for_all_its_posts() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    for n in 0..5 {
        world.plan(account, &format!("Later {n}"), 26).await;
    }
    world.server.control(&Command::RevokeTokens).unwrap();
    world.bench.run_until_idle().await;
    assert_eq!(world.expected().await.0.will, 5, "nobody asked yet");
    let asked = world.calls("accounts.verify_credentials");
    world.pass_ms(2 * HOUR_MS);
    world.bench.run_until_idle().await;
    let (counts, expected) = world.expected().await;
    assert_eq!(counts, Counts { will_not: 5, ..Counts::default() });
    assert_eq!(expected[0].findings[0].code, FindingCode::AccountNeedsRelink);
    assert_eq!(world.told(ErrorCode::RelinkNeeded).await, 1);
    assert_eq!(world.calls("accounts.verify_credentials"), asked + 1, "one question for all of them");
    world.relink(account).await;
    assert_eq!(world.expected().await.0.will, 5);
    world.pass_ms(23 * HOUR_MS);
    world.bench.run_until_idle().await;
    assert_eq!(world.told(ErrorCode::RelinkNeeded).await, 1);
}

#[tokio::test]
async fn a_server_that_takes_less_than_before_is_noticed_and_noticed_to_take_it_again() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    world.plan(account, &"long ".repeat(20), 30).await;
    let short = world.plan(account, "short", 30).await;
    world.set(&json!({"max_characters": 40}));
    world.pass_ms(6 * HOUR_MS);
    world.bench.run_until_idle().await;
    assert_eq!(world.found().await, [FindingCode::TextTooLong]);
    assert_eq!(
        (world.expected().await.0, world.told(ErrorCode::PreflightFailed).await),
        (Counts { will: 1, at_risk: 0, will_not: 1 }, 1)
    );
    world.set(&json!({"max_characters": 500}));
    world.pass_ms(23 * HOUR_MS);
    world.bench.run_until_idle().await;
    assert_eq!((world.found().await, world.told(ErrorCode::PreflightFailed).await), (vec![], 1));
    let found = world.bench.publications(short).await.remove(0);
    assert_eq!(found.status.state, PublicationState::Scheduled, "nothing was sent");
}

#[tokio::test]
async fn a_picture_that_is_gone_is_told_an_hour_before_and_may_be_put_back() {
    let world = World::start("mastodon").await;
    let at = world.bench.clock.now().plus_ms(20 * HOUR_MS);
    let when = || When::Instant(at, "UTC".to_owned());
    world.bench.post("With a picture", &["a"], true, when()).await;
    world.bench.post("Without", &["a"], false, when()).await;
    let media = world.app().folder().join("media");
    for folder in std::fs::read_dir(&media).unwrap() {
        std::fs::remove_dir_all(folder.unwrap().path()).unwrap();
    }
    world.pass_ms(10 * HOUR_MS);
    world.bench.run_until_idle().await;
    assert_eq!(world.found().await, []);
    world.pass_ms(9 * HOUR_MS);
    world.bench.run_until_idle().await;
    assert_eq!((world.found().await, world.told(ErrorCode::FileMissing).await), (vec![FindingCode::FileMissing], 1));
    let path = world.app().folder().join("again.png");
    std::fs::write(&path, crate::bench::picture()).unwrap();
    world.app().add_media(&path, "").await.unwrap();
    world.bench.run_until_idle().await;
    assert_eq!((world.found().await, world.told(ErrorCode::FileMissing).await), (vec![], 1));
}

#[tokio::test]
async fn two_hundred_posts_at_one_time_are_one_question() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    for n in 0..200 {
        world.plan(account, &format!("Of many {n}"), 3).await;
    }
    let (asked, learnt) = (world.calls("accounts.verify_credentials"), world.calls("instance.v2"));
    world.pass_ms(2 * HOUR_MS - EARLY_MS);
    world.bench.run_until_idle().await;
    assert_eq!(world.calls("accounts.verify_credentials"), asked, "not before its time");
    world.pass_ms(EARLY_MS);
    world.bench.run_until_idle().await;
    assert_eq!(
        (world.calls("accounts.verify_credentials"), world.calls("instance.v2")),
        (asked + 1, learnt + 2),
        "who it is and what its server takes"
    );
    world.pass_ms(45 * 60_000);
    world.bench.run_until_idle().await;
    assert_eq!(world.calls("accounts.verify_credentials"), asked + 1, "nothing was left to look at");
}

#[tokio::test]
async fn what_is_saved_minutes_before_its_time_is_not_looked_at_again() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    world.pass_ms(2 * HOUR_MS);
    let at = world.bench.clock.now().plus_ms(10 * 60_000);
    let content = Content {
        parts: vec![Part { text: "Soon".to_owned(), ..Part::default() }],
        language: "en".to_owned(),
        ..Content::default()
    };
    let draft = Draft { content, variants: Vec::new(), accounts: vec![account] };
    world.app().create_post(draft, Some(When::Instant(at, "UTC".to_owned()))).await.unwrap();
    let asked = world.calls("accounts.verify_credentials");
    world.bench.run_until_idle().await;
    world.pass_ms(5 * 60_000);
    world.bench.run_until_idle().await;
    assert_eq!(world.calls("accounts.verify_credentials"), asked);
}

#[tokio::test]
async fn a_pause_is_one_reason_for_everything_and_told_once() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    world.plan(account, "There", 20).await;
    let at = world.bench.clock.now().plus_ms(20 * HOUR_MS);
    world.bench.post("Here", &["a"], false, When::Instant(at, "UTC".to_owned())).await;
    world.app().pause().await.unwrap();
    assert_eq!(world.expected().await.0, Counts { will_not: 2, ..Counts::default() });
    world.pass_ms(19 * HOUR_MS);
    world.bench.run_until_idle().await;
    assert_eq!(world.told(ErrorCode::PreflightFailed).await, 1);
    world.app().resume().await.unwrap();
    assert_eq!(world.expected().await.0, Counts { will: 2, ..Counts::default() });
}
