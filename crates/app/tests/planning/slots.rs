use std::collections::BTreeSet;

use app::{MissedAnswer, compose::When};
use domain::{ErrorCode, HeldReason, PublicationState as S, UtcMs, slots::Slot};

use crate::{bench::Bench, series::draft};

const HOUR: i64 = 3_600_000;

/// A slot in every hour of the week, none within the next half hour.
fn hourly(bench: &Bench) -> Vec<Slot> {
    let past_hour_min = bench.clock.wall().as_millis() % HOUR / 60_000;
    let minute = u16::try_from((past_hour_min + 40) % 60).unwrap();
    (0..7).flat_map(|weekday| (0..24).map(move |hour| Slot { weekday, minute: hour * 60 + minute })).collect()
}

async fn at(bench: &Bench, post: domain::PostId) -> UtcMs {
    bench.publications(post).await[0].schedule.at
}

#[tokio::test]
async fn posts_take_one_free_slot_after_another() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    let none = bench.try_post("Where to?", &["a"], When::NextSlot).await.unwrap_err();
    assert_eq!(none.code, ErrorCode::WrongState);
    assert!(none.message.contains("has no weekly slots"), "{}", none.message);
    bench.app.set_slots(account, hourly(&bench), "Europe/Berlin").await.unwrap();
    let free = bench.app.slots(account).await.unwrap().next.unwrap();
    let first = bench.post("First", &["a"], false, When::NextSlot).await;
    assert_eq!(at(&bench, first).await, free.at);
    // One that was planned by hand takes the slot it is on.
    let by_hand = When::Instant(free.at.plus_ms(HOUR), "UTC".to_owned());
    bench.post("By hand", &["a"], false, by_hand).await;
    let third = bench.post("Third", &["a"], false, When::NextSlot).await;
    assert_eq!(at(&bench, third).await, free.at.plus_ms(2 * HOUR));
    // Taken back and cancelled ones are free again.
    bench.app.cancel_post(first).await.unwrap();
    let again = bench.post("Again", &["a"], false, When::NextSlot).await;
    assert_eq!(at(&bench, again).await, free.at);
    bench.app.cancel_publication(bench.publications(again).await[0].id).await.unwrap();
    bench.app.schedule_post(third, &When::NextSlot).await.unwrap();
    assert_eq!(at(&bench, third).await, free.at);
}

#[tokio::test]
async fn two_that_ask_at_once_never_get_the_same_slot() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    bench.app.set_slots(account, hourly(&bench), "UTC").await.unwrap();
    let asked: Vec<_> = (0..20)
        .map(|n| {
            let app = std::sync::Arc::clone(&bench.app);
            tokio::spawn(
                async move { app.create_post(draft(&format!("Post {n}"), account), Some(When::NextSlot)).await },
            )
        })
        .collect();
    let mut taken = BTreeSet::new();
    for one in asked {
        taken.insert(at(&bench, one.await.unwrap().unwrap()).await);
    }
    let (first, last) = (taken.first().unwrap(), taken.last().unwrap());
    assert_eq!((taken.len(), last.since(*first)), (20, 19 * HOUR));
}

#[tokio::test]
async fn a_post_to_several_accounts_takes_a_slot_of_each() {
    let bench = Bench::start().await;
    let (a, b) = (bench.link("a").await, bench.link("b").await);
    bench.app.set_slots(a, vec![Slot { weekday: 0, minute: 570 }], "Europe/Berlin").await.unwrap();
    bench.app.set_slots(b, vec![Slot { weekday: 2, minute: 1_200 }], "Asia/Tokyo").await.unwrap();
    let post = bench.post("Twice a week", &["a", "b"], false, When::NextSlot).await;
    let publications = bench.publications(post).await;
    let mut walls: Vec<_> =
        publications.iter().map(|one| (one.schedule.zone.as_str(), &one.schedule.wall[11..])).collect();
    walls.sort_unstable();
    assert_eq!(walls, [("Asia/Tokyo", "20:00:00"), ("Europe/Berlin", "09:30:00")]);
    let first = publications.iter().map(|one| one.schedule.at).min();
    assert_eq!(bench.app.post(post).await.unwrap().0.schedule.map(|schedule| schedule.at), first);
}

#[tokio::test]
async fn missed_posts_go_to_the_next_slot_where_their_owner_chose_so_but_not_after_a_day() {
    let bench = Bench::start().await;
    let (a, b) = (bench.link("a").await, bench.link("b").await);
    bench.app.set_slots(a, hourly(&bench), "UTC").await.unwrap();
    bench.app.change_settings(|settings| settings.missed = "slot".to_owned()).await.unwrap();
    let soon = |n: i64| When::Instant(bench.clock.wall().plus_ms(n * 60_000), "UTC".to_owned());
    let late = [bench.post("Late 1", &["a"], false, soon(1)).await, bench.post("Late 2", &["a"], false, soon(2)).await];
    let slotless = bench.post("No slots", &["b"], false, soon(1)).await;
    assert_eq!(bench.app.slots(b).await.unwrap().next, None);
    bench.clock.jump_ms(8 * HOUR);
    bench.run_until_idle().await;
    assert_eq!(bench.accepted_texts(), Vec::<String>::new(), "nothing is due before its slot");
    let (first, second) = (at(&bench, late[0]).await, at(&bench, late[1]).await);
    assert_eq!(second.since(first), HOUR, "in their order, a slot each");
    assert!(bench.journal(bench.publications(late[0]).await[0].id).await.contains(&"moved_to_slot".to_owned()));
    assert_eq!(bench.publications(slotless).await[0].status.held, Some(HeldReason::Missed));
    let notices: BTreeSet<_> = bench.app.notices(10).await.unwrap().into_iter().map(|notice| notice.code).collect();
    assert_eq!(notices, BTreeSet::from(["missed".to_owned(), "time_moved".to_owned()]));
    bench.clock.jump_ms(first.since(bench.clock.wall()) + 1_000);
    bench.run_until_idle().await;
    assert_eq!(bench.accepted_texts(), ["Late 1"]);

    bench.clock.jump_ms(30 * HOUR);
    bench.run_until_idle().await;
    assert_eq!(bench.publications(late[1]).await[0].status.held, Some(HeldReason::Missed), "past a day it is asked");
    assert_eq!(bench.app.settle_missed(MissedAnswer::NextSlot).await.unwrap(), 1);
    assert_eq!(bench.publications(late[1]).await[0].status.state, S::Scheduled);
    assert!(at(&bench, late[1]).await > bench.clock.wall());
    assert_eq!(bench.publications(slotless).await[0].status.held, Some(HeldReason::Missed));
}

#[tokio::test]
async fn what_is_no_slot_is_refused() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    let odd = vec![Slot { weekday: 7, minute: 0 }];
    assert_eq!(bench.app.set_slots(account, odd, "UTC").await.unwrap_err().code, ErrorCode::InvalidRequest);
    let nowhere = bench.app.set_slots(account, hourly(&bench), "Mars/Olympus").await.unwrap_err();
    assert_eq!(nowhere.code, ErrorCode::InvalidRequest);
    bench.app.set_slots(account, vec![], "UTC").await.unwrap();
}
