//! Answers that are not the one waited for: of other attempts, of other people, of other servers.

use axum::{Json, response::IntoResponse};
use oauth::{Flow, Issuer, OauthError, Redirect};
use serde_json::json;
use url::Url;

use crate::{
    attack::{Attack, attack},
    world::{Link, PATH, Server, consent, flow, parameter, raw, tokens},
};

pub fn all() -> Vec<Attack> {
    let mut all = states();
    all.extend(doubles());
    all.extend(codes());
    all.extend(issuers());
    all.extend(words());
    all
}

/// Brings an attacker's code in an answer made by `query`.
async fn injected(query: impl Fn(&Link) -> String) -> bool {
    let link = Link::open().await;
    let reply = link.callback(&query(&link)).await;
    link.fell_for(&reply, "evil").await
}

fn states() -> Vec<Attack> {
    const STATE: &[&str] = &["state"];
    let iss = |link: &Link| format!("iss={}", link.server.base);
    let wrong = move |name, state: fn(&str) -> String| {
        attack(name, STATE, move || {
            injected(move |link| format!("code=evil&state={}&{}", state(&link.state), iss(link)))
        })
    };
    vec![
        attack("state_missing", STATE, move || injected(move |link| format!("code=evil&{}", iss(link)))),
        wrong("state_empty", |_| String::new()),
        wrong("state_of_the_right_length", |state| "A".repeat(state.len())),
        wrong("state_cut_short", |state| state[..state.len() - 1].to_owned()),
        wrong("state_with_more_behind_it", |state| format!("{state}A")),
        wrong("state_in_other_letters", |state| state.chars().map(flip).collect()),
        wrong("state_with_a_nul_behind_it", |state| format!("{state}%00")),
        attack("state_of_another_attempt", STATE, async || {
            let (mut other, link) = (Link::open().await, Link::open().await);
            let reply = link.callback(&format!("code=evil&state={}&iss={}", other.state, link.server.base)).await;
            other.completes().await;
            link.fell_for(&reply, "evil").await
        }),
        attack("state_of_an_attempt_before", STATE, async || {
            let mut before = Link::open().await;
            before.completes().await;
            let link = Link::open().await;
            let reply = link.callback(&format!("code=evil&state={}&iss={}", before.state, link.server.base)).await;
            link.fell_for(&reply, "evil").await
        }),
        attack("answer_of_another_account", STATE, async || {
            // The attacker stops their own attempt at the same platform, and has the victim's browser bring its answer.
            let link = Link::open().await;
            let attacker = Link::with(link.server.clone(), flow(&link.server)).await;
            let theirs = attacker.consent().await;
            let code = theirs.split(['=', '&']).nth(1).unwrap().to_owned();
            let reply = link.callback(&theirs).await;
            link.fell_for(&reply, &code).await
        }),
        attack("states_guessed_without_end", &["guesses"], async || {
            let link = Link::open().await;
            for guess in 0..40 {
                let said = link.callback(&format!("code=evil&state={guess}")).await;
                assert_eq!(said.status, 400);
            }
            // The forty-first is right.
            link.callback(&format!("code=evil&state={}&iss={}", link.state, link.server.base)).await.taken()
        }),
    ]
}

fn flip(sign: char) -> char {
    if sign.is_ascii_lowercase() { sign.to_ascii_uppercase() } else { sign.to_ascii_lowercase() }
}

fn doubles() -> Vec<Attack> {
    const DOUBLED: &[&str] = &["doubled"];
    vec![
        attack("code_doubled", DOUBLED, || {
            injected(|link| format!("code=honest&code=evil&state={}&iss={}", link.state, link.server.base))
        }),
        attack("state_doubled", DOUBLED, || {
            injected(|link| format!("code=evil&state=x&state={}&iss={}", link.state, link.server.base))
        }),
        attack("iss_doubled", DOUBLED, || {
            injected(|link| format!("code=evil&state={}&iss=https://evil.example&iss={}", link.state, link.server.base))
        }),
        attack("second_callback", &["once"], async || {
            // What a page says last must stay what came of the attempt.
            let mut link = Link::open().await;
            let first = link.consent().await;
            assert!(link.callback(&first).await.taken());
            let second =
                link.callback(&format!("error=access_denied&state={}&iss={}", link.state, link.server.base)).await;
            let page = link.send("GET", "/done", "").await;
            link.ended().await.expect("the person linked");
            second.taken() || page.body.contains("Nothing was linked")
        }),
    ]
}

