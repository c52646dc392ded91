//! What platforms say in the place of a page of consent, in the sentences of their documents.

use domain::Secret;

use super::{Trial, read};

const BACK: &str = "http://127.0.0.1:28127/callback";

fn page(status: u16, text: &str) -> Trial {
    read(status, None, &text.to_ascii_lowercase(), BACK, &Secret::from("mine"))
}

fn sent(to: &str) -> Trial {
    read(302, Some(to), "", BACK, &Secret::from("mine"))
}

#[test]
fn a_page_that_refuses_the_way_back_is_known_by_its_sentence_whatever_its_status() {
    for (status, text) in [
        (200, "redirect_uri did not match any configured URIs. Passed URI: http://localhost:1/x"),
        (400, "Error 400: redirect_uri_mismatch"),
        (400, "The redirect_uri does not match the registered value."),
        (400, "AADSTS50011: The redirect URI specified in the request does not match"),
        (400, "Something went wrong. You weren't able to give access to the App."),
    ] {
        assert!(matches!(page(status, text), Trial::RedirectRefused(_)), "{text}");
    }
}

#[test]
fn a_page_that_asks_for_consent_or_for_signing_in_raises_no_objection() {
    assert_eq!(page(200, "<h1>Authorization required</h1>"), Trial::Taken);
    assert_eq!(sent("https://example.org/login?next=x"), Trial::Taken);
    assert_eq!(sent(&format!("{BACK}?error=login_required&state=mine")), Trial::Taken);
}

#[test]
fn what_is_wrong_with_the_rest_is_told_on_the_way_back() {
    let told = sent(&format!("{BACK}?error=unauthorized_scope_error&error_description=Scope+profile&state=mine"));
    assert_eq!(told, Trial::ScopeRefused("unauthorized_scope_error Scope profile".to_owned()));
    assert!(matches!(sent(&format!("{BACK}?error=unauthorized_client&state=mine")), Trial::ClientRefused(_)));
    let foreign = sent(&format!("{BACK}?error=invalid_scope&state=another"));
    assert_eq!(foreign, Trial::Taken, "an answer to somebody else says nothing");
}

#[test]
fn what_says_nothing_is_not_read_into() {
    for (status, text) in [(403, "Attention required"), (429, "slow down"), (503, ""), (400, "bad request")] {
        assert!(matches!(page(status, text), Trial::Untold(_)), "{status}");
    }
    assert!(matches!(page(401, "{\"error\":\"invalid_client\"}"), Trial::ClientRefused(_)));
}
