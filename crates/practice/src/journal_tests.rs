use super::*;

fn deleted(id: &str) -> Event {
    Event::PostDeleted { account: "acct_1".to_owned(), post_id: id.to_owned() }
}

fn replayed(path: &Path) -> Result<(Journal, Vec<Line>), PracticeError> {
    let mut lines = Vec::new();
    let journal = Journal::open(path, |line| lines.push(line.clone()))?;
    Ok((journal, lines))
}

#[test]
fn what_was_appended_is_replayed_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let (mut journal, lines) = replayed(&path).unwrap();
    assert!(lines.is_empty());
    for id in ["post_1", "post_2"] {
        journal.append(deleted(id)).unwrap();
    }
    drop(journal);
    let (journal, lines) = replayed(&path).unwrap();
    assert_eq!(journal.seq(), 2);
    assert_eq!(lines.iter().map(|line| line.seq).collect::<Vec<_>>(), [1, 2]);
    assert!(matches!(&lines[1].event, Event::PostDeleted { post_id, .. } if post_id == "post_2"));
}

#[test]
fn every_torn_end_is_cut_off_and_writing_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let (mut journal, _) = replayed(&path).unwrap();
    journal.append(deleted("post_1")).unwrap();
    let first = std::fs::read(&path).unwrap();
    journal.append(deleted("post_2")).unwrap();
    drop(journal);
    let both = std::fs::read(&path).unwrap();
    for cut in first.len() + 1..both.len() {
        std::fs::write(&path, &both[..cut]).unwrap();
        let (mut journal, lines) = replayed(&path).unwrap();
        assert_eq!(lines.len(), 2, "cut at {cut}");
        let Event::JournalRepaired { dropped_bytes } = lines[1].event else { panic!("not repaired at {cut}") };
        assert_eq!(dropped_bytes, (cut - first.len()) as u64);
        journal.append(deleted("post_3")).unwrap();
        assert_eq!(replayed(&path).unwrap().1.len(), 3);
    }
}

#[test]
fn a_last_line_of_zeros_is_a_torn_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let (mut journal, _) = replayed(&path).unwrap();
    journal.append(deleted("post_1")).unwrap();
    drop(journal);
    let mut raw = std::fs::read(&path).unwrap();
    raw.extend([0; 64]);
    std::fs::write(&path, raw).unwrap();
    assert_eq!(replayed(&path).unwrap().0.seq(), 2);
}

#[test]
fn damage_before_the_end_refuses_the_start_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let (mut journal, _) = replayed(&path).unwrap();
    for id in ["post_1", "post_2", "post_3"] {
        journal.append(deleted(id)).unwrap();
    }
    drop(journal);
    let good = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = good.lines().collect();
    for bad in
        [format!("{}\nnonsense\n{}\n", lines[0], lines[2]), format!("{}\n{}\n{}\n", lines[0], lines[2], lines[1])]
    {
        std::fs::write(&path, &bad).unwrap();
        assert!(matches!(replayed(&path), Err(PracticeError::JournalDamaged { line: 2, .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), bad);
    }
}

#[test]
fn every_event_survives_its_spelling() {
    let raw = r#"{"seq":7,"at":"2026-11-21T10:00:00.000Z","event":"post_accepted","account":"acct_1","kind":"a","post_id":"post_1","text":"Hello","media":["ab"],"media_ids":["med_1"],"alts":["A boat"],"reply_to":null,"language":"en","key":"k","container":null,"visible_at_ms":5,"reply_sent":true}"#;
    let line: Line = serde_json::from_str(raw).unwrap();
    assert_eq!(serde_json::to_value(&line).unwrap(), serde_json::from_str::<serde_json::Value>(raw).unwrap());
}