fn codes() -> Vec<Attack> {
    vec![
        attack("code_of_the_attackers_session", &["verifier"], async || {
            // The state leaked; the code belongs to a session without a proof key.
            let mut link = Link::open().await;
            let code = link.server.code_for(link.uri.as_str(), None);
            link.callback(&format!("code={code}&state={}&iss={}", link.state, link.server.base)).await;
            link.ended().await.is_ok()
        }),
        attack("code_taken_on_its_way", &["challenge"], async || {
            // Whoever saw the code trades it first.
            let link = Link::open().await;
            let query = consent(&link.url).await;
            let code = parameter(&query, "code").unwrap();
            let form = format!("grant_type=authorization_code&code={code}&redirect_uri={}", link.uri);
            let base = Url::parse(&link.server.base).unwrap();
            let request = format!(
                "POST /token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: {}\r\n\r\n{form}",
                form.len()
            );
            let said = raw(base.port().unwrap(), request.as_bytes()).await;
            String::from_utf8_lossy(&said).contains("access_token")
        }),
        attack("code_empty", &["code_size"], async || {
            let mut link = Link::open().await;
            link.callback(&format!("code=&state={}&iss={}", link.state, link.server.base)).await;
            let _ = link.ended().await;
            link.server.got_code("")
        }),
        attack("code_of_a_novel_s_length", &["code_size"], async || {
            let mut link = Link::open().await;
            let code = "x".repeat(5_000);
            link.callback(&format!("code={code}&state={}&iss={}", link.state, link.server.base)).await;
            let _ = link.ended().await;
            link.server.got_code(&code)
        }),
        attack("code_beside_an_error", &["error_first"], async || {
            let mut link = Link::open().await;
            let query = format!("error=access_denied&code=evil&state={}&iss={}", link.state, link.server.base);
            link.callback(&query).await;
            let _ = link.ended().await;
            link.server.got_code("evil")
        }),
        attack("proof_key_in_plain_by_a_parameter", &["own_parameters"], || {
            overwritten("code_challenge_method", "plain")
        }),
        attack("state_by_a_parameter", &["own_parameters"], || overwritten("state", "known")),
        attack("redirect_by_a_parameter", &["own_parameters"], || overwritten("redirect_uri", "https://evil.example/")),
        attack("proof_key_downgraded_by_the_server", &["proof_kinds"], async || {
            let server = describing(json!({"code_challenge_methods_supported": ["plain"]})).await;
            oauth::discover(&crate::world::world(), &crate::world::platform(), &server.base).await.is_ok()
        }),
    ]
}

/// What a platform's own parameters put in the place of what is ours.
async fn overwritten(name: &str, value: &str) -> bool {
    let server = Server::honest().await;
    let rules = Flow { extra: vec![(name.to_owned(), value.to_owned())], ..flow(&server) };
    let link = Link::with(server, rules).await;
    link.url.query_pairs().any(|(known, given)| known == name && given == value)
}

/// A server that describes itself, with something put in the place of what it said.
pub async fn describing(odd: serde_json::Value) -> Server {
    Server::start(move |asked| {
        if !asked.path.starts_with("/.well-known/oauth-authorization-server") {
            return None;
        }
        let base = format!("http://{}", asked.headers.get("host")?.to_str().ok()?);
        let mut said = json!({
            "issuer": base, "authorization_endpoint": format!("{base}/authorize"), "token_endpoint": format!("{base}/token"),
        });
        for (name, value) in odd.as_object()? {
            said[name] = value.clone();
        }
        Some(Json(said).into_response())
    })
    .await
}

