//! What the head of a page says about itself: title, description, picture. Tokens only: nothing is run,
//! nothing is fetched, and what comes out is plain text without control or direction characters.

use std::convert::Infallible;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

const TITLE_MAX_CHARS: usize = 300;
const DESCRIPTION_MAX_CHARS: usize = 1_000;
const URL_MAX_CHARS: usize = 2_048;

/// The parts of a page's head that make a link card. Empty where the page says nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// `og:title`, `twitter:title` or `<title>`.
    pub title: String,
    /// `og:description`, `twitter:description` or `meta[name=description]`.
    pub description: String,
    /// `og:site_name`.
    pub site_name: String,
    /// `og:image:secure_url`, `og:image` or `twitter:image`, as written.
    pub image: String,
}

/// Candidates in order of preference; the first that is not empty wins.
const TITLES: [&str; 2] = ["og:title", "twitter:title"];
const DESCRIPTIONS: [&str; 3] = ["og:description", "twitter:description", "description"];
const IMAGES: [&str; 4] = ["og:image:secure_url", "og:image", "og:image:url", "twitter:image"];
const SITES: [&str; 1] = ["og:site_name"];

/// Reads the head of a page, up to `</head>` or `<body>`.
pub(crate) fn read_head(html: &str) -> Head {
    let mut metas: Vec<(String, String)> = Vec::new();
    let mut title = String::new();
    let mut title_state = TitleState::Before;
    for token in tokens(html) {
        match token {
            Token::StartTag(tag) => match tag.name.as_slice() {
                b"meta" => metas.extend(meta(&tag)),
                b"title" if title_state == TitleState::Before => title_state = TitleState::Inside,
                b"body" => break,
                _ => {}
            },
            Token::String(text) if title_state == TitleState::Inside => {
                title.push_str(&String::from_utf8_lossy(&text));
            }
            Token::EndTag(tag) => match tag.name.as_slice() {
                b"title" if title_state == TitleState::Inside => title_state = TitleState::After,
                b"head" => break,
                _ => {}
            },
            _ => {}
        }
    }
    let pick = |names: &[&str], max: usize| {
        let found = names.iter().find_map(|name| {
            metas.iter().find(|(key, value)| key == name && !value.trim().is_empty()).map(|(_, value)| value)
        });
        found.map(|value| plain(value, max)).unwrap_or_default()
    };
    let chosen = pick(&TITLES, TITLE_MAX_CHARS);
    Head {
        title: if chosen.is_empty() { plain(&title, TITLE_MAX_CHARS) } else { chosen },
        description: pick(&DESCRIPTIONS, DESCRIPTION_MAX_CHARS),
        site_name: pick(&SITES, TITLE_MAX_CHARS),
        image: pick(&IMAGES, URL_MAX_CHARS),
    }
}

/// Where a page's head links to with a relation: the `href` of its first `<link rel=…>`, as written.
#[must_use]
pub fn head_link(html: &str, relation: &str) -> Option<String> {
    let fits = |tag: &StartTag<()>| {
        let relations = attribute(tag, b"rel").unwrap_or_default();
        relations.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(relation))
    };
    head(html).find(|tag| tag.name.as_slice() == b"link" && fits(tag)).and_then(|tag| attribute(&tag, b"href"))
}

/// What a page's head says under a name: the `content` of its first `<meta name=…>`, as plain text.
#[must_use]
pub fn head_meta(html: &str, name: &str) -> Option<String> {
    let named = head(html).filter(|tag| tag.name.as_slice() == b"meta").filter_map(|tag| meta(&tag));
    named.into_iter().find(|(known, _)| known == name).map(|(_, content)| plain(&content, TITLE_MAX_CHARS))
}

/// The tags of a page's head.
fn head(html: &str) -> impl Iterator<Item = StartTag<()>> {
    let inside = tokens(html).take_while(|token| match token {
        Token::StartTag(tag) => tag.name.as_slice() != b"body",
        Token::EndTag(tag) => tag.name.as_slice() != b"head",
        _ => true,
    });
    inside.filter_map(|token| match token {
        Token::StartTag(tag) => Some(tag),
        _ => None,
    })
}

