//! The proof key that ties a code to who asked for it (RFC 7636).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Secret, ports::Random};
use sha2::{Digest, Sha256};

use crate::Pkce;

/// 256 random bits as 43 characters: a state, a nonce, or a verifier of RFC 7636.
pub(crate) fn random_text(random: &dyn Random) -> Secret<String> {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// The challenge of a verifier; `None` where the platform has no proof keys.
pub(crate) fn challenge(rule: Pkce, verifier: &Secret<String>) -> Option<String> {
    let digest = Sha256::digest(verifier.expose().as_bytes());
    match rule {
        Pkce::S256 => Some(URL_SAFE_NO_PAD.encode(digest)),
        Pkce::S256Hex => Some(hex::encode(digest)),
        Pkce::None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc_or_in_hex() {
        // RFC 7636, appendix B.
        let verifier = Secret::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(Pkce::S256, &verifier).unwrap(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let hex = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
        assert_eq!(challenge(Pkce::S256Hex, &verifier).unwrap(), hex);
        assert_eq!(challenge(Pkce::None, &verifier), None);
    }
}
