//! Counting text, and the normalisation of kind C.

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
    fn normalising_twice_changes_nothing() {
        for text in ["\r\r\n\n\n a\n\n\n\n", "x\n\n\n\r\ny", " "] {
            assert_eq!(normalise(&normalise(text)), normalise(text));
        }
    }
}