/// The encoding a page names in its first kibibyte, for bytes whose transport named none.
pub(crate) fn declared_charset(start: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(start.get(..start.len().min(1_024))?).into_owned();
    for token in tokens(&start) {
        let Token::StartTag(tag) = token else { continue };
        if tag.name.as_slice() != b"meta" {
            continue;
        }
        if let Some(charset) = attribute(&tag, b"charset") {
            return Some(charset);
        }
        let equiv = attribute(&tag, b"http-equiv").unwrap_or_default();
        let content = attribute(&tag, b"content").unwrap_or_default().to_ascii_lowercase();
        if let Some((_, charset)) =
            content.split_once("charset=").filter(|_| equiv.eq_ignore_ascii_case("content-type"))
        {
            return Some(charset.trim_matches(['"', '\'', ' ']).to_owned());
        }
    }
    None
}

#[derive(PartialEq, Eq)]
enum TitleState {
    Before,
    Inside,
    After,
}

fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).map(|token: Result<Token, Infallible>| match token {
        Ok(token) => token,
        Err(never) => match never {},
    })
}

/// Lower-case name and content of a `<meta>`; OpenGraph writes `property`, the others `name`, pages mix them.
fn meta(tag: &StartTag<()>) -> Option<(String, String)> {
    let name = attribute(tag, b"property").or_else(|| attribute(tag, b"name"))?;
    Some((name.trim().to_ascii_lowercase(), attribute(tag, b"content")?))
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned())
}

/// One line of plain text: white space collapsed, control and direction characters gone, cut.
fn plain(text: &str, max_chars: usize) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    let spaced: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !hidden(*c)).collect();
    let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(max_chars).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn opengraph_wins_over_title_and_entities_are_decoded_once() {
        let head = read_head(
            "<!doctype html><head><title>Plain &amp; old</title>\
             <meta property='og:title' content='Caf&eacute; &amp;amp; bar'>\
             <meta name=description content='  two\n lines \u{202E}x '>\
             <meta property=og:image content='/a.png'><meta property='og:site_name' content='Site'></head>\
             <body><meta property='og:title' content='late'>",
        );
        assert_eq!(head.title, "Café &amp; bar");
        assert_eq!(head.description, "two lines x");
        assert_eq!((head.image.as_str(), head.site_name.as_str()), ("/a.png", "Site"));
    }

    #[test]
    fn links_and_names_of_the_head_are_found_and_nothing_behind_it() {
        let page = "<!-- <link rel=api href=/no> --><link rel='next' href='/n'><LINK href='/a&amp;b' rel='x API'>\
            <meta name=Generator content=' WordPress 6.5 '></head><body><link rel=late href=/l><meta name=m content=c>";
        assert_eq!(head_link(page, "api").as_deref(), Some("/a&b"));
        assert_eq!(head_meta(page, "generator").as_deref(), Some("WordPress 6.5"));
        assert_eq!((head_link(page, "late"), head_meta(page, "m")), (None, None));
        assert_eq!((head_link("", "api"), head_meta("<", "m")), (None, None));
    }

    #[test]
    fn scripts_comments_and_titles_hide_their_markup() {
        let head = read_head(
            "<script>'<meta property=\"og:title\" content=\"bad\">'</script><!-- <title>no</title> -->\
             <title>a <meta property=og:title content=bad> b</title>",
        );
        assert_eq!(head.title, "a <meta property=og:title content=bad> b");
        assert_eq!(read_head("").title, "");
    }

    #[test]
    fn empty_candidates_are_passed_over() {
        let head =
            read_head("<title>Real</title><meta property=og:title content=' '><meta name=twitter:title content=''>");
        assert_eq!(head.title, "Real");
    }

    #[test]
    fn charset_is_read_from_both_spellings() {
        assert_eq!(declared_charset(b"<meta charset=\"iso-8859-1\">").as_deref(), Some("iso-8859-1"));
        let old = b"<meta http-equiv='Content-Type' content='text/html; charset=Shift_JIS'>";
        assert_eq!(declared_charset(old).as_deref(), Some("shift_jis"));
        assert_eq!(declared_charset(b"<p>none"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(html in "\\PC{0,400}", tags in proptest::collection::vec("</?(meta|title|head|script)[ =\"'a-z:>]{0,20}", 0..20)) {
            let head = read_head(&format!("{html}{}", tags.concat()));
            prop_assert!(head.title.chars().count() <= TITLE_MAX_CHARS);
        }
    }
}
