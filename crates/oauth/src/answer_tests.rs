use proptest::prelude::*;
use serde_json::json;

use super::*;

fn plain(status: u16, body: &Value) -> (u16, Value, Extras) {
    at(status, body, &Reading::default())
}

fn at(status: u16, body: &Value, reading: &Reading) -> (u16, Value, Extras) {
    let read = read(status, body.to_string().as_bytes(), reading);
    (read.status, serde_json::from_slice(&read.body).unwrap(), read.extras)
}

#[test]
fn an_answer_of_the_rfc_stays_as_it_is() {
    let said = json!({"access_token": "a", "token_type": "Bearer", "expires_in": 60, "refresh_token": "r",
                      "scope": "read write", "id_token": "i"});
    let (status, read, extras) = plain(200, &said);
    let wanted = json!({"access_token": "a", "token_type": "bearer", "expires_in": 60, "refresh_token": "r",
                        "scope": "read write"});
    assert_eq!((status, read), (200, wanted));
    assert_eq!(extras.id_token.unwrap().expose(), "i");
}

#[test]
fn empty_tokens_are_none_and_odd_lives_and_scopes_are_understood() {
    let (_, read, extras) = plain(200, &json!({"access_token": "a", "refresh_token": "", "id_token": null}));
    assert_eq!(read, json!({"access_token": "a", "token_type": "bearer"}));
    assert!(extras.id_token.is_none() && extras.refresh_expires_in_ms.is_none());

    let (_, read, extras) = plain(
        200,
        &json!({"access_token": "a", "token_type": "DPoP", "expires_in": "64800", "scope": "a,b, c",
                "refresh_token_expires_in": 604_799}),
    );
    let wanted = json!({"access_token": "a", "token_type": "dpop", "expires_in": 64800, "scope": "a b c"});
    assert_eq!((read, extras.refresh_expires_in_ms), (wanted, Some(604_799_000)));

    for endless in [json!(0), json!(-5), json!("soon"), json!(null), json!(1.5)] {
        let (_, read, _) = plain(200, &json!({"access_token": "a", "expires_in": endless}));
        assert_eq!(read.get("expires_in"), None, "{endless}");
    }
    let (_, read, _) = plain(200, &json!({"access_token": "a", "expires_in": i64::MAX, "permissions": ["x", "", "y"]}));
    assert_eq!((read["expires_in"].as_i64(), read["scope"].as_str()), (Some(LIFE_MAX_S), Some("x y")));
}

#[test]
fn errors_are_found_in_every_shape_and_under_every_status() {
    let cases = [
        // GitHub: with status 200.
        (
            200,
            json!({"error": "bad_verification_code", "error_description": "old"}),
            400,
            "bad_verification_code",
            "old",
        ),
        (400, json!({"error": "invalid_grant"}), 400, "invalid_grant", ""),
        // Slack: with status 200.
        (200, json!({"ok": false, "error": "invalid_code"}), 400, "invalid_code", ""),
        (200, json!({"ok": false}), 400, "error", ""),
        // Graph.
        (
            400,
            json!({"error": {"message": "bad", "type": "OAuthException", "code": 190}}),
            400,
            "OAuthException 190",
            "bad",
        ),
        (401, json!({"error": {"code": 401, "message": "no"}}), 401, "401", "no"),
        (400, json!({"error_type": "OAuthException", "code": 400, "error_message": "m"}), 400, "OAuthException", "m"),
        (400, json!({"serviceErrorCode": 65601, "message": "revoked", "status": 401}), 400, "65601", "revoked"),
        (401, json!({"code": 2, "message": "Authentication failed."}), 401, "2", "Authentication failed."),
    ];
    for (status, said, wanted, code, words) in cases {
        let (status, read, _) = plain(status, &said);
        assert_eq!((status, read["error"].as_str()), (wanted, Some(code)), "{said}");
        assert_eq!(read["error_description"].as_str().unwrap_or_default(), words, "{said}");
    }
    let (status, read, _) = plain(200, &json!({"error": "", "access_token": "a", "code": 0}));
    assert_eq!((status, read["access_token"].as_str()), (200, Some("a")), "an empty error is none");
}

#[test]
fn tokens_may_lie_deeper_and_facts_beside_them() {
    const DEEP: Reading = Reading {
        wrapped_at: "",
        tokens_at: "/authed_user",
        renewed_at: "",
        told: &[("team", "/team/id"), ("user", "/authed_user/id"), ("n", "/n")],
    };
    let said = json!({"ok": true, "team": {"id": "T1"}, "n": 7,
                      "authed_user": {"id": "U1", "access_token": "xoxp", "token_type": "user", "scope": "chat:write"}});
    let (_, read, extras) = at(200, &said, &DEEP);
    assert_eq!(read, json!({"access_token": "xoxp", "token_type": "bearer", "scope": "chat:write"}));
    let told: Vec<_> = extras.told.into_iter().collect();
    assert_eq!(told, [("n", "7".to_owned()), ("team", "T1".to_owned()), ("user", "U1".to_owned())]);

    let long = json!({"ok": true, "team": {"id": "x".repeat(TOLD_MAX_CHARS + 1)}, "authed_user": {"access_token": ""}});
    let (_, empty, extras) = at(200, &long, &DEEP);
    assert!(extras.told.is_empty());
    assert_eq!(empty, json!({"token_type": "bearer"}), "an empty token is none");
    let (_, untouched, _) = at(200, &json!({"access_token": "elsewhere"}), &DEEP);
    assert_eq!(untouched, json!({"access_token": "elsewhere"}), "the crate says what is missing");
}

#[test]
fn what_is_wrapped_in_some_answers_and_not_in_others_is_read_alike() {
    const EITHER: Reading = Reading { wrapped_at: "/data/0", told: &[("user", "/user_id")], ..Reading::STANDARD };
    let inner = |permissions: Value| json!({"access_token": "IGQ", "user_id": 17_841_405_793_187_218_u64, "permissions": permissions});
    for said in [
        inner(json!(["basic", "publish"])),
        json!({"data": [inner(json!("basic,publish"))]}),
        json!({"data": [inner(json!("basic, publish")), {"access_token": "another"}]}),
    ] {
        let (_, read, extras) = at(200, &said, &EITHER);
        assert_eq!(read, json!({"access_token": "IGQ", "token_type": "bearer", "scope": "basic publish"}), "{said}");
        assert_eq!(extras.told.get("user").map(String::as_str), Some("17841405793187218"), "{said}");
    }
    for none in [json!({"data": []}), json!({"data": [7]}), json!({"data": {}})] {
        assert_eq!(at(200, &none, &EITHER).1, none, "the crate says what is missing");
    }
}

proptest! {
    #[test]
    fn nothing_a_stranger_says_makes_reading_fail(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
        read(status, &body, &Reading::default());
    }

    #[test]
    fn no_shape_of_json_makes_reading_fail(text in r#"[\{\}\[\]",:a-z0-9 ]{0,60}"#) {
        let said = format!("{{\"error\":{{}},\"x\":\"{text}\"}}");
        read(200, said.as_bytes(), &Reading { wrapped_at: "/w", tokens_at: "/x", renewed_at: "", told: &[("x", "/x/0")] });
    }
}
