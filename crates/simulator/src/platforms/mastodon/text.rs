//! What a text is made of, and how many characters it counts.

use unicode_segmentation::UnicodeSegmentation;

/// A stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    Plain(&'a str),
    /// With its scheme, `http://` or `https://`.
    Link(&'a str),
    /// Without `@`; the host is none for somebody on this server.
    Mention {
        user: &'a str,
        host: Option<&'a str>,
    },
    /// Without `#`.
    Tag(&'a str),
}

/// Characters of a text as the platform counts them: grapheme clusters, any address `per_url`, mentions without host.
pub fn count(text: &str, per_url: u64) -> u64 {
    let graphemes = |text: &str| u64::try_from(text.graphemes(true).count()).unwrap_or(u64::MAX);
    let counts = pieces(text).into_iter().map(|piece| match piece {
        Piece::Plain(text) => graphemes(text),
        Piece::Link(_) => per_url,
        Piece::Mention { user, .. } => 1 + graphemes(user),
        Piece::Tag(tag) => 1 + graphemes(tag),
    });
    counts.sum()
}

/// Cuts a text into pieces; put together again they are the text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut plain, mut at) = (Vec::new(), 0, 0);
    let mut before = None;
    while let Some(next) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let special = if may_begin(before) { special(rest) } else { None };
        let Some((piece, length)) = special else {
            (before, at) = (Some(next), at + next.len_utf8());
            continue;
        };
        pieces.extend(text.get(plain..at).filter(|text| !text.is_empty()).map(Piece::Plain));
        pieces.push(piece);
        at += length;
        plain = at;
        before = Some('x');
    }
    pieces.extend(text.get(plain..).filter(|text| !text.is_empty()).map(Piece::Plain));
    pieces
}

/// In the middle of a word or a path nothing begins.
fn may_begin(before: Option<char>) -> bool {
    before.is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '_' | '/' | '@' | '#'))
}

fn special(rest: &str) -> Option<(Piece<'_>, usize)> {
    match rest.chars().next()? {
        '@' => mention(rest),
        '#' => tag(rest),
        'h' | 'H' => link(rest),
        _ => None,
    }
}

fn link(rest: &str) -> Option<(Piece<'_>, usize)> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    let fits = |character: char| character.is_alphanumeric() || "!*';:=+,.$/%#[]-_~@|&?()".contains(character);
    let end = rest.find(|character| !fits(character)).unwrap_or(rest.len());
    let mut url = rest.get(..end)?;
    loop {
        let open = url.matches('(').count() >= url.matches(')').count();
        match url.strip_suffix(|last: char| ".,:;!?'".contains(last) || (last == ')' && !open)) {
            Some(shorter) => url = shorter,
            None => break,
        }
    }
    let host = url.get(scheme.len()..)?.split(['/', '?', '#', ':']).next()?;
    let named = host.split('.').count() > 1 && host.split('.').all(|label| !label.is_empty());
    named.then_some((Piece::Link(url), url.len()))
}

fn mention(rest: &str) -> Option<(Piece<'_>, usize)> {
    let user = run(rest.get(1..)?, |letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter));
    let user = user.trim_end_matches(['.', '-']);
    if user.is_empty() || user.starts_with(['.', '-']) {
        return None;
    }
    let after = rest.get(1 + user.len()..)?;
    let host = after.strip_prefix('@').map(|host| {
        run(host, |letter| letter.is_ascii_alphanumeric() || ".-:".contains(letter)).trim_end_matches(['.', '-', ':'])
    });
    let host = host.filter(|host| !host.is_empty());
    Some((Piece::Mention { user, host }, 1 + user.len() + host.map_or(0, |host| 1 + host.len())))
}

fn tag(rest: &str) -> Option<(Piece<'_>, usize)> {
    let name = run(rest.get(1..)?, |letter| letter.is_alphanumeric() || letter == '_');
    let named = name.chars().any(|letter| !letter.is_numeric() && letter != '_');
    named.then_some((Piece::Tag(name), 1 + name.len()))
}

fn run(text: &str, fits: impl Fn(char) -> bool) -> &str {
    let end = text.find(|letter| !fits(letter)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Piece, count, pieces};

    #[test]
    fn addresses_count_alike_and_need_a_scheme() {
        assert_eq!(count("https://example.com/a/very/long/path/that/goes/on/and/on", 23), 23);
        assert_eq!(count("see https://a.bc.", 23), 4 + 23 + 1);
        assert_eq!(count("example.com", 23), 11);
        assert_eq!(count("(https://en.example.org/wiki/A_(b))", 23), 1 + 23 + 1);
    }

    #[test]
    fn remote_mentions_count_their_user_only() {
        assert_eq!(count("@alice@social.example hi", 23), 6 + 3);
        assert_eq!(count("mail@social.example", 23), 19, "no mention in the middle of a word");
    }

    #[test]
    fn clusters_count_once() {
        assert_eq!(count("👩‍👩‍👧‍👦e\u{301}", 23), 2);
    }

    #[test]
    fn tags_are_not_all_digits() {
        assert_eq!(pieces("#one #2 x#3a"), [Piece::Tag("one"), Piece::Plain(" #2 x#3a")]);
        assert_eq!(pieces("#Größe!"), [Piece::Tag("Größe"), Piece::Plain("!")]);
    }

    #[test]
    fn mentions_end_before_a_full_stop() {
        let mention = Piece::Mention { user: "bob", host: Some("b.example") };
        assert_eq!(pieces("@bob@b.example."), [mention, Piece::Plain(".")]);
    }
}
