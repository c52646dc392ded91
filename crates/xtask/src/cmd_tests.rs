use std::{path::Path, time::Duration};

use super::Cmd;

fn cargo() -> Cmd {
    Cmd::new("cargo", Path::new("."))
}

#[test]
fn keeps_both_streams_and_the_exit_code() {
    let good = cargo().args(["--version"]).run().unwrap();
    assert!(good.ok && good.text.starts_with("cargo "), "{good:?}");
    let bad = cargo().args(["no-such-task"]).run().unwrap();
    assert!(!bad.ok && bad.text.contains("no-such-task"), "{bad:?}");
}

#[cfg(unix)]
#[test]
fn ends_what_runs_too_long() {
    let late = Cmd::new("sleep", Path::new(".")).args(["600"]).limit(Duration::from_millis(50)).run().unwrap();
    assert!(!late.ok && late.text.contains("was ended"), "{late:?}");
}

#[test]
fn reading_a_failing_program_is_an_error_with_its_words() {
    let error = cargo().args(["no-such-task"]).read().unwrap_err().to_string();
    assert!(error.contains("cargo no-such-task") && error.contains("no such command"), "{error}");
}

#[test]
fn a_missing_program_is_named() {
    let error = Cmd::new("no-such-program-here", Path::new(".")).run().unwrap_err();
    assert!(format!("{error:#}").contains("no-such-program-here"));
}
