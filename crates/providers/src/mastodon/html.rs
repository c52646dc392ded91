//! The text a status was made of, from the HTML its server shows. Tokens only: nothing is fetched, nothing is run.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// Longest HTML looked at, in bytes; more than any server's longest status makes.
const HTML_MAX_BYTES: usize = 2 << 20;

/// The text as it was written, as far as the HTML tells: links whole (servers cut what they show of them), mentions and
/// tags as shown, line ends for paragraphs and breaks.
pub(super) fn text(html: &str) -> String {
    let mut out = String::new();
    // What an anchor shows, and where it leads.
    let mut anchor: Option<(String, String)> = None;
    let html = html.get(..html.len().min(HTML_MAX_BYTES)).unwrap_or_default();
    for Ok(token) in Tokenizer::new_with_emitter(html, DefaultEmitter::<()>::default()) {
        match token {
            Token::String(shown) => {
                let shown = String::from_utf8_lossy(&shown);
                anchor.as_mut().map_or(&mut out, |(text, _)| text).push_str(&shown);
            }
            Token::StartTag(tag) => match tag.name.as_slice() {
                b"br" => out.push('\n'),
                b"a" => {
                    let href = tag.attributes.get(b"href".as_slice());
                    let href = href.map(|value| String::from_utf8_lossy(value).into_owned());
                    anchor = Some((String::new(), href.unwrap_or_default()));
                }
                _ => {}
            },
            Token::EndTag(tag) => match tag.name.as_slice() {
                b"p" | b"div" | b"li" => out.push_str("\n\n"),
                b"a" => {
                    if let Some((shown, href)) = anchor.take() {
                        let word = shown.starts_with(['@', '#', '＃']) || href.is_empty();
                        out.push_str(if word { &shown } else { &href });
                    }
                }
                _ => {}
            },
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    if let Some((shown, _)) = anchor {
        out.push_str(&shown);
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn links_are_whole_and_mentions_as_shown() {
        let html = r#"<p>Look: <a href="https://example.org/a/long/path?q=1&amp;r=2" rel="nofollow"><span class="invisible">https://</span><span class="ellipsis">example.org/a/lo</span><span class="invisible">ng</span></a>, <span class="h-card"><a href="https://other.example/@bob" class="u-url mention">@<span>bob</span></a></span> &lt;3<br />second line</p><p><a href="https://x/tags/clay" class="mention hashtag">#<span>clay</span></a></p>"#;
        assert_eq!(text(html), "Look: https://example.org/a/long/path?q=1&r=2, @bob <3\nsecond line\n\n#clay");
    }

    #[test]
    fn broken_html_keeps_its_words() {
        assert_eq!(text("a <b>b"), "a b");
        assert_eq!(text("<a href=\"https://a.example\">open"), "open");
        assert_eq!(text(""), "");
    }

    proptest! {
        #[test]
        fn nothing_makes_reading_fail(html in "[<>a-c/=\"&; #@p]{0,80}") {
            let _ = text(&html);
        }
    }
}
