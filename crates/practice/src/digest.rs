//! Digests: of pictures (whole), of tokens (a print of 32 hex digits, the only form in which a token
//! is kept), and the keyed digest from which a rotated token's successor follows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// SHA-256 as 64 hex digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// What is kept of a token: the first 32 hex digits (128 bits) of its SHA-256.
pub fn print_of(token: &str) -> String {
    let mut print = sha256_hex(token.as_bytes());
    print.truncate(32);
    print
}

/// The S256 code challenge of a verifier (RFC 7636).
pub fn code_challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// 43 characters that follow from `key`, `label` and `token`, and only from them. Hashed twice, so that
/// no longer token's digest follows from a shorter one's.
pub fn successor(key: &[u8; 32], label: &str, token: &str) -> String {
    let inner = Sha256::new().chain_update(key).chain_update(label).chain_update([0]).chain_update(token).finalize();
    URL_SAFE_NO_PAD.encode(Sha256::new().chain_update(key).chain_update(inner).finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(code_challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_successor_follows_from_key_label_and_token() {
        let first = successor(&[1; 32], "access", "t");
        assert_eq!(first, successor(&[1; 32], "access", "t"));
        assert_eq!(first.len(), 43);
        assert_ne!(first, successor(&[2; 32], "access", "t"));
        assert_ne!(first, successor(&[1; 32], "refresh", "t"));
        assert_ne!(first, successor(&[1; 32], "access", "u"));
        assert_eq!(print_of("t").len(), 32);
    }
}
