//! Facets: what makes links, mentions and tags of a text clickable. The server adds none by itself.

use std::collections::BTreeMap;

use domain::text::{Entity, EntityKind, entities};
use serde_json::{Value, json};

/// Handle of a mention to its DID; `None` where the handle leads nowhere.
pub(super) type Dids = BTreeMap<String, Option<String>>;

/// The handles mentioned in a text, each once, in order of appearance.
pub(super) fn handles(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for entity in entities(text) {
        if let EntityKind::Mention(handle) = entity.kind
            && !found.contains(&handle)
        {
            found.push(handle);
        }
    }
    found
}

/// The facets of a text at UTF-8 byte offsets. A mention without a known DID stays plain text.
pub(super) fn facets(text: &str, dids: &Dids) -> Vec<Value> {
    entities(text).into_iter().filter_map(|entity| facet(entity, dids)).collect()
}

fn facet(entity: Entity, dids: &Dids) -> Option<Value> {
    let feature = match entity.kind {
        EntityKind::Link(uri) => json!({"$type": "app.bsky.richtext.facet#link", "uri": uri}),
        EntityKind::Tag(tag) => json!({"$type": "app.bsky.richtext.facet#tag", "tag": tag}),
        EntityKind::Mention(handle) => {
            let did = dids.get(&handle)?.as_ref()?;
            json!({"$type": "app.bsky.richtext.facet#mention", "did": did})
        }
    };
    Some(json!({"index": {"byteStart": entity.start, "byteEnd": entity.end}, "features": [feature]}))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spans(text: &str, dids: &Dids) -> Vec<(String, String)> {
        let at = |facet: &Value, name: &str| usize::try_from(facet["index"][name].as_u64().unwrap()).unwrap();
        facets(text, dids)
            .iter()
            .map(|facet| {
                let covered = &text[at(facet, "byteStart")..at(facet, "byteEnd")];
                (covered.to_owned(), facet["features"][0]["$type"].as_str().unwrap().to_owned())
            })
            .collect()
    }

    #[test]
    fn offsets_are_bytes_even_after_emoji() {
        let text = "👩‍👩‍👧 é @bob.test 🛶 https://example.com/ü #céramique";
        let dids = Dids::from([("bob.test".to_owned(), Some("did:plc:bob".to_owned()))]);
        let expected = [("@bob.test", "mention"), ("https://example.com/ü", "link"), ("#céramique", "tag")]
            .map(|(span, kind)| (span.to_owned(), format!("app.bsky.richtext.facet#{kind}")));
        assert_eq!(spans(text, &dids), expected);
        // 18 bytes of family, a space, two of é, a space.
        assert_eq!(facets(text, &dids)[0]["index"], json!({"byteStart": 22, "byteEnd": 31}));
    }

    #[test]
    fn a_mention_that_leads_nowhere_stays_plain() {
        let unknown = Dids::from([("bob.test".to_owned(), None)]);
        assert_eq!(spans("hi @bob.test", &unknown), []);
        assert_eq!(spans("hi @bob.test", &Dids::new()), []);
    }

    #[test]
    fn each_handle_is_looked_up_once() {
        assert_eq!(handles("@a.test @B.test @a.test #x"), ["a.test", "b.test"]);
    }

    proptest! {
        #[test]
        fn facets_never_overlap_and_lie_on_characters(text in "[a-z@#.:/ é🛶\u{200d}0-9\n]{0,80}") {
            let dids = handles(&text).into_iter().map(|handle| (handle, Some("did:plc:x".to_owned()))).collect();
            let mut end = 0;
            for facet in facets(&text, &dids) {
                let place = |name: &str| usize::try_from(facet["index"][name].as_u64().unwrap()).unwrap();
                prop_assert!(place("byteStart") >= end && place("byteEnd") > place("byteStart"));
                prop_assert!(text.is_char_boundary(place("byteStart")) && text.is_char_boundary(place("byteEnd")));
                end = place("byteEnd");
            }
        }
    }
}
