use app::{
    App,
    compose::Draft,
    series::{SeriesChange, Shown, Timing},
};
use domain::{
    AccountId, ErrorCode, PublicationState as S, SeriesId, UtcMs,
    post::{Content, Part},
    schedule,
};

use crate::bench::Bench;

const DAY: i64 = 86_400_000;

pub fn draft(text: &str, account: AccountId) -> Draft {
    let parts = vec![Part { text: text.to_owned(), ..Part::default() }];
    Draft {
        content: Content { parts, language: "en".to_owned(), ..Content::default() },
        variants: Vec::new(),
        accounts: vec![account],
    }
}

/// A rule that first matches in an hour.
pub fn in_an_hour(bench: &Bench, rule: &str, zone: &str) -> Timing {
    let wall = schedule::at_instant(bench.clock.wall().plus_ms(3_600_000), zone).unwrap().wall;
    Timing { rule: rule.to_owned(), wall, zone: zone.to_owned() }
}

async fn made(app: &App, id: SeriesId) -> Vec<UtcMs> {
    let Shown { made, .. } = app.series(id).await.unwrap();
    let mut at = Vec::new();
    for occurrence in made {
        let (post, publications) = app.post(occurrence.post.unwrap()).await.unwrap();
        assert_eq!(publications.len(), 1);
        assert_eq!(post.schedule.as_ref(), Some(&publications[0].schedule));
        assert_eq!(publications[0].schedule.wall, occurrence.wall);
        at.push(publications[0].schedule.at);
    }
    at
}

#[tokio::test]
async fn a_week_of_it_is_made_ahead_and_every_day_one_more() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
    let timing = in_an_hour(&bench, "FREQ=DAILY", "Europe/Berlin");
    let id = bench.app.create_series(draft("Good morning", account), &timing).await.unwrap();
    let first = made(&bench.app, id).await;
    assert_eq!(first.len(), 7);
    let shown = bench.app.series(id).await.unwrap();
    assert_eq!(shown.next.iter().map(|one| one.at).collect::<Vec<_>>(), first[..3]);
    assert_eq!(bench.app.preview_series(&timing).unwrap(), shown.next);

    bench.run_until_idle().await;
    assert_eq!(made(&bench.app, id).await, first, "nothing is made twice");
    bench.clock.jump_ms(DAY + 3_601_000);
    bench.run_until_idle().await;
    let second = made(&bench.app, id).await;
    assert_eq!((second.len(), &second[..7]), (9, first.as_slice()));
    assert_eq!(bench.accepted("Good morning"), 1, "yesterday's is missed, today's went out");
}

#[tokio::test]
async fn asking_again_and_from_two_sides_at_once_makes_nothing_twice() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
    let timing = in_an_hour(&bench, "FREQ=DAILY;BYHOUR=1,7,13,19", "America/New_York");
    let id = bench.app.create_series(draft("Four times a day", account), &timing).await.unwrap();
    let first = made(&bench.app, id).await;
    assert!((27..=29).contains(&first.len()), "{}", first.len());
    let later = bench.clock.wall().plus_ms(3 * DAY);
    let asked = (0..8).map(|n| {
        let app = std::sync::Arc::clone(&bench.app);
        tokio::spawn(async move { app.make_series_ahead(if n % 2 == 0 { later } else { later.plus_ms(-DAY) }).await })
    });
    for one in asked.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
    let all = made(&bench.app, id).await;
    assert!((39..=41).contains(&all.len()), "{}", all.len());
    let mut unique = all.clone();
    unique.dedup();
    assert_eq!(all, unique);
    let posts = bench.app.posts_due(None, UtcMs::from_millis(0), later.plus_ms(9 * DAY), 1_000).await.unwrap();
    assert_eq!(posts.len(), all.len(), "no post without its time");
}

#[tokio::test]
async fn what_was_broken_off_at_any_point_is_made_once_by_the_next_try() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
    let timing = in_an_hour(&bench, "FREQ=DAILY", "Asia/Tokyo");
    let id = bench.app.create_series(draft("Whole or not at all", account), &timing).await.unwrap();
    let later = bench.clock.wall().plus_ms(5 * DAY);
    for polls in 0..400 {
        // Dropped at one point after another: what its transaction wrote so far is taken back.
        let mut making = Box::pin(bench.app.make_series_ahead(later));
        let done = tokio::select! {
            biased;
            done = &mut making => Some(done),
            () = async { for _ in 0..polls { tokio::task::yield_now().await } } => None,
        };
        drop(making);
        let count = made(&bench.app, id).await.len();
        assert!(count == 7 || count == 12, "{count} after {polls} steps");
        if let Some(done) = done {
            done.unwrap();
            break;
        }
    }
    bench.app.make_series_ahead(later).await.unwrap();
    assert_eq!(made(&bench.app, id).await.len(), 12);
}

