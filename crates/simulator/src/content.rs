//! Content addresses as the AT Protocol writes them: CIDv1, SHA-256, base32.
//!
//! A blob's is the real one. A record's is a stand-in: the platform hashes DAG-CBOR, this hashes JSON, so it looks
//! right and depends only on the content, but is not the number a real server would give.

use serde_json::Value;
use sha2::{Digest, Sha256};

const CIDV1: u8 = 0x01;
const RAW: u8 = 0x55;
const DAG_CBOR: u8 = 0x71;
const SHA2_256: u8 = 0x12;
const DIGEST_BYTES: u8 = 32;
const TEXT_LENGTH: usize = 59;

/// The address of raw bytes, `bafkrei…`.
pub fn blob_cid(bytes: &[u8]) -> String {
    cid(RAW, bytes)
}

/// The (stand-in) address of a record, `bafyrei…`.
pub fn record_cid(record: &Value) -> String {
    cid(DAG_CBOR, record.to_string().as_bytes())
}

/// Whether a text has the shape of these addresses.
pub fn is_cid(text: &str) -> bool {
    text.len() == TEXT_LENGTH
        && (text.starts_with("bafkrei") || text.starts_with("bafyrei"))
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

fn cid(codec: u8, bytes: &[u8]) -> String {
    let mut binary = vec![CIDV1, codec, SHA2_256, DIGEST_BYTES];
    binary.extend_from_slice(&Sha256::digest(bytes));
    format!("b{}", base32(&binary))
}

/// RFC 4648, lower case, no padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(digit(buffer >> bits));
        }
        buffer &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(digit(buffer << (5 - bits)));
    }
    text
}

fn digit(value: u32) -> char {
    let value = u8::try_from(value & 31).unwrap_or(0);
    char::from(if value < 26 { b'a' + value } else { b'2' + (value - 26) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_blob_has_the_address_a_real_server_gives_it() {
        assert_eq!(blob_cid(b""), "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
    }

    #[test]
    fn addresses_depend_on_content_only() {
        let (one, other) = (serde_json::json!({"text": "a"}), serde_json::json!({"text": "b"}));
        assert_eq!(record_cid(&one), record_cid(&one.clone()));
        assert_ne!(record_cid(&one), record_cid(&other));
        assert!(record_cid(&one).starts_with("bafyrei") && is_cid(&record_cid(&one)));
    }

    #[test]
    fn other_texts_are_no_addresses() {
        assert!(!is_cid("nonsense"));
        assert!(!is_cid(&blob_cid(b"").replace('b', "1")));
        assert!(!is_cid(&blob_cid(b"")[..58]));
    }

    #[test]
    fn base32_matches_the_standard() {
        assert_eq!([base32(b"f"), base32(b"fo"), base32(b"foobar")], ["my", "mzxq", "mzxw6ytboi"]);
    }
}
