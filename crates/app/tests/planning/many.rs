use app::compose::{Draft, When};
use domain::PublicationState as S;

use crate::{bench::Bench, series::draft};

#[tokio::test]
async fn what_is_due_in_one_second_on_many_accounts_goes_out_once_each() {
    let bench = Bench::start().await;
    let mut accounts = Vec::new();
    for n in 0..12 {
        let kind = ["a", "b", "c"][n % 3];
        accounts.push(bench.app.link_practice(kind, Some(&format!("Robin {n}"))).await.unwrap());
    }
    let at = bench.clock.wall().plus_ms(60_000);
    let mut posts = Vec::new();
    for n in 0..4 {
        let all = Draft { accounts: accounts.clone(), ..draft(&format!("Same second {n}"), accounts[0]) };
        let when = When::Instant(at.plus_ms(n), "UTC".to_owned());
        posts.push(bench.app.create_post(all, Some(when)).await.unwrap());
    }
    bench.clock.jump_ms(60_500);
    bench.run_until_idle().await;
    for post in posts {
        for publication in bench.publications(post).await {
            assert_eq!(publication.status.state, S::Published, "{}", publication.status.reason);
        }
    }
    for n in 0..4 {
        assert_eq!(bench.accepted(&format!("Same second {n}")), accounts.len());
    }
}

#[tokio::test]
async fn what_a_pause_held_goes_out_apart_and_in_its_order() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 1).await.unwrap();
    bench.app.pause().await.unwrap();
    for n in 1..=4 {
        let at = bench.clock.wall().plus_ms(n * 60_000);
        bench.post(&format!("Paused {n}"), &["a"], false, When::Instant(at, "UTC".to_owned())).await;
    }
    bench.clock.jump_ms(5 * 60_000);
    bench.run_until_idle().await;
    assert!(bench.accepted_texts().is_empty());
    let resumed = bench.clock.real();
    bench.app.resume().await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.accepted_texts(), ["Paused 1", "Paused 2", "Paused 3", "Paused 4"]);
    bench.each_in_its_turn(resumed, 1_000);
}

#[tokio::test]
async fn what_a_long_pause_held_is_asked_about_and_not_sent() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.app.pause().await.unwrap();
    let at = bench.clock.wall().plus_ms(60_000);
    let post = bench.post("Paused for long", &["a"], false, When::Instant(at, "UTC".to_owned())).await;
    bench.clock.jump_ms(8 * 3_600_000);
    bench.run_until_idle().await;
    bench.app.resume().await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.held, Some(domain::HeldReason::Missed));
    assert_eq!(bench.accepted("Paused for long"), 0);
}
