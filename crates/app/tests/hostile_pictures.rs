//! Hostile picture files: each is taken or refused with its code, the program lives on, and its memory does not grow.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::cast_possible_truncation, reason = "patterns of bytes")]

#[expect(dead_code, reason = "shared with the tests of publishing")]
mod bench;
mod hostile;

use bench::Bench;
use hostile::Expected;

/// By how much the program may grow while others decode hundreds of megabytes: it copies a file of at most a few.
#[cfg(target_os = "linux")]
const GROWTH_MAX_BYTES: u64 = 64 << 20;

/// The most memory this process had since it last asked.
#[cfg(target_os = "linux")]
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() * 1_024
}

/// Begins a new measure.
#[cfg(target_os = "linux")]
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

#[tokio::test]
async fn hostile_pictures_end_their_own_process_and_nothing_else() {
    let bench = Bench::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.png");
    let good = folder.path().join("good.jpg");
    std::fs::write(&good, bench::picture()).unwrap();
    // Making the files takes memory too.
    let cases: Vec<_> = hostile::cases();
    assert!(cases.len() >= 30, "{} files", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        std::fs::write(&path, &case.bytes).unwrap();
        drop(case.bytes);
        #[cfg(target_os = "linux")]
        forget_peak();
        #[cfg(target_os = "linux")]
        let before = peak_bytes();
        let started = std::time::Instant::now();
        let outcome = bench.app.add_media(&path, "").await;
        #[cfg(target_os = "linux")]
        let grown = peak_bytes().saturating_sub(before);
        let said = outcome.map(|media| format!("{} {} × {}", media.mime, media.width, media.height));
        #[cfg(target_os = "linux")]
        println!(
            "{}: {:?}, {:?}, grew by {grown} bytes",
            case.name,
            said.as_ref().map_err(|e| (e.code, &e.details)),
            started.elapsed()
        );
        #[cfg(target_os = "linux")]
        assert!(grown <= GROWTH_MAX_BYTES, "{}: the program grew by {grown} bytes", case.name);
        let fits = match (&said, case.expected) {
            (Ok(_), Expected::Taken | Expected::Either) => true,
            (Err(error), Expected::Refused(code)) => error.code == code,
            (Err(error), Expected::Either) => {
                matches!(error.code, domain::ErrorCode::MediaUnreadable | domain::ErrorCode::MediaTooLarge)
            }
            _ => false,
        };
        if !fits {
            wrong.push(format!("{}: expected {:?}, got {said:?}", case.name, case.expected));
        }
        let after = bench.app.add_media(&good, "").await.unwrap();
        assert_eq!(after.mime, "image/png", "what a file is called does not matter");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let incoming = bench.app.folder().join("media/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0, "nothing refused stays behind");
    #[cfg(target_os = "linux")]
    the_measure_sees_a_bomb_in_this_process();
}

/// The control: the largest of them, decoded here and without limits, is seen by the same measure.
#[cfg(target_os = "linux")]
fn the_measure_sees_a_bomb_in_this_process() {
    let bomb = hostile::bomb();
    forget_peak();
    let before = peak_bytes();
    let mut reader = image::ImageReader::with_format(std::io::Cursor::new(&bomb), image::ImageFormat::Png);
    reader.no_limits();
    let picture = reader.decode().unwrap();
    let grown = peak_bytes().saturating_sub(before);
    assert_eq!(picture.width(), 8_000);
    assert!(grown > 3 * GROWTH_MAX_BYTES, "{grown} bytes");
}
