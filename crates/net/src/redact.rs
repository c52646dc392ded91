//! Takes secrets out of text before it is logged, stored or shown. It errs on the side of hiding.
//!
//! ```
//! assert_eq!(net::redact::url("https://api.example/v1/me?access_token=abc"), "https://api.example/v1/me");
//! assert_eq!(net::redact::text("refused: Bearer abc"), "refused: Bearer [redacted]");
//! ```

use crate::guards::stands;

/// What stands where a secret was.
pub const MARK: &str = "[redacted]";

/// What identifiers of ours begin with; they are no secrets, and a log without them explains little.
const OWN_PREFIXES: [&str; 7] = [
    domain::AccountId::PREFIX,
    domain::PostId::PREFIX,
    domain::PublicationId::PREFIX,
    domain::EffectId::PREFIX,
    domain::JobId::PREFIX,
    domain::MediaId::PREFIX,
    domain::ProfileId::PREFIX,
];

/// Shortest run of characters that is taken for a token when its letters and digits look random.
const TOKEN_MIN_CHARS: usize = 20;

/// Longest text that is looked at; the rest is dropped.
const TEXT_MAX_CHARS: usize = 4_000;

const SCHEMES: [&str; 4] = ["bearer", "basic", "dpop", "oauth"];

/// Names that are secret in a form (`code=…`) but ordinary words elsewhere (`"code": 190`).
const FORM_NAMES: [&str; 2] = ["code", "key"];

const SECRET_NAMES: [&str; 18] = [
    "access_token",
    "api_key",
    "apikey",
    "app_password",
    "appsecret_proof",
    "assertion",
    "authorization",
    "client_assertion",
    "client_secret",
    "code_verifier",
    "cookie",
    "id_token",
    "password",
    "refresh_token",
    "secret",
    "sig",
    "signature",
    "token",
];

/// An URL without user information, query and fragment, and without path segments that look like tokens.
/// Text that is no URL is treated by [`text`].
#[must_use]
pub fn url(raw: &str) -> String {
    if !stands("redaction") {
        return raw.to_owned();
    }
    let Ok(mut parsed) = url::Url::parse(raw) else {
        return text(raw.split(['?', '#']).next().unwrap_or_default());
    };
    parsed.set_query(None);
    parsed.set_fragment(None);
    if parsed.cannot_be_a_base() {
        return format!("{}:{MARK}", parsed.scheme());
    }
    let origin = parsed.host_str().map_or_else(String::new, |host| {
        let port = parsed.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{host}{port}")
    });
    let path: Vec<&str> =
        parsed.path().split('/').map(|part| if looks_like_token(part) { MARK } else { part }).collect();
    format!("{}://{origin}{}", parsed.scheme(), path.join("/"))
}

/// Free text (a platform's own words, an error) without queries, credentials and anything token-like.
#[must_use]
pub fn text(raw: &str) -> String {
    text_within(raw, TEXT_MAX_CHARS)
}

/// The same of a longer text. Where it has to be cut, the run of characters at the cut goes too: half a token does not
/// look like one.
#[must_use]
pub fn text_within(raw: &str, max_chars: usize) -> String {
    if !stands("redaction") {
        return raw.to_owned();
    }
    let mut cut: String = raw.chars().take(max_chars).collect();
    if cut.len() < raw.len() {
        cut.truncate(cut.trim_end_matches(is_run_char).len());
    }
    let mut out = String::with_capacity(cut.len());
    let mut state = State::default();
    let mut rest = cut.as_str();
    while let Some(first) = rest.chars().next() {
        let is_run = is_run_char(first);
        let end = rest.find(|c| is_run_char(c) != is_run).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        if is_run {
            out.push_str(state.run(piece));
        } else {
            rest = state.gap(piece, after, &mut out);
            continue;
        }
        rest = after;
    }
    out
}

/// What the pieces before tell about the next one.
#[derive(Default)]
struct State {
    /// The next run is a credential whatever it looks like.
    hide_next: bool,
    /// The last run was the name of a secret; a `:` or `=` makes the next run one.
    named: bool,
    /// The last run was one of [`FORM_NAMES`]; only a bare `=` makes the next run a secret.
    form_named: bool,
}

impl State {
    /// What to write for a run of token characters.
    fn run<'a>(&mut self, piece: &'a str) -> &'a str {
        let lower = piece.to_ascii_lowercase();
        self.form_named = FORM_NAMES.contains(&lower.as_str());
        if SCHEMES.contains(&lower.as_str()) {
            self.hide_next = true;
            self.named = false;
            return piece;
        }
        if std::mem::take(&mut self.hide_next) || looks_like_token(piece) {
            self.named = false;
            return MARK;
        }
        self.named = SECRET_NAMES.contains(&lower.as_str());
        piece
    }

    /// Writes what stands between two runs and says where to go on: behind a query, if it begins one.
    fn gap<'a>(&mut self, piece: &'a str, after: &'a str, out: &mut String) -> &'a str {
        if let Some(at) = piece.find('?').filter(|_| after.contains('=') && piece.ends_with('?')) {
            let query_end = after.find(|c: char| c.is_whitespace() || "\"'<>)".contains(c)).unwrap_or(after.len());
            let (query, behind) = after.split_at(query_end);
            if query.contains('=') {
                out.push_str(piece.get(..at).unwrap_or_default());
                return behind;
            }
        }
        let assigns = piece.contains(['=', ':']);
        let spaces_only = piece.chars().all(char::is_whitespace);
        self.hide_next = (self.hide_next && (spaces_only || assigns))
            || (self.named && assigns)
            || (self.form_named && piece == "=");
        self.named = false;
        out.push_str(piece);
        after
    }
}

const fn is_run_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '~' | '+' | '.' | '%')
}

/// Whether what a form or an address calls so is a secret: `access_token`, `key`.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    SECRET_NAMES.contains(&lower.as_str()) || FORM_NAMES.contains(&lower.as_str())
}

/// Whether one run of characters is likely a secret: a JWT, or long with letters and digits (or cases) mixed.
/// UUIDs and dotted names such as `com.atproto.repo.createRecord` are not.
#[must_use]
pub fn looks_like_token(run: &str) -> bool {
    if run.starts_with("eyJ") && run.len() >= 16 {
        return true;
    }
    if is_uuid(run) || is_own_id(run) {
        return false;
    }
    run.split(['.', ':', '%', '=']).any(is_random_part)
}

fn is_random_part(part: &str) -> bool {
    if part.chars().count() < TOKEN_MIN_CHARS || is_uuid(part) {
        return false;
    }
    let digits = part.bytes().any(|b| b.is_ascii_digit());
    let upper = part.bytes().any(|b| b.is_ascii_uppercase());
    let lower = part.bytes().any(|b| b.is_ascii_lowercase());
    (digits && (upper || lower)) || (upper && lower) || (upper && !part.contains('_'))
}

/// `pub_` and 32 hexadecimal digits, or another of the identifiers that Postroom makes itself.
fn is_own_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(prefix, id)| {
        OWN_PREFIXES.contains(&prefix) && id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

fn is_uuid(text: &str) -> bool {
    let bare = text.rsplit_once('_').map_or(text, |(_, id)| id);
    bare.len() == 36
        && bare.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
