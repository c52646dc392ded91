use super::*;

#[test]
fn tids_have_thirteen_digits_and_a_low_first_one() {
    assert!(is_tid("3lzzzzzzzzz22"));
    assert!(!is_tid("zzzzzzzzzzzzz"), "the top bit is set");
    assert!(!is_tid("3lzzzzzzzzz2"), "twelve");
    assert!(!is_tid("3LZZZZZZZZZ22"));
    assert!(!is_tid("self"));
}

#[test]
fn made_tids_are_valid_and_sort_by_time() {
    let (earlier, later) = (tid(1_795_000_000_000_000), tid(1_795_000_000_000_001));
    assert!(is_tid(&earlier) && is_tid(&later));
    assert!(earlier < later);
    assert!(earlier.starts_with("3n"), "as real servers of that month give: {earlier}");
}

#[test]
fn record_keys_have_few_characters() {
    assert!(is_record_key("self") && is_record_key("a_~.:-Z9"));
    assert!(["", ".", "..", "has space", "a/b", "ä"].into_iter().all(|key| !is_record_key(key)));
}

#[test]
fn dids_have_a_method_and_an_id() {
    assert!(is_did("did:plc:htoxuhnpxmwekltxbu3ax6wf") && is_did("did:web:example.com%3A8080"));
    assert!(
        ["did:plc", "did:plc:", "DID:plc:a", "did:PLC:a", "plc:a", "did:plc:a b"].into_iter().all(|did| !is_did(did))
    );
}

#[test]
fn handles_are_host_names() {
    assert!(is_handle("alice.test") && is_handle("a-b.example.com"));
    assert!(["nodot", "-a.test", "a.1st", "a..test", "@alice.test"].into_iter().all(|handle| !is_handle(handle)));
}

#[test]
fn nsids_have_three_segments() {
    assert!(is_nsid("app.bsky.feed.post"));
    assert!(["nope", "a.b", "app.bsky.feed.po-st", "app..post"].into_iter().all(|nsid| !is_nsid(nsid)));
}

#[test]
fn uris_have_a_scheme_and_no_space() {
    assert!(is_uri("https://e.example/ä?q#f") && is_uri("mailto:a@b.example"));
    assert!(["nope", "https://", "https://e example", ":x"].into_iter().all(|uri| !is_uri(uri)));
}

#[test]
fn at_uris_name_a_record() {
    assert!(is_at_uri("at://did:plc:abc/app.bsky.feed.post/3lzzzzzzzzz22"));
    assert!(
        ["at://x", "https://e.example/a/b", "at://did:plc:abc/app.bsky.feed.post"]
            .into_iter()
            .all(|uri| !is_at_uri(uri))
    );
}

#[test]
fn languages_follow_bcp_47() {
    assert!(["en", "de-AT", "zh-Hant-TW", "i-default"].into_iter().all(is_language));
    assert!(["", "EN", "english", "not a lang!", "en-"].into_iter().all(|language| !is_language(language)));
}

#[test]
fn datetimes_need_a_zone() {
    assert!(is_datetime("2026-01-01T00:00:00.000Z") && is_datetime("2026-01-01T00:00:00+02:00"));
    assert!(["yesterday", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z"].into_iter().all(|time| !is_datetime(time)));
}
