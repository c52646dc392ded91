//! Addresses and mentions as servers of the Mastodon family read them: an address has its scheme, a mention of
//! somebody elsewhere is `@name@host`.

use std::{borrow::Cow, ops::Range};

use linkify::{LinkFinder, LinkKind};

/// Where the addresses with a scheme are, in order.
pub fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let found: Vec<_> = finder.links(text).map(|link| (link.start(), link.end())).collect();
    let web = |at: &(usize, usize)| {
        let scheme = text.get(at.0..at.1).and_then(|link| link.split_once("://")).map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
    };
    found.into_iter().filter(web).map(|(start, end)| start..end).collect::<Vec<_>>().into_iter()
}

/// The text with every `@name@host` as `@name`, addresses left alone.
#[must_use]
pub fn shortened(text: &str) -> Cow<'_, str> {
    if !text.contains('@') {
        return text.into();
    }
    let addresses: Vec<_> = addresses(text).collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, _) in text.match_indices('@') {
        let inside = addresses.iter().any(|address| address.contains(&start));
        if start < at || inside || !starts_mention(text, start) {
            continue;
        }
        let Some((name_end, end)) = mention(text, start) else { continue };
        out.push_str(text.get(at..name_end).unwrap_or_default());
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out.into()
}

/// Whether a mention may begin here: not within a word, an address or another mention.
fn starts_mention(text: &str, start: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    before.is_none_or(|sign| !sign.is_alphanumeric() && !matches!(sign, '/' | '@' | '_'))
}

/// Where the name of a mention with a host ends, and the whole mention; `None` where there is no host.
fn mention(text: &str, start: usize) -> Option<(usize, usize)> {
    let rest = text.get(start + 1..)?;
    let name = rest.find(|sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '_' | '.' | '-')))?;
    let host = rest.get(name..)?.strip_prefix('@')?;
    let length =
        host.find(|sign: char| !(sign.is_alphanumeric() || matches!(sign, '.' | '-' | ':'))).unwrap_or(host.len());
    let host = host.get(..length)?.trim_end_matches(['.', '-', ':']);
    let fits = name > 0 && host.starts_with(char::is_alphanumeric);
    fits.then_some((start + 1 + name, start + 1 + name + 1 + host.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::TextRule;

    #[test]
    fn mentions_lose_their_host_and_nothing_else_changes() {
        for (text, short) in [
            ("hi @alice@example.social!", "hi @alice!"),
            ("@a@b.c @d@e.f", "@a @d"),
            ("(@a.b_c@host.example).", "(@a.b_c)."),
            ("@local stays, so does me@mail.example", "@local stays, so does me@mail.example"),
            ("https://example.social/@alice@other.example", "https://example.social/@alice@other.example"),
            ("@ @@ @a@", "@ @@ @a@"),
        ] {
            assert_eq!(shortened(text), short);
        }
    }

    #[test]
    fn addresses_count_as_one_length_and_mentions_as_their_name() {
        let rule = TextRule::fediverse(500, 23);
        let long = format!("https://example.org/{}", "a".repeat(300));
        assert_eq!(rule.count(&long).used, 23);
        assert_eq!(rule.count("http://a.de").used, 23, "short ones too");
        assert_eq!(rule.count("example.org/path").used, 16, "an address needs its scheme");
        assert_eq!(rule.count("hi @alice@example.social 👩‍👩‍👧").used, 11);
        assert_eq!(
            rule.count_beside("text", "https://example.org").used,
            4 + 19,
            "what stands beside counts as written"
        );
        assert!(rule.count(&"é".repeat(500)).fits() && !rule.count(&"é".repeat(501)).fits());
    }

    proptest! {
        #[test]
        fn counting_never_fails_and_shortening_never_lengthens(text in "[@a-c.: /éhtps#]{0,60}") {
            prop_assert!(shortened(&text).len() <= text.len());
            let _ = TextRule::fediverse(10, 23).count(&text);
        }
    }
}
