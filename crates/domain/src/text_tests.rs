use proptest::prelude::*;

use super::*;

fn found(text: &str) -> Vec<(&str, EntityKind)> {
    entities(text).into_iter().map(|e| (&text[e.start..e.end], e.kind)).collect()
}

#[test]
fn the_limit_further_used_up_is_the_one_shown() {
    let rule = TextRule::graphemes_and_bytes(300, 3_000);
    assert_eq!(rule.count("a"), TextCount { used: 1, max: 300 });
    let families = "👩‍👩‍👧".repeat(170);
    assert_eq!(rule.count(&families), TextCount { used: 3_060, max: 3_000 });
    assert!(!rule.count(&families).fits());
}

#[test]
fn links_mentions_and_tags_are_found_at_byte_offsets() {
    assert_eq!(
        found("Hëllo @bob.test see example.com/a#b, and #céramique!"),
        vec![
            ("@bob.test", EntityKind::Mention("bob.test".into())),
            ("example.com/a#b", EntityKind::Link("https://example.com/a#b".into())),
            ("#céramique", EntityKind::Tag("céramique".into())),
        ]
    );
}

#[test]
fn what_only_looks_like_an_entity_is_left_alone() {
    for text in ["mail bob@host.test", "price is #1", "@nodots", "v1.2 or 3.14", "a#b", "file.x"] {
        assert_eq!(found(text), vec![], "{text}");
    }
}

proptest! {
    #[test]
    fn entities_lie_on_character_boundaries_in_order(text in "[a-z@#.:/ é👩‍\u{200d}0-9\n]{0,60}") {
        let mut end = 0;
        for entity in entities(&text) {
            prop_assert!(entity.start >= end && entity.end > entity.start);
            prop_assert!(text.is_char_boundary(entity.start) && text.is_char_boundary(entity.end));
            end = entity.end;
        }
    }

    #[test]
    fn counting_never_exceeds_bytes(text in ".{0,200}") {
        prop_assert!(TextRule::graphemes(10).count(&text).used as usize <= text.len());
    }
}
