//! The identifiers of the AT Protocol, by their grammar.

/// A timestamp id: 13 characters of base32-sortable, top bit 0.
pub fn is_tid(text: &str) -> bool {
    let digit = |byte: u8| matches!(byte, b'2'..=b'7' | b'a'..=b'z');
    text.len() == 13
        && text.bytes().all(digit)
        && text.bytes().next().is_some_and(|first| matches!(first, b'2'..=b'7' | b'a'..=b'j'))
}

/// A timestamp id for a microsecond since 1970; clock id 0.
pub fn tid(micros: u64) -> String {
    const DIGITS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let bits = (micros & ((1 << 53) - 1)) << 10;
    (0..13_u32)
        .rev()
        .map(|place| {
            let index = usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0);
            DIGITS.get(index).map_or('2', |digit| char::from(*digit))
        })
        .collect()
}

/// The characters of a record key; its length is looked at apart.
pub fn is_record_key(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'~' | b'.' | b':' | b'-'))
}

pub fn is_did(text: &str) -> bool {
    let mut parts = text.splitn(3, ':');
    let method = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let rest = |part: &str| {
        !part.is_empty()
            && !part.ends_with(':')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'%' | b'-'))
    };
    text.len() <= 2048
        && parts.next() == Some("did")
        && parts.next().is_some_and(method)
        && parts.next().is_some_and(rest)
}

/// A host name of two labels or more; the last does not begin with a digit.
pub fn is_handle(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    text.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|label| is_label(label))
        && labels.last().is_some_and(|last| last.starts_with(|first: char| first.is_ascii_alphabetic()))
}

/// A method or collection name: three segments or more, the last of letters and digits.
pub fn is_nsid(text: &str) -> bool {
    let segments: Vec<&str> = text.split('.').collect();
    text.len() <= 317
        && segments.len() >= 3
        && segments.iter().all(|segment| is_label(segment))
        && segments.last().is_some_and(|name| {
            name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Any scheme, then something without white space.
pub fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    text.len() <= 8192
        && scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))
        && !rest.trim_start_matches('/').is_empty()
        && !rest.contains(char::is_whitespace)
}

/// `at://AUTHORITY/COLLECTION/RKEY`, as references to records have it.
pub fn is_at_uri(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("at://") else { return false };
    let parts: Vec<&str> = rest.split('/').collect();
    match parts.as_slice() {
        [authority, collection, rkey] => {
            (is_did(authority) || is_handle(authority)) && is_nsid(collection) && is_record_key(rkey)
        }
        _ => false,
    }
}

/// A BCP 47 tag, by its outline.
pub fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let language = matches!(first.len(), 2..=3) && first.bytes().all(|byte| byte.is_ascii_lowercase());
    (language || first == "i" || first == "x")
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// RFC 3339 with a zone and a capital T.
pub fn is_datetime(text: &str) -> bool {
    text.len() <= 64 && text.as_bytes().get(10) == Some(&b'T') && chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

#[cfg(test)]
#[path = "syntax_tests.rs"]
mod tests;