#[tokio::test]
async fn ending_takes_back_what_lies_ahead_and_was_left_alone() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
    let timing = in_an_hour(&bench, "FREQ=DAILY", "Europe/Berlin");
    let id = bench.app.create_series(draft("Until further notice", account), &timing).await.unwrap();
    bench.clock.jump_ms(3_601_000);
    bench.run_until_idle().await;
    let made = bench.app.series(id).await.unwrap().made;
    let post = |n: usize| made[n].post.unwrap();
    // The second gets another time, the third is taken back.
    let moved = app::compose::When::Instant(bench.clock.wall().plus_ms(2 * DAY + 60_000), "UTC".to_owned());
    bench.app.schedule_post(post(1), &moved).await.unwrap();
    bench.app.cancel_post(post(2)).await.unwrap();
    assert_eq!(bench.app.end_series(id).await.unwrap(), made.len() - 3);
    assert_eq!(bench.publications(post(0)).await[0].status.state, S::Published);
    assert_eq!(bench.publications(post(1)).await[0].status.state, S::Scheduled);
    assert!(bench.publications(post(2)).await.is_empty() && bench.app.post(post(2)).await.is_ok());
    assert_eq!(bench.app.post(post(3)).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(bench.app.end_series(id).await.unwrap_err().code, ErrorCode::WrongState);
    bench.clock.jump_ms(9 * DAY);
    bench.run_until_idle().await;
    assert_eq!(bench.app.series(id).await.unwrap().made.len(), 3);
    assert_eq!(bench.accepted("Until further notice"), 1);
}

#[tokio::test]
async fn a_change_replaces_what_lies_ahead_and_not_what_was_published() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
    let timing = in_an_hour(&bench, "FREQ=DAILY", "Europe/Berlin");
    let id = bench.app.create_series(draft("Old words", account), &timing).await.unwrap();
    bench.clock.jump_ms(3_601_000);
    bench.run_until_idle().await;
    let change = SeriesChange {
        draft: Some(draft("New words", account)),
        timing: Some(in_an_hour(&bench, "FREQ=WEEKLY", "Europe/Berlin")),
    };
    bench.app.change_series(id, change).await.unwrap();
    let all = made(&bench.app, id).await;
    assert_eq!(all.len(), 2, "the one that went out, and the first by the new rule");
    bench.clock.jump_ms(3_601_000);
    bench.run_until_idle().await;
    assert_eq!((bench.accepted("Old words"), bench.accepted("New words")), (1, 1));
}

#[tokio::test]
async fn dates_that_passed_in_a_long_absence_are_told_once_and_not_made_up_for() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
    let timing = in_an_hour(&bench, "FREQ=DAILY", "Europe/Berlin");
    let id = bench.app.create_series(draft("On holiday", account), &timing).await.unwrap();
    bench.clock.jump_ms(20 * DAY);
    bench.run_until_idle().await;
    let all = bench.app.series(id).await.unwrap().made;
    assert_eq!(all.len(), 7 + 7, "those that were made, and the next");
    assert_eq!(bench.accepted("On holiday"), 0);
    let notices = bench.app.notices(10).await.unwrap();
    assert!(notices.iter().any(|notice| notice.title.contains("13 dates passed")), "{notices:?}");
    assert_eq!(notices.len(), 2, "dates that passed; posts that wait");
    bench.run_until_idle().await;
    assert_eq!(bench.app.notices(10).await.unwrap().len(), notices.len());
}

#[tokio::test]
async fn what_cannot_come_or_cannot_go_out_is_refused_and_leaves_nothing() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
    let timing = in_an_hour(&bench, "FREQ=DAILY", "Europe/Berlin");
    let long = bench.app.create_series(draft(&"x".repeat(501), account), &timing).await.unwrap_err();
    assert_eq!(long.code, ErrorCode::PreflightFailed);
    for rule in ["FREQ=HOURLY", "every day", "FREQ=DAILY;UNTIL=20200101"] {
        let refused =
            bench.app.create_series(draft("Hm", account), &in_an_hour(&bench, rule, "UTC")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequest, "{rule}");
    }
    assert!(bench.app.series_list(true, 10).await.unwrap().is_empty());
}
