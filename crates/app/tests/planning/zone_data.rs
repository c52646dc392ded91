use app::compose::When;
use domain::{
    ErrorCode, PublicationState as S,
    schedule::{self, Schedule},
};

use crate::bench::Bench;

#[tokio::test]
async fn what_was_planned_keeps_its_wall_time_when_the_zone_data_change() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let at = bench.clock.wall().plus_ms(5 * 3_600_000);
    let berlin = bench.post("In Berlin", &["a"], false, When::Instant(at, "Europe/Berlin".to_owned())).await;
    let tokyo = bench.post("In Tokyo", &["a"], false, When::Instant(at, "Asia/Tokyo".to_owned())).await;
    let sent = bench.post("Sent", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    let before = bench.publications(berlin).await.remove(0);
    // As if Berlin gave up its change of the clocks and stayed an hour ahead.
    let an_hour_earlier_in_berlin = |schedule: &Schedule| {
        let by_ms = if schedule.zone == "Europe/Berlin" { -3_600_000 } else { 0 };
        Ok(Schedule { at: schedule.at.plus_ms(by_ms), ..schedule.clone() })
    };

    assert_eq!(bench.app.resolve_anew(schedule::ZONE_DATA, &an_hour_earlier_in_berlin).await.unwrap(), 0, "as before");
    assert_eq!(bench.app.resolve_anew("2031z", &an_hour_earlier_in_berlin).await.unwrap(), 1);
    assert_eq!(bench.app.resolve_anew("2031z", &an_hour_earlier_in_berlin).await.unwrap(), 0, "once");
    let moved = bench.publications(berlin).await.remove(0);
    assert_eq!((moved.schedule.at, &moved.schedule.wall), (at.plus_ms(-3_600_000), &before.schedule.wall));
    assert_eq!(moved.status.next_at, Some(moved.schedule.at));
    assert!(bench.journal(moved.id).await.contains(&"zone_data".to_owned()));
    assert_eq!(bench.app.post(berlin).await.unwrap().0.schedule, Some(moved.schedule));
    assert_eq!(bench.publications(tokyo).await[0].schedule.at, at);
    assert_eq!(bench.publications(sent).await[0].status.state, S::Published);
    assert_eq!(bench.notices().await, [ErrorCode::TimeMoved]);

    // It goes out by the new instant.
    bench.clock.jump_ms(4 * 3_600_000 + 1_000);
    bench.run_until_idle().await;
    assert_eq!((bench.accepted("In Berlin"), bench.accepted("In Tokyo")), (1, 0));
}

#[tokio::test]
async fn a_move_of_seconds_is_written_down_and_nobody_is_disturbed() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let at = bench.clock.wall().plus_ms(5 * 3_600_000);
    let post = bench.post("Nearly", &["a"], false, When::Instant(at, "UTC".to_owned())).await;
    let later = |schedule: &Schedule| Ok(Schedule { at: schedule.at.plus_ms(20_000), ..schedule.clone() });
    assert_eq!(bench.app.resolve_anew("2031z", &later).await.unwrap(), 1);
    assert_eq!(bench.publications(post).await[0].schedule.at, at.plus_ms(20_000));
    assert!(bench.notices().await.is_empty());
}