fn issuers() -> Vec<Attack> {
    const ISSUER: &[&str] = &["issuer"];
    let of = |name, iss: fn(&str) -> String| {
        attack(name, ISSUER, move || {
            injected(move |link| format!("code=evil&state={}&iss={}", link.state, iss(&link.server.base)))
        })
    };
    vec![
        of("iss_of_another_server", |_| "https://evil.example".to_owned()),
        of("iss_with_a_slash_behind_it", |base| format!("{base}/")),
        of("iss_as_the_start_of_another", |base| format!("{base}.evil.example")),
        of("iss_in_capitals", str::to_uppercase),
        of("iss_empty", |_| String::new()),
        attack("iss_missing_where_it_is_promised", &["issuer_named"], || {
            injected(|link| format!("code=evil&state={}", link.state))
        }),
        attack("error_of_another_server", ISSUER, async || {
            // Anybody could end attempts in the platform's name.
            let mut link = Link::open().await;
            link.callback(&format!("error=access_denied&state={}&iss=https://evil.example", link.state)).await;
            matches!(link.ended().await, Err(OauthError::ConsentRefused { .. }))
        }),
        attack("mix_up_with_iss", ISSUER, || mixed_up(PATH, true)),
        attack("mix_up_without_iss", &["path"], || mixed_up("/oauth/evil", false)),
    ]
}

/// The person starts at a hostile server, which sends the browser on to an honest one: the code that comes back must not
/// go to the hostile server.
async fn mixed_up(path: &str, names_itself: bool) -> bool {
    let honest = Server::honest().await;
    let evil = Server::start(|asked| (asked.path == "/token").then(|| Json(tokens()).into_response())).await;
    let issuer = Issuer { value: evil.base.clone(), required: names_itself };
    let rules = Flow { redirect: Redirect::any_port(path), issuer: Some(issuer), ..flow(&evil) };
    let mut link = Link::with(evil, rules).await;
    // The hostile server's consent page is a redirect with the honest platform's own way back in it.
    let mut onward = Url::parse(&honest.at("/authorize")).unwrap();
    for (name, value) in link.url.query_pairs() {
        let value = if name == "redirect_uri" { value.replace(path, PATH) } else { value.into_owned() };
        onward.query_pairs_mut().append_pair(&name, &value);
    }
    let back = consent(&onward).await;
    let code = parameter(&back, "code").unwrap();
    let mut query = back.query().unwrap().to_owned();
    if !names_itself {
        query = query.split("&iss=").next().unwrap().to_owned();
    }
    let reply = link.callback(&query).await;
    if reply.taken() {
        let _ = link.ended().await;
    }
    link.server.got_code(&code)
}

fn words() -> Vec<Attack> {
    const STATIC: &[&str] = &["static_page"];
    let markup = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let echoed = move |name, query: &'static str| {
        attack(name, STATIC, move || async move {
            let link = Link::open().await;
            let page = link.callback(&query.replace("MARKUP", markup)).await;
            assert!(page.status == 400, "{page:?}");
            page.body.contains("<script")
        })
    };
    vec![
        echoed("markup_of_a_code_on_the_page", "code=MARKUP"),
        echoed("markup_of_an_error_on_the_page", "error=MARKUP"),
        echoed("markup_of_a_description_on_the_page", "error=access_denied&error_description=MARKUP"),
        attack("description_that_turns_the_line_around", &["plain_words"], async || {
            let mut link = Link::open().await;
            let words = "%E2%80%AEdetpecca%0A%0AYour account was linked";
            let head = format!("error=access_denied&error_description={words}&state={}", link.state);
            link.callback(&format!("{head}&iss={}", link.server.base).replace(' ', "+")).await;
            let Err(OauthError::ConsentRefused { description }) = link.ended().await else { panic!("not refused") };
            description.contains(['\n', '\u{202e}'])
        }),
        attack("description_of_many_pages", &["plain_words"], async || {
            let mut link = Link::open().await;
            let query = format!("error=access_denied&error_description={}", "x".repeat(12_000));
            link.callback(&format!("{query}&state={}&iss={}", link.state, link.server.base)).await;
            let Err(OauthError::ConsentRefused { description }) = link.ended().await else { panic!("not refused") };
            description.len() > 1_000
        }),
    ]
}
