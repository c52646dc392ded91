use std::sync::Mutex;

use domain::{AccountId, PublicationId};

use super::*;

#[derive(Default)]
struct Desk(Mutex<Vec<Notice>>);

impl Notifier for Desk {
    fn notify(&self, notice: &Notice) {
        self.0.lock().unwrap().push(notice.clone());
    }
}

fn notice(number: u8, code: ErrorCode) -> Notice {
    Notice {
        code,
        title: format!("Bluesky, robin.example: Post {number}"),
        body: "Bluesky refused this post of robin.example. It is not live.".to_owned(),
        publication: PublicationId::from_bytes(&[number; 16]),
        account: AccountId::from_bytes(&[9; 16]),
    }
}

async fn told(settings: &[(&str, &str)], notices: Vec<(Kind, Notice)>) -> Vec<Notice> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("postroom.db")).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    for (name, value) in settings {
        store::setting::set(&mut tx, name, value).await.unwrap();
    }
    tx.commit().await.unwrap();
    let desk = Arc::new(Desk::default());
    let announcer = Announcer::start(store.clone(), Arc::clone(&desk) as Arc<dyn Notifier>);
    for (kind, notice) in notices {
        announcer.tell(kind, notice);
    }
    announcer.flush().await;
    store.close().await;
    let told = desk.0.lock().unwrap();
    told.clone()
}

#[tokio::test]
async fn one_trouble_is_told_as_it_is_and_success_in_silence() {
    let trouble = notice(1, ErrorCode::ContentRejected);
    let success = notice(2, ErrorCode::Internal);
    let both = vec![(Kind::Trouble, trouble.clone()), (Kind::Success, success.clone())];
    assert_eq!(told(&[], both.clone()).await, std::slice::from_ref(&trouble));
    assert_eq!(told(&[("notify_success", "true")], both).await, [trouble, success]);
}

#[tokio::test]
async fn five_troubles_at_once_are_one_notification() {
    let all = (1..=5).map(|number| (Kind::Trouble, notice(number, ErrorCode::Offline))).collect();
    let told = told(&[], all).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].title, "5 posts need you");
    assert_eq!(told[0].body.lines().count(), 4);
    assert!(told[0].body.ends_with("and 2 more"));
    assert_eq!((place(&told[0]).as_str(), offer(&told[0])), ("queue", Offer::Show));
}

#[tokio::test]
async fn names_only_says_nothing_that_a_stranger_may_not_read() {
    let only = [("names_only", "true"), ("notify_success", "true")];
    let one = vec![(Kind::Trouble, notice(1, ErrorCode::RelinkNeeded))];
    let one = told(&only, one).await;
    assert_eq!((one[0].title.as_str(), one[0].body.as_str()), ("A post needs you", "Open Postroom to read more."));
    assert_eq!(offer(&one[0]), Offer::Show);
    assert!(place(&one[0]).starts_with("pub_"), "a press still leads to the post");
    let more = vec![
        (Kind::Trouble, notice(1, ErrorCode::Offline)),
        (Kind::Trouble, Notice { publication: None, ..notice(2, ErrorCode::ProfileCopied) }),
        (Kind::Success, notice(3, ErrorCode::Internal)),
    ];
    let more = told(&only, more).await;
    assert_eq!(
        more.iter().map(|notice| notice.title.as_str()).collect::<Vec<_>>(),
        ["2 things need you", "A post went out"]
    );
    let said = format!("{one:?}{more:?}");
    for secret in ["Bluesky", "robin", "Post 1", "refused"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[test]
fn only_what_may_help_is_offered() {
    assert_eq!(offer(&notice(1, ErrorCode::RelinkNeeded)), Offer::Relink);
    assert_eq!(offer(&notice(1, ErrorCode::Offline)), Offer::Retry);
    assert_eq!(offer(&notice(1, ErrorCode::Missed)), Offer::Retry);
    // Sent without an answer: only a look at the evidence can decide, never a button.
    assert_eq!(offer(&notice(1, ErrorCode::OutcomeUnknown)), Offer::Show);
    assert_eq!(offer(&notice(1, ErrorCode::ProfileCopied)), Offer::Show);
    assert_eq!(offer(&Notice { publication: None, ..notice(1, ErrorCode::Offline) }), Offer::Show);
    assert_eq!(offer(&Notice { account: None, ..notice(1, ErrorCode::RelinkNeeded) }), Offer::Show);
}
