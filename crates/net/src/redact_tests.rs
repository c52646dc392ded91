use proptest::prelude::*;

use super::*;

const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.dGVzdC1zaWduYXR1cmU";

#[test]
fn an_url_keeps_its_origin_and_plain_path_only() {
    let cases = [
        ("https://h.example/a/b?code=1#frag", "https://h.example/a/b"),
        ("https://user:pw@h.example:8443/a", "https://h.example:8443/a"),
        (
            "https://api.telegram.org/bot123456:AAF-abcDEF123456789012345/sendMessage",
            "https://api.telegram.org/[redacted]/sendMessage",
        ),
        (
            "https://h.example/xrpc/com.atproto.repo.createRecord",
            "https://h.example/xrpc/com.atproto.repo.createRecord",
        ),
        (
            "https://h.example/posts/0199a3f0-1111-7abc-8def-001122334455",
            "https://h.example/posts/0199a3f0-1111-7abc-8def-001122334455",
        ),
        ("https://h.example/statuses/113456789012345678", "https://h.example/statuses/113456789012345678"),
        (
            "https://hooks.example/services/T0/B0/Qm4nWb71ZrTe0LkYc9Ps2Hvx",
            "https://hooks.example/services/T0/B0/[redacted]",
        ),
        ("data:text/plain,secret", "data:[redacted]"),
        ("not an url?token=x", "not an url"),
    ];
    for (raw, want) in cases {
        assert_eq!(url(raw), want, "{raw}");
    }
}

#[test]
fn text_loses_credentials_and_keeps_words() {
    let cases = [
        ("Authorization: Bearer abc", "Authorization: Bearer [redacted]"),
        ("Authorization: DPoP short", "Authorization: DPoP [redacted]"),
        (
            r#"{"refresh_token":"r1","error":"invalid_grant"}"#,
            r#"{"refresh_token":"[redacted]","error":"invalid_grant"}"#,
        ),
        ("client_secret=x1&scope=read", "client_secret=[redacted]&scope=read"),
        ("GET https://h/cb?code=9&state=8 failed", "GET https://h/cb failed"),
        ("The text is too long (312 of 300)", "The text is too long (312 of 300)"),
        ("why? because x = y", "why? because x = y"),
        ("method com.atproto.repo.createRecord not found", "method com.atproto.repo.createRecord not found"),
    ];
    for (raw, want) in cases {
        assert_eq!(text(raw), want, "{raw}");
    }
    assert!(!text(&format!("got {JWT} back")).contains("dGVzdC1zaWduYXR1cmU"));
}

#[test]
fn text_is_cut() {
    assert_eq!(text(&"a ".repeat(10_000)).chars().count(), TEXT_MAX_CHARS);
}

proptest! {
    #[test]
    fn a_random_token_never_survives(token in "[A-Za-z0-9_-]{24,80}", before in "[ -~]{0,20}") {
        prop_assume!(looks_like_token(&token));
        let shown = text(&format!("{before} {token} end"));
        prop_assert!(!shown.contains(&token));
        let target = url(&format!("https://h.example/a/{token}/b?x={token}"));
        prop_assert!(!target.contains(&token));
    }

    #[test]
    fn any_text_is_survived(raw in "\\PC{0,300}") {
        let _ = text(&raw);
        let _ = url(&raw);
    }
}
