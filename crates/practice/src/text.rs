//! Counting text, and what kinds C and R make of it.

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// Extended grapheme clusters (UAX 29).
pub fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

/// What kind C stores: LF for CRLF and CR, white space trimmed at both ends, 3 or more LF become 2.
///
/// `"  a\r\n\r\n\r\n\r\nb \n"` becomes `"a\n\nb"`.
pub fn normalise(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(lines.len());
    let mut run = 0;
    for c in lines.trim().chars() {
        run = if c == '\n' { run + 1 } else { 0 };
        if run <= 2 {
            out.push(c);
        }
    }
    out
}

/// The longest link kind R stores whole, in code points.
const LINK_MAX: usize = 30;

/// What kind R stores: NFC, no white space at the end, single blanks, long links cut short.
///
/// `"e\u{301}  a \n"` becomes `"é a"`.
pub fn rewrite(text: &str) -> String {
    let composed: String = text.nfc().collect();
    let mut single = String::with_capacity(composed.len());
    for c in composed.trim_end().chars() {
        if c != ' ' || !single.ends_with(' ') {
            single.push(c);
        }
    }
    let mut out = String::with_capacity(single.len());
    for piece in single.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end_matches(char::is_whitespace);
        let (link, length) =
            (["http://", "https://"].iter().any(|start| word.starts_with(start)), word.chars().count());
        if link && length > LINK_MAX {
            out.extend(word.chars().take(LINK_MAX - 1));
            out.push('…');
            out.push_str(&piece[word.len()..]);
        } else {
            out.push_str(piece);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphemes_are_what_people_see() {
        assert_eq!(graphemes("aé👩‍👩‍👧‍👦"), 3);
        assert_eq!(graphemes("e\u{301}"), 1);
        assert_eq!(graphemes("\r\n"), 1);
    }

    #[test]
    fn normalising_is_as_documented() {
        assert_eq!(normalise("  a\r\n\r\n\r\n\r\nb \n"), "a\n\nb");
        assert_eq!(normalise("a\rb"), "a\nb");
        assert_eq!(normalise("a \n b"), "a \n b");
        assert_eq!(normalise("a\n\nb"), "a\n\nb");
        assert_eq!(normalise("a\n \n\nb"), "a\n \n\nb");
        assert_eq!(normalise("\u{a0}a\u{2003}"), "a");
    }

    #[test]
    fn rewriting_is_as_documented() {
        assert_eq!(rewrite("e\u{301}"), "\u{e9}");
        assert_eq!(rewrite("  a   b\n c \r\n\u{a0}"), " a b\n c");
        assert_eq!(rewrite("a\u{a0}\u{a0}b"), "a\u{a0}\u{a0}b");
        let (whole, long) = ("http://example.org/a-link-of-30", "https://example.org/a-long-link/ü");
        assert_eq!(whole.chars().count(), 31);
        assert_eq!(rewrite(&whole[..30]), &whole[..30]);
        assert_eq!(rewrite(whole), "http://example.org/a-link-of-…");
        assert_eq!(
            rewrite(&format!("see {long}\nor (https://example.org/not-a-link)")),
            "see https://example.org/a-long-li…\nor (https://example.org/not-a-link)"
        );
    }

    #[test]
    fn rewriting_twice_changes_nothing() {
        for text in ["e\u{301}  https://example.org/a-long-link/of-many-letters  \n", " ", "\n\n a"] {
            assert_eq!(rewrite(&rewrite(text)), rewrite(text));
        }
    }

    #[test]
    fn normalising_twice_changes_nothing() {
        for text in ["\r\r\n\n\n a\n\n\n\n", "x\n\n\n\r\ny", " "] {
            assert_eq!(normalise(&normalise(text)), normalise(text));
        }
    }
}
