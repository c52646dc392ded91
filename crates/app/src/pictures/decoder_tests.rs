//! Processes that do everything but what they should.

use std::os::unix::fs::PermissionsExt;

use super::*;

/// What comes of asking a shell script.
async fn asked(script: &str, limit: Duration) -> Result<Facts, Error> {
    let folder = tempfile::tempdir().unwrap();
    let (program, picture) = (folder.path().join("program"), folder.path().join("picture"));
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(&picture, b"any").unwrap();
    let mut decoder = Decoder::new(PictureProgram { program });
    decoder.limit = limit;
    decoder.look(File::open(&picture).unwrap()).await
}

const PATIENT: Duration = Duration::from_mins(1);

#[tokio::test]
async fn what_the_process_says_is_believed_only_in_the_form_it_should_have() {
    let good = asked(r#"echo '{"reply":"picture","mime":"image/png","width":3,"height":2}'"#, PATIENT).await;
    assert_eq!(good, Ok(Facts { mime: "image/png".to_owned(), width: 3, height: 2 }));
    let refused = asked(r#"echo '{"reply":"refused","why":"too_much_memory"}'"#, PATIENT).await;
    assert_eq!(refused.map_err(|error| error.code), Err(ErrorCode::MediaTooLarge));
}

#[tokio::test]
async fn a_process_that_dies_hangs_floods_or_talks_nonsense_is_one_error() {
    let table = [
        ("kill -9 $$", PATIENT, "signal: 9"),
        ("kill -ABRT $$", PATIENT, "signal: 6"),
        ("exit 1", PATIENT, "exit status: 1"),
        ("echo hello", PATIENT, "nonsense"),
        ("exit 0", PATIENT, "nonsense"),
        ("exec cat /dev/zero", PATIENT, "too much"),
        ("exec sleep 600", Duration::from_millis(200), "time limit"),
    ];
    for (script, limit, word) in table {
        let error = asked(script, limit).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::MediaUnreadable, "{script}");
        assert!(error.details.contains(word), "{script}: {}", error.details);
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_is_a_defect_of_ours_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("picture");
    std::fs::write(&picture, b"any").unwrap();
    let decoder = Decoder::new(PictureProgram { program: folder.path().join("none") });
    let error = decoder.look(File::open(&picture).unwrap()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Internal);
}
