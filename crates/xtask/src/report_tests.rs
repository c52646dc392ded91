use super::{Counts, Line, Verdict, all_good, table};

fn line(name: &'static str, verdict: Verdict, counts: Counts) -> Line {
    Line { name, unit: "tests", seconds: 1.5, verdict, counts, remarks: vec![] }
}

#[test]
fn the_table_has_a_line_per_layer_and_a_total() {
    let lines = [
        line("unit", Verdict::Ok, Counts { passed: 40, failed: 0, skipped: 0 }),
        line("ui", Verdict::Ok, Counts { passed: 2, failed: 0, skipped: 0 }),
    ];
    let text = table(&lines, 2.5);
    assert_eq!(text.trim().lines().count(), 4);
    assert!(
        text.lines().any(|row| row.starts_with("total") && row.contains("42") && row.ends_with("2.5  ok")),
        "{text}"
    );
}

#[test]
fn a_failed_or_missing_layer_is_not_good() {
    let good = line("unit", Verdict::Ok, Counts::default());
    for bad in [Verdict::Failed, Verdict::NotRun] {
        let lines = [good.clone(), line("ui", bad, Counts::default())];
        assert!(!all_good(&lines));
        assert!(table(&lines, 1.5).trim().ends_with("FAILED"));
    }
}

#[test]
fn remarks_stand_under_their_layer() {
    let mut skipped = line("deny", Verdict::Skipped, Counts { skipped: 1, ..Counts::default() });
    skipped.remarks.push("advisories: not checked, needs the network".to_owned());
    let text = table(&[skipped], 1.5);
    assert!(text.contains("SKIPPED\n              advisories: not checked"), "{text}");
}
