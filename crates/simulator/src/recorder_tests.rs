use serde_json::json;

use super::*;

fn recorder(dir: &Path) -> Recorder {
    Recorder::open(dir.join("journal.jsonl"), Arc::new(Clock::default())).unwrap()
}

fn detail(text: &str) -> Map<String, Value> {
    [("text".to_owned(), json!(text)), ("commit".to_owned(), Value::Null)].into_iter().collect()
}

#[test]
fn effects_and_calls_are_read_back_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let recorder = recorder(dir.path());
    recorder.see("createRecord", Some("lost_reply")).unwrap();
    recorder.accept("createRecord", detail("hello")).unwrap();

    let entries = read_journal(recorder.path()).unwrap();

    assert!(matches!(&entries[0], Entry::Seen(seen) if seen.fault.as_deref() == Some("lost_reply")));
    assert!(matches!(&entries[1], Entry::Effect(effect) if effect.get("text") == Some("hello")));
    assert_eq!(entries.len(), 2);
}

#[test]
fn a_second_recorder_appends() {
    let dir = tempfile::tempdir().unwrap();
    recorder(dir.path()).accept("createRecord", detail("one")).unwrap();
    let second = recorder(dir.path());
    second.accept("createRecord", detail("two")).unwrap();
    assert_eq!(read_journal(second.path()).unwrap().len(), 2);
}

#[test]
fn an_unfinished_last_line_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let recorder = recorder(dir.path());
    recorder.accept("createRecord", detail("whole")).unwrap();
    OpenOptions::new().append(true).open(recorder.path()).unwrap().write_all(b"{\"at\":1,\"acc").unwrap();
    assert_eq!(read_journal(recorder.path()).unwrap().len(), 1);
}

#[test]
fn subscribers_hear_of_effects_only() {
    let dir = tempfile::tempdir().unwrap();
    let recorder = recorder(dir.path());
    let mut count = recorder.subscribe();
    recorder.see("createRecord", None).unwrap();
    assert!(!count.has_changed().unwrap());
    recorder.accept("createRecord", detail("one")).unwrap();
    assert_eq!(*count.borrow_and_update(), 1);
}
