//! What Instagram answers, as its documentation prints it.

use domain::{ErrorKind, UtcMs, consent::Refusal};
use serde_json::{Value, json};

use super::{
    WHO,
    errors::{refused, token_refused},
    provider,
};
use crate::{
    Provider,
    descriptor::{Descriptor, Method, OauthRules},
    link_only,
};

fn facts() -> Descriptor {
    provider().descriptor().clone()
}

fn rules() -> OauthRules {
    facts().methods.iter().find_map(Method::oauth).unwrap().clone()
}

fn person(account_type: &str) -> Value {
    json!({
        "user_id": "17841405793187218",
        "username": "ash.makes",
        "name": "Ash",
        "account_type": account_type,
        "profile_picture_url": "https://scontent.cdninstagram.com/v/t51.2885-19/1_n.jpg?stp=dst-jpg",
        "id": "9102",
    })
}

fn graph(code: i64, subcode: Option<i64>, words: &str) -> Value {
    let mut error = json!({"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "A6LJ"});
    if let Some(subcode) = subcode {
        error["error_subcode"] = subcode.into();
    }
    json!({ "error": error })
}

#[test]
fn who_it_is_is_read_from_both_forms_of_the_answer() {
    for answer in [person("BUSINESS"), json!({"data": [person("BUSINESS")]}), person("Business")] {
        let who = WHO.read(&answer).unwrap();
        assert_eq!(
            (who.remote_id.as_str(), who.handle.as_str(), who.name.as_str()),
            ("17841405793187218", "ash.makes", "Ash")
        );
        assert_eq!(who.kind, "BUSINESS");
        assert!(who.avatar.starts_with("https://scontent.cdninstagram.com/"));
    }
    let mut numeric = person("Media_Creator");
    numeric["user_id"] = 17_841_405_793_187_218_u64.into();
    numeric.as_object_mut().unwrap().remove("profile_picture_url");
    let who = WHO.read(&numeric).unwrap();
    assert_eq!(
        (who.remote_id.as_str(), who.kind.as_str(), who.avatar.as_str()),
        ("17841405793187218", "MEDIA_CREATOR", "")
    );
}

#[test]
fn every_kind_that_may_be_linked_is_known_and_a_personal_account_is_none_of_them() {
    let known: Vec<_> = facts().kinds.iter().map(|kind| kind.id).collect();
    assert_eq!(known, ["BUSINESS", "MEDIA_CREATOR"]);
    assert_eq!(WHO.read(&person("PERSONAL")).map(|who| who.kind).as_deref(), WHO.personal);
    assert!(!known.contains(&WHO.personal.unwrap()));
}

#[test]
fn nobody_is_made_of_an_answer_that_leaves_something_out() {
    for missing in ["user_id", "username", "account_type"] {
        let mut answer = person("BUSINESS");
        answer.as_object_mut().unwrap().remove(missing);
        assert!(WHO.read(&answer).is_none(), "{missing}");
    }
    for odd in ["", "two words", &"A".repeat(100)] {
        assert!(WHO.read(&person(odd)).is_none(), "{odd}");
    }
    assert!(WHO.read(&json!({"data": []})).is_none());
}

#[test]
fn the_number_in_the_body_decides_and_not_the_status() {
    let first = "You cannot access the app till you log in to www.instagram.com and follow the instructions given.";
    for (body, kind, renewed) in [
        (graph(190, Some(463), "Error validating access token: Session has expired"), ErrorKind::AuthRevoked, true),
        (
            graph(190, Some(460), "The session has been invalidated because the user changed"),
            ErrorKind::AuthRevoked,
            true,
        ),
        (graph(190, None, "Invalid OAuth access token."), ErrorKind::AuthRevoked, true),
        (graph(102, None, "Session key invalid"), ErrorKind::AuthRevoked, true),
        (graph(190, Some(459), first), ErrorKind::AccountRestricted, false),
        (graph(190, None, first), ErrorKind::AccountRestricted, false),
        (graph(25, Some(2_207_050), "The user is restricted"), ErrorKind::AccountRestricted, false),
        (graph(10, None, "Application does not have permission for this action"), ErrorKind::MissingScope, false),
        (graph(200, None, "Permissions error"), ErrorKind::MissingScope, false),
        (graph(4, None, "Application request limit reached"), ErrorKind::RateLimited, false),
        (graph(613, None, "Calls to this api have exceeded the rate limit."), ErrorKind::RateLimited, false),
        (graph(2, None, "Service temporarily unavailable"), ErrorKind::Unavailable, false),
        (graph(100, None, "Tried accessing nonexisting field (user_id)"), ErrorKind::Protocol, false),
        (graph(100, None, "The user is not a professional account"), ErrorKind::PersonalAccount, false),
    ] {
        let error = refused(link_only::WHO, 400, &body, None);
        assert_eq!((error.kind, error.platform.as_str()), (kind, "instagram"), "{body}");
        assert_eq!(token_refused(400, &body), renewed, "{body}");
    }
    let error = refused(link_only::WHO, 400, &graph(190, Some(463), "Session has expired"), None);
    assert_eq!((error.remote_code.as_str(), error.remote_message.as_str()), ("190/463", "Session has expired"));
    let until = Some(UtcMs::from_millis(9));
    assert_eq!(refused(link_only::WHO, 400, &graph(4, None, "limit"), until).retry_after, until);
}

#[test]
fn a_refusal_in_the_other_form_and_one_in_none_are_read_too() {
    let flat = json!({"error_type": "OAuthException", "code": 400, "error_message": "Invalid platform app"});
    let error = refused(link_only::WHO, 400, &flat, None);
    assert_eq!((error.kind, error.remote_message.as_str()), (ErrorKind::Protocol, "Invalid platform app"));
    for (status, kind) in [(401, ErrorKind::AuthRevoked), (429, ErrorKind::RateLimited), (502, ErrorKind::Unavailable)]
    {
        assert_eq!(refused(link_only::WHO, status, &Value::Null, None).kind, kind, "{status}");
        assert!(!token_refused(status, &Value::Null), "a number has to say it");
    }
}

#[test]
fn what_is_wrong_with_the_app_is_told_by_the_sentence() {
    use domain::consent::Blame;

    let identical = "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request";
    let rules = rules();
    for (words, blamed) in [
        ("Matching code was not found or was already used", Some(Blame::Code)),
        ("Invalid redirect_uri", Some(Blame::Redirect)),
        (identical, Some(Blame::Client)),
        ("Invalid platform app", Some(Blame::OuterId)),
        ("Something new", None),
    ] {
        let found = Refusal::find(rules.refusals, "OAuthException", words, false);
        assert_eq!(found.and_then(|rule| rule.blames), blamed, "{words}");
    }
    let ended = Refusal::find(rules.refusals, "OAuthException 190", "Session has expired", true);
    assert_eq!(ended.map(|rule| rule.kind), Some(ErrorKind::AuthRevoked));
}

#[test]
fn the_secret_is_32_hexadecimal_characters() {
    let form = rules().secret_form;
    assert!(form.fits("0123456789abcdef0123456789abcdef"));
    for wrong in ["0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdeg", "secret-1", ""] {
        assert!(!form.fits(wrong), "{wrong}");
    }
}

/// A token of 60 days is renewed in its second half, and long after it may be.
#[test]
fn access_is_renewed_between_the_30th_and_the_50th_day() {
    use crate::descriptor::RenewalRule;

    let day_ms = 86_400_000;
    let RenewalRule::Trade(trade, time) = rules().renewal else { panic!("the token itself is traded") };
    assert_eq!((trade.grant_type, trade.parameter), ("ig_refresh_token", "access_token"));
    assert_eq!(time.age_min_ms, day_ms);
    let renewed_on = 60 * day_ms - time.ahead_ms;
    assert!((30 * day_ms..=50 * day_ms).contains(&renewed_on));
}
