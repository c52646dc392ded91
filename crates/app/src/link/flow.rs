//! The engine's flow of a platform, made of what its descriptor says; and what is kept of what comes out of it.

use domain::{Endpoints, ErrorCode, PlatformId, UtcMs, consent::Trade};
use oauth::{Flow, Grant, Issuer, OpenId, Renewal, TokenCall};
use providers::{
    Descriptor,
    descriptor::{ClientRule, IssuerRule, Method, OauthRules, OpenIdRule, RenewalRule},
    provider::{Registration, Tokens},
};

use crate::Error;

/// The rules of a platform whose accounts are linked by consent.
pub(super) fn oauth_rules(descriptor: &Descriptor) -> Result<&OauthRules, Error> {
    descriptor.methods.iter().find_map(Method::oauth).ok_or_else(|| Error::internal("a platform linked by consent"))
}

/// The flow of a platform, through Postroom's own client or another: its rules, written down for the engine.
pub(super) fn flow(
    descriptor: &Descriptor,
    rules: &OauthRules,
    endpoints: &Endpoints,
    client: Option<Registration>,
) -> Result<Flow, Error> {
    let platform = PlatformId::parse(descriptor.id).ok_or_else(|| Error::internal("a platform name"))?;
    let (client_id, client_secret) = match (client, rules.client) {
        // A public client is kept with an empty secret.
        (Some(client), _) => {
            (client.client_id, Some(client.client_secret).filter(|secret| !secret.expose().is_empty()))
        }
        (None, ClientRule::Shipped(id)) => (id.to_owned(), None),
        (None, ClientRule::Described) => (endpoints.get("client").to_owned(), None),
        (None, ClientRule::Registered | ClientRule::Own(_)) => return Err(no_client(descriptor)),
    };
    let owned =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let at = |name: &str| endpoints.get(name).replace("{client_id}", &client_id);
    let known = |name: &str| Some(at(name)).filter(|url| !url.is_empty());
    let call = |name: &str, trade: Trade| TokenCall { url: at(name), trade };
    let issuer = |required| Some(Issuer { value: at("issuer"), required });
    Ok(Flow {
        revoke: known("revoke"),
        revoke_rule: rules.revoke,
        device: known("device"),
        par: known("par"),
        client_secret,
        secret_place: rules.secret_place,
        scopes: descriptor.scopes.iter().map(|scope| scope.name.to_owned()).collect(),
        scope_rule: rules.scope_rule,
        redirect: rules.redirect.into(),
        pkce: rules.pkce,
        dpop: rules.dpop,
        issuer: match rules.issuer {
            IssuerRule::None => None,
            IssuerRule::Compared => issuer(false),
            IssuerRule::Required => issuer(true),
        },
        openid: rules.openid.map(|_| OpenId { issuers: vec![at("issuer")], keys: at("keys") }),
        extra: owned(rules.extra),
        token_extra: owned(rules.token_extra),
        reading: rules.reading,
        long_lived: rules.long_lived.map(|trade| call("long_lived", trade)),
        renewal: match rules.renewal {
            RenewalRule::RefreshToken => Renewal::RefreshToken,
            RenewalRule::Trade(trade, _) => Renewal::Exchange(call("renew", trade)),
            RenewalRule::Never => Renewal::Never,
        },
        refusals: rules.refusals,
        ..Flow::new(platform, &at("authorize"), &at("token"), &client_id)
    })
}

fn no_client(descriptor: &Descriptor) -> Error {
    Error::new(
        ErrorCode::NotAvailable,
        format!("{} wants an app of your own, and Postroom does not know it yet.", descriptor.name),
        format!("Make one as the guide says, then enter it: postroomctl apps set {} --client-id ID.", descriptor.id),
    )
}

/// Who signed in, where the answer proves it; empty elsewhere.
pub(super) fn subject(rules: &OauthRules, grant: &Grant) -> String {
    match rules.openid {
        Some(OpenIdRule::Subject) => grant.claims.text("sub"),
        _ => grant.told.get("subject").cloned().unwrap_or_default(),
    }
}

/// Where a grant comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// It was just given.
    Anew,
    /// It was renewed, which moves the end that is kept of it, or does not.
    Again { end_moves: bool },
}

