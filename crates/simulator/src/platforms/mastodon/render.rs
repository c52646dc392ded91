//! How a server shows what was posted: paragraphs, links cut for the eye, mentions and hashtags as links. Nothing of the
//! original text can be counted on to be there as it was written.

use super::text::{Piece, pieces};

/// What the links of a page depend on.
pub struct Context<'a> {
    /// This server's address.
    pub url: &'a str,
    /// Whether links are cut with invisible spans, as Mastodon does.
    pub shorten: bool,
    /// Whether somebody of this name is here.
    pub known: &'a dyn Fn(&str) -> bool,
}

/// The HTML of a text.
pub fn html(text: &str, context: &Context<'_>) -> String {
    let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
    if text.is_empty() {
        return String::new();
    }
    let inner: String = pieces(&text).into_iter().map(|piece| show(piece, context)).collect();
    let mut paragraphs = Vec::new();
    for paragraph in inner.split("\n\n").map(|part| part.trim_matches('\n')).filter(|part| !part.is_empty()) {
        let line_end = if context.shorten { "<br />" } else { "<br>" };
        paragraphs.push(format!("<p>{}</p>", paragraph.replace('\n', line_end)));
    }
    paragraphs.concat()
}

fn show(piece: Piece<'_>, context: &Context<'_>) -> String {
    let url = context.url;
    match piece {
        Piece::Plain(text) => escape(text),
        Piece::Link(link) if context.shorten => shortened(link),
        Piece::Link(link) => {
            let link = escape(link);
            format!("<a href=\"{link}\" rel=\"nofollow noreferrer noopener\" target=\"_blank\">{link}</a>")
        }
        Piece::Mention { user, host: Some(host) } => mention(&format!("https://{host}/@{user}"), user),
        Piece::Mention { user, host: None } if (context.known)(user) => mention(&format!("{url}/@{user}"), user),
        Piece::Mention { user, host: None } => format!("@{user}"),
        Piece::Tag(tag) => {
            let name = tag.to_lowercase();
            format!("<a href=\"{url}/tags/{name}\" class=\"mention hashtag\" rel=\"tag\">#<span>{tag}</span></a>")
        }
    }
}

/// The host is not shown.
fn mention(href: &str, user: &str) -> String {
    format!(
        "<span class=\"h-card\" translate=\"no\"><a href=\"{href}\" class=\"u-url mention\">@<span>{user}</span></a></span>"
    )
}

/// Thirty characters are shown; scheme, `www.` and the rest are there, but invisible.
fn shortened(link: &str) -> String {
    const SHOWN: usize = 30;
    let scheme = link.find("://").map_or(0, |at| at + 3);
    let bare = link.get(scheme..).unwrap_or_default();
    let start = scheme + if bare.starts_with("www.") { 4 } else { 0 };
    let (prefix, rest) = link.split_at_checked(start).unwrap_or(("", link));
    let cut = rest.char_indices().nth(SHOWN).map_or(rest.len(), |(at, _)| at);
    let (shown, hidden) = rest.split_at_checked(cut).unwrap_or((rest, ""));
    let class = if hidden.is_empty() { "" } else { "ellipsis" };
    format!(
        "<a href=\"{}\" target=\"_blank\" rel=\"nofollow noopener noreferrer\" translate=\"no\"><span \
         class=\"invisible\">{}</span><span class=\"{class}\">{}</span><span class=\"invisible\">{}</span></a>",
        escape(link),
        escape(prefix),
        escape(shown),
        escape(hidden)
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Context, html};

    fn shown(text: &str, shorten: bool) -> String {
        html(text, &Context { url: "http://here", shorten, known: &|name| name == "bob" })
    }

    #[test]
    fn lines_and_paragraphs() {
        assert_eq!(shown("  a\nb\n\n\nc <3\n", true), "<p>a<br />b</p><p>c &lt;3</p>");
        assert_eq!(shown("a\nb", false), "<p>a<br>b</p>");
        assert_eq!(shown("  ", true), "");
    }

    #[test]
    fn links_are_cut_for_the_eye() {
        let page = shown("https://www.example.com/0123456789012345678901234567", true);
        let spans = "<span class=\"invisible\">https://www.</span><span class=\"ellipsis\">example.com/012345678901234567\
                     </span><span class=\"invisible\">8901234567</span>";
        assert!(page.contains(spans), "{page}");
        assert!(shown("https://a.bc", false).contains(">https://a.bc</a>"));
    }

    #[test]
    fn mentions_lose_their_host_and_strangers_stay_text() {
        let page = shown("@bob @nobody @eve@b.example", true);
        assert!(page.contains("<a href=\"http://here/@bob\" class=\"u-url mention\">@<span>bob</span></a>"));
        assert!(page.contains(" @nobody ") && page.contains("href=\"https://b.example/@eve\""), "{page}");
    }

    #[test]
    fn hashtags_keep_their_case_and_link_without_it() {
        assert!(shown("#Moin", true).contains("/tags/moin\" class=\"mention hashtag\" rel=\"tag\">#<span>Moin</span>"));
    }
}
