use super::{Member, Network, refused};
use crate::config::Limits;

#[tokio::test]
async fn a_refresh_rotates_and_the_old_access_token_lives_on() {
    let net = Network::start().await;
    let first = net.member("a").await;
    let answer = net.refresh(&first.refresh).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let second = Member::of(&answer.json());
    assert_eq!(second.id, first.id);
    assert!(second.access != first.access && second.refresh != first.refresh);
    for member in [&first, &second] {
        assert_eq!(net.get(member, "/api/me").await.status, 200);
    }
}

#[tokio::test]
async fn within_the_grace_the_same_successor_comes_back_also_after_a_restart() {
    let mut net = Network::start().await;
    let first = net.member("a").await;
    let second = Member::of(&net.refresh(&first.refresh).await.json());
    for round in 0..2 {
        let again = Member::of(&net.refresh(&first.refresh).await.json());
        assert_eq!((&again.access, &again.refresh), (&second.access, &second.refresh), "round {round}");
        net.restart().await;
    }
    assert_eq!(net.events("token_refreshed").len(), 1);
    assert_eq!(net.get(&second, "/api/me").await.status, 200);
    assert_eq!(net.refresh(&second.refresh).await.status, 200);
}

#[tokio::test]
async fn a_spent_token_kills_the_family_once_its_successor_was_used() {
    let net = Network::start().await;
    let first = net.member("a").await;
    let second = Member::of(&net.refresh(&first.refresh).await.json());
    let third = Member::of(&net.refresh(&second.refresh).await.json());
    assert_eq!(net.refresh(&first.refresh).await.refusal(), refused(400, "invalid_grant"));
    for member in [&first, &second, &third] {
        assert_eq!(net.get(member, "/api/me").await.refusal(), refused(401, "token_revoked"));
        assert_eq!(net.refresh(&member.refresh).await.refusal(), refused(400, "invalid_grant"));
    }
    let revoked = net.events("token_revoked");
    assert_eq!((revoked.len(), &revoked[0]["reason"]), (1, &"refresh_reused".into()));
}

#[tokio::test]
async fn a_spent_token_kills_the_family_after_the_grace() {
    let net = Network::with(Limits { refresh_grace_ms: 0, ..Limits::default() }).await;
    let first = net.member("a").await;
    let second = Member::of(&net.refresh(&first.refresh).await.json());
    let bystander = net.member("a").await;
    assert_eq!(net.refresh(&first.refresh).await.refusal(), refused(400, "invalid_grant"));
    assert_eq!(net.get(&second, "/api/me").await.refusal(), refused(401, "token_revoked"));
    assert_eq!(net.get(&bystander, "/api/me").await.status, 200);
}

#[tokio::test]
async fn tokens_expire() {
    let limits = Limits { access_token_life_s: 0, refresh_token_life_s: 0, ..Limits::default() };
    let net = Network::with(limits).await;
    let member = net.member("a").await;
    let answer = net.get(&member, "/api/me").await;
    assert_eq!(answer.refusal(), refused(401, "token_expired"));
    assert!(answer.header("www-authenticate").contains("invalid_token"));
    assert_eq!(net.refresh(&member.refresh).await.refusal(), refused(400, "invalid_grant"));
    assert!(net.events("token_revoked").is_empty());
}

#[tokio::test]
async fn revoking_either_token_ends_the_session() {
    let net = Network::start().await;
    let client = ("client_id", "postroom-practice");
    for by_refresh in [true, false] {
        let member = net.member("a").await;
        let token = if by_refresh { &member.refresh } else { &member.access };
        for _ in 0..2 {
            let answer = net.form("/oauth/revoke", &[("token", token.as_str()), client]).await;
            assert_eq!((answer.status, answer.bytes.len()), (200, 0));
        }
        assert_eq!(net.get(&member, "/api/me").await.refusal(), refused(401, "token_revoked"));
        assert_eq!(net.refresh(&member.refresh).await.refusal(), refused(400, "invalid_grant"));
    }
    assert_eq!(net.events("token_revoked").len(), 2);
    assert_eq!(net.form("/oauth/revoke", &[("token", "nobody's"), client]).await.status, 200);
    assert_eq!(net.form("/oauth/revoke", &[client]).await.refusal(), refused(400, "invalid_request"));
    let other = net.form("/oauth/revoke", &[("token", "x"), ("client_id", "other")]).await;
    assert_eq!(other.refusal(), refused(401, "invalid_client"));
}
