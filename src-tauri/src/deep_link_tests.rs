use proptest::prelude::*;

use super::*;

const PUBLICATION: &str = "pub_019a9b1e7c417000800000000000002a";
const ACCOUNT: &str = "acc_019a9b1e7c4170008000000000000007";

fn target(link: &str) -> Option<String> {
    match parse(link) {
        Ok(Link::Place(place)) => place.target(),
        other => panic!("{link}: {other:?}"),
    }
}

#[test]
fn the_list_of_places() {
    assert_eq!(target("postroom://open"), None);
    assert_eq!(target("postroom://open/"), None);
    assert_eq!(target("POSTROOM://Open/"), None);
    for section in ["compose", "queue", "accounts", "settings"] {
        assert_eq!(target(&format!("postroom://open/{section}")).as_deref(), Some(section));
    }
    assert_eq!(target(&format!("postroom://publication/{PUBLICATION}")).as_deref(), Some(PUBLICATION));
    assert_eq!(target(&format!("postroom://account/{ACCOUNT}")).as_deref(), Some(ACCOUNT));
    assert_eq!(target(&format!("postroom://relink/{ACCOUNT}/")), Some(format!("relink/{ACCOUNT}")));
}

#[test]
fn everything_else_leads_nowhere() {
    let huge = format!("postroom://open/{}", "a".repeat(1 << 20));
    let endless = format!("postroom://oauth/a?code={}", "a".repeat(ANSWER_MAX_BYTES));
    let options = format!("postroom://publication/{PUBLICATION}?retry=1");
    let upper = format!("postroom://publication/{}", PUBLICATION.replace("9a9b1e", "9A9B1E"));
    let hyphens = "postroom://publication/pub_019a9b1e-7c41-7000-8000-00000000002a";
    let wrong_kind = format!("postroom://publication/{ACCOUNT}");
    let twice = format!("postroom://relink/{ACCOUNT}/{ACCOUNT}");
    let newline = format!("postroom://account/{ACCOUNT}\n");
    for (link, refused) in [
        (huge.as_str(), Refused::TooLong),
        ("", Refused::Foreign),
        ("postroom:", Refused::Foreign),
        ("postroom:open", Refused::Foreign),
        ("postroom:/open", Refused::Foreign),
        ("https://open/queue", Refused::Foreign),
        (" postroom://open", Refused::Foreign),
        ("--hidden", Refused::Foreign),
        ("pöstroom://open", Refused::Foreign),
        ("postroom://", Refused::Unknown),
        ("postroom:///", Refused::Unknown),
        ("postroom://--practice", Refused::Unknown),
        ("postroom://open --practice", Refused::Unknown),
        ("postroom://x?y=$(touch /tmp/x)", Refused::Unknown),
        ("postroom://open?x=1", Refused::Unknown),
        ("postroom://open#settings", Refused::Unknown),
        ("postroom://open/%71ueue", Refused::Unknown),
        ("postroom://open/queue%0a--hidden", Refused::Unknown),
        ("postroom://open/queue\n--hidden", Refused::Unknown),
        ("postroom://open/queue//", Refused::Unknown),
        ("postroom://open/../queue", Refused::Unknown),
        ("postroom://open@evil/queue", Refused::Unknown),
        ("postroom://open:80/queue", Refused::Unknown),
        ("postroom://open/QUEUE", Refused::Unknown),
        ("postroom://open/tauri://localhost", Refused::Unknown),
        ("postroom://publish/pub_1", Refused::Unknown),
        ("postroom://publication", Refused::Unknown),
        ("postroom://publication/", Refused::Unknown),
        ("postroom://publication/pub_1", Refused::Unknown),
        ("postroom://oauth", Refused::Unknown),
        ("postroom://oauth/callback", Refused::Unknown),
        ("postroom://oauth/?code=1", Refused::Unknown),
        ("postroom://oauth/a/b?code=1", Refused::Unknown),
        ("postroom://oauth/a b?code=1", Refused::Unknown),
        ("postroom://oauth/a?code=1 --practice", Refused::Unknown),
        ("postroom://oauth/a?code=1\n", Refused::Unknown),
        ("postroom://oauth/a?code=\u{f6}", Refused::Unknown),
        ("postroom://oauth@evil/a?code=1", Refused::Unknown),
        (&endless, Refused::TooLong),
        (&options, Refused::Unknown),
        (&upper, Refused::Unknown),
        (hyphens, Refused::Unknown),
        (&wrong_kind, Refused::Unknown),
        (&twice, Refused::Unknown),
        (&newline, Refused::Unknown),
    ] {
        assert_eq!(parse(link), Err(refused), "{:?}", link.get(..80.min(link.len())));
    }
}

#[test]
fn an_answer_is_known_by_its_shape_alone() {
    let longest = format!("postroom://oauth/a?{}", "a".repeat(ANSWER_MAX_BYTES - 19));
    for link in
        ["postroom://oauth/wordpress-site?state=s&user_login=a%20b&password=c", "POSTROOM://OAuth/x?code=1", &longest]
    {
        assert_eq!(parse(link), Ok(Link::Answer), "{:?}", link.get(..80.min(link.len())));
    }
}

#[test]
fn a_word_is_a_link_by_its_scheme_alone() {
    assert!(is_link("postroom://open") && is_link("PostRoom:nonsense"));
    assert!(!is_link("--hidden") && !is_link("postroom") && !is_link("p\u{f6}stroom://open") && !is_link(""));
}

proptest! {
    #[test]
    fn no_text_panics_and_every_accepted_one_is_plain(text in "(postroom://)?(open|publication|account|relink|oauth)?[/a-z0-9_%?#&=. \\n-]{0,60}|\\PC{0,200}") {
        if let Ok(Link::Place(place)) = parse(&text) {
            prop_assert!(text.is_ascii() && text.len() <= LINK_MAX_BYTES);
            let target = place.target().unwrap_or_default();
            prop_assert!(target.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-/".contains(&b)), "{}", target);
        }
    }

    #[test]
    fn every_identifier_comes_back(bytes in any::<[u8; 16]>()) {
        let account = AccountId::from_bytes(&bytes).expect("16 bytes");
        prop_assert_eq!(parse(&format!("postroom://account/{account}")), Ok(Link::Place(Place::Account(account))));
        prop_assert_eq!(parse(&format!("postroom://relink/{account}")), Ok(Link::Place(Place::Relink(account))));
        let publication = PublicationId::from_bytes(&bytes).expect("16 bytes");
        prop_assert_eq!(parse(&format!("postroom://publication/{publication}")), Ok(Link::Place(Place::Publication(publication))));
    }
}
