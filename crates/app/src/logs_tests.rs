use super::*;

fn profile() -> (tempfile::TempDir, LogFile) {
    let folder = tempfile::tempdir().unwrap();
    let log = LogFile::of(folder.path());
    (folder, log)
}

#[test]
fn an_event_is_one_line_without_its_secret() {
    let (folder, mut log) = profile();
    log.write_all(b"2026-11-21T08:00:00.000Z  WARN net: refused access_token=abc123\n2026 INFO forged\r\n").unwrap();
    log.write_all(b"2026-11-21T08:00:01.000Z  INFO app: published pub_019a9b1e7c417000800000000000002a\n").unwrap();
    let lines = tail(folder.path(), 10).unwrap();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("2026-11-21T08:00:00.000Z  WARN net: refused access_token=[redacted]"),
        "{}",
        lines[0]
    );
    assert!(!lines.join("").contains("abc123"));
    assert!(lines[1].ends_with("pub_019a9b1e7c417000800000000000002a"), "{}", lines[1]);
}

#[test]
fn the_log_is_bounded_and_its_owners_only() {
    let (folder, mut log) = profile();
    log.file_max_bytes = 4_096;
    for _ in 0..100 {
        log.write_all(format!("{}\n", "word ".repeat(50)).as_bytes()).unwrap();
    }
    let files: Vec<_> = fs::read_dir(super::folder(folder.path())).unwrap().map(|entry| entry.unwrap()).collect();
    assert_eq!(files.len(), 5);
    for file in &files {
        let about = file.metadata().unwrap();
        assert!(about.len() <= 4_096, "{file:?}: {}", about.len());
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777, 0o600);
    }
}

#[test]
fn the_tail_goes_on_in_the_older_file_and_is_bounded() {
    let (folder, mut log) = profile();
    assert_eq!(tail(folder.path(), 5).unwrap(), Vec::<String>::new());
    log.write_all(b"older\n").unwrap();
    log.put_aside().unwrap();
    log.open = None;
    log.write_all(b"newer\n").unwrap();
    assert_eq!(tail(folder.path(), 5).unwrap(), ["older", "newer"]);
    assert_eq!(tail(folder.path(), 1).unwrap(), ["newer"]);
    for number in 0..3_000 {
        log.write_all(format!("line {number} {}\n", "of many ".repeat(12)).as_bytes()).unwrap();
    }
    let lines = tail(folder.path(), usize::MAX).unwrap();
    assert_eq!(lines.len(), TAIL_MAX_LINES);
    assert!(lines.iter().all(|line| line.starts_with("line ")), "only whole lines");
    assert!(lines.last().unwrap().starts_with("line 2999 "));
}

#[test]
fn a_log_that_cannot_be_written_disturbs_nobody() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("logs"), b"a file where the folder should be").unwrap();
    let mut log = LogFile::of(folder.path());
    assert!(log.write_all(b"a line\n").is_ok());
}
