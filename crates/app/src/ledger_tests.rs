use domain::{PlatformId, budget::Told, ports::Random};

use super::*;

struct Same;
impl Random for Same {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

const SERVER: &str = "https://social.example";

fn at(ms: i64) -> UtcMs {
    UtcMs::from_millis(1_795_248_000_000 + ms)
}

fn account(n: i64) -> AccountId {
    AccountId::new(at(n), &Same)
}

fn ledger() -> Ledger {
    Ledger::new(&Registry::standard(), Vec::new())
}

fn call<'a>(platform: &'a PlatformId, account: AccountId, operation: &'static str, told: Option<Told>) -> Counted<'a> {
    Counted { platform, account: Some(account), server: SERVER, operation, at: at(0), told }
}

#[test]
fn posts_wait_ahead_of_the_platform_and_one_account_leaves_another_alone() {
    let (ledger, platform) = (ledger(), PlatformId::parse("practice").unwrap());
    for _ in 0..300 {
        assert_eq!(ledger.wait(Spend::Publish, "practice", account(1), SERVER, at(0)), None);
        ledger.made(&call(&platform, account(1), "create_post", None));
    }
    assert_eq!(ledger.wait(Spend::Publish, "practice", account(1), SERVER, at(0)), Some(at(300_000)));
    assert_eq!(ledger.wait(Spend::Publish, "practice", account(2), SERVER, at(0)), None);
    assert_eq!(ledger.wait(Spend::Publish, "practice", account(1), SERVER, at(300_000)), None);
    let standing = ledger.standings("practice", account(1), SERVER, at(0)).remove(0);
    assert_eq!((standing.used, standing.left, standing.resets_at), (300, 0, Some(at(300_000))));
}

#[test]
fn what_headers_say_counts_and_survives_a_restart() {
    let (ledger, platform) = (ledger(), PlatformId::parse("mastodon").unwrap());
    let told = Told { limit: 300, remaining: 10, reset_at: at(120_000) };
    let changed = ledger.made(&call(&platform, account(1), "post_status", Some(told)));
    assert!(changed.iter().any(|counted| counted.name == "calls" && counted.window.used == 290), "{changed:?}");
    let after = Ledger::new(&Registry::standard(), changed);
    assert_eq!(after.wait(Spend::Publish, "mastodon", account(1), SERVER, at(0)), Some(at(120_000)));
    let standings = after.standings("mastodon", account(1), SERVER, at(0));
    let left: Vec<_> = standings.iter().map(|standing| (standing.name.as_str(), standing.left)).collect();
    assert!(left.contains(&("calls", 10)) && left.contains(&("statuses", 299)), "{left:?}");
}

#[test]
fn points_of_one_server_are_counted_over_its_accounts() {
    let (ledger, platform) = (ledger(), PlatformId::parse("bluesky").unwrap());
    for _ in 0..3_000 {
        ledger.made(&call(&platform, account(1), "get_record", None));
    }
    assert!(ledger.wait(Spend::Publish, "bluesky", account(2), SERVER, at(0)).is_some());
    assert_eq!(ledger.wait(Spend::Publish, "bluesky", account(2), "https://other.example", at(0)), None);
    let record = ledger.standings("bluesky", account(2), SERVER, at(0));
    assert!(record.iter().any(|standing| standing.name == "points_hour" && standing.per_post == 3));
}