/// What is kept of a grant that was just given or renewed.
pub(super) fn tokens(rules: &OauthRules, grant: Grant, given: Given, now: UtcMs) -> Tokens {
    let known = rules.grant_end.filter(|_| grant.refresh.is_some());
    let known_ms = known.filter(|_| given != Given::Again { end_moves: false });
    let known_ms = known_ms.and_then(|end| end.life_ms(given != Given::Anew));
    Tokens {
        access: grant.access,
        refresh: grant.refresh,
        access_expires_at: grant.expires_in_ms.map(|life| now.plus_ms(life)),
        refresh_expires_at: grant.refresh_expires_in_ms.or(known_ms).map(|life| now.plus_ms(life)),
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        Secret,
        consent::{ClientShown, GrantEnd, Pkce, RedirectRule, RevokeRule, SecretPlace, TradeTime},
    };
    use providers::Registry;

    use super::*;

    const TRADE: Trade = Trade { grant_type: "exchange", parameter: "access_token", shows: ClientShown::Both };

    fn facts() -> Descriptor {
        let known = Registry::standard();
        let mut facts = known.get("practice").unwrap().descriptor().clone();
        facts.endpoints.extend([
            ("revoke", "{instance}/apps/{client_id}/grant"),
            ("device", "{instance}/device"),
            ("par", "{instance}/par"),
            ("keys", "{instance}/keys"),
            ("long_lived", "{instance}/long"),
            ("renew", "{instance}/renew"),
        ]);
        facts
    }

    fn client(secret: &str) -> Registration {
        Registration { client_id: "me".to_owned(), client_secret: Secret::from(secret) }
    }

    #[test]
    fn all_that_a_descriptor_says_reaches_the_engine() {
        let facts = facts();
        let rules = OauthRules {
            secret_place: SecretPlace::Basic,
            redirect: RedirectRule::Scheme("postroom://back/here"),
            pkce: Pkce::None,
            dpop: true,
            issuer: IssuerRule::Compared,
            openid: Some(OpenIdRule::Subject),
            extra: &[("prompt", "consent")],
            token_extra: &[("audience", "api")],
            long_lived: Some(TRADE),
            renewal: RenewalRule::Trade(TRADE, TradeTime { age_min_ms: 0, ahead_ms: 0 }),
            revoke: RevokeRule::ByClient,
            ..OauthRules::standard(ClientRule::Registered, "/callback")
        };
        let made = flow(&facts, &rules, &facts.endpoints("https://a.example"), Some(client("s3cret"))).unwrap();
        assert_eq!(made.revoke.as_deref(), Some("https://a.example/apps/me/grant"));
        assert_eq!((made.revoke_rule, made.secret_place, made.pkce), (rules.revoke, rules.secret_place, rules.pkce));
        assert!(made.dpop);
        assert_eq!(made.device.as_deref(), Some("https://a.example/device"));
        assert_eq!(made.par.as_deref(), Some("https://a.example/par"));
        assert_eq!(made.issuer, Some(Issuer { value: "https://a.example".to_owned(), required: false }));
        let openid =
            OpenId { issuers: vec!["https://a.example".to_owned()], keys: "https://a.example/keys".to_owned() };
        assert_eq!(made.openid, Some(openid));
        assert_eq!(made.long_lived, Some(TokenCall { url: "https://a.example/long".to_owned(), trade: TRADE }));
        let renewal = TokenCall { url: "https://a.example/renew".to_owned(), trade: TRADE };
        assert_eq!(made.renewal, Renewal::Exchange(renewal));
        assert_eq!(made.redirect.to_register(), ["postroom://back/here"]);
        assert_eq!(made.extra, [("prompt".to_owned(), "consent".to_owned())]);
        assert_eq!(made.token_extra, [("audience".to_owned(), "api".to_owned())]);
        assert_eq!((made.client_id.as_str(), made.client_secret.unwrap().expose().as_str()), ("me", "s3cret"));
    }

    #[test]
    fn a_client_that_nobody_registers_is_called_by_its_address() {
        let known = Registry::standard();
        let facts = known.get("bluesky").unwrap().descriptor();
        let rules = oauth_rules(facts).unwrap();
        let mut endpoints = facts.endpoints("https://bsky.social");
        assert!(flow(facts, rules, &endpoints, None).unwrap().client_id.starts_with("http://localhost?redirect_uri="));
        endpoints.urls.insert("client".to_owned(), "https://me.example/client.json".to_owned());
        assert_eq!(flow(facts, rules, &endpoints, None).unwrap().client_id, "https://me.example/client.json");
    }

    #[test]
    fn a_client_without_a_secret_sends_none_and_without_a_client_there_is_no_flow() {
        let facts = facts();
        let rules = OauthRules::standard(ClientRule::Registered, "/callback");
        let endpoints = facts.endpoints("https://a.example");
        assert!(flow(&facts, &rules, &endpoints, Some(client(""))).unwrap().client_secret.is_none());
        assert_eq!(flow(&facts, &rules, &endpoints, None).unwrap_err().code, ErrorCode::NotAvailable);
    }

    #[test]
    fn a_grants_end_is_what_its_answer_says_else_what_is_known_of_the_platform() {
        let now = UtcMs::from_millis(1_000);
        let grant = |refresh: Option<&str>, said| Grant {
            access: Secret::from("a"),
            refresh: refresh.map(Secret::from),
            expires_in_ms: None,
            refresh_expires_in_ms: said,
            scopes: Vec::new(),
            token_type: "bearer".to_owned(),
            dpop: None,
            claims: oauth::Claims::default(),
            told: std::collections::BTreeMap::new(),
        };
        let ending = |restarts| OauthRules {
            grant_end: Some(GrantEnd { days: 1, restarts }),
            ..OauthRules::standard(ClientRule::Registered, "/callback")
        };
        let end = |rules: &OauthRules, refresh, said, renewed: bool| {
            let given = if renewed { Given::Again { end_moves: true } } else { Given::Anew };
            tokens(rules, grant(refresh, said), given, now).refresh_expires_at.map(UtcMs::as_millis)
        };
        let named = tokens(&ending(true), grant(Some("r"), None), Given::Again { end_moves: false }, now);
        assert_eq!(named.refresh_expires_at, None, "the platform named the end that is kept");
        assert_eq!(end(&ending(true), Some("r"), Some(5), false), Some(1_005), "the platform said");
        assert_eq!(end(&ending(true), Some("r"), None, true), Some(86_401_000), "it begins anew");
        assert_eq!(end(&ending(false), Some("r"), None, false), Some(86_401_000));
        assert_eq!(end(&ending(false), Some("r"), None, true), None, "the end that is known stays");
        assert_eq!(end(&ending(true), None, None, false), None, "nothing to renew it with");
        let unknown = OauthRules::standard(ClientRule::Registered, "/callback");
        assert_eq!(end(&unknown, Some("r"), None, false), None);
    }
}
