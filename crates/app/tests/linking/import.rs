//! Own apps taken over from an `.env` file: what is kept, what is ignored and why; and an account linked through one.

use std::collections::BTreeMap;

use app::link::{EnvOutcome, Imported};
use domain::{ErrorCode, Secret};

use crate::only::{CLIENT, Only, SECRET};

fn told(imported: &Imported) -> Vec<(&str, &str, EnvOutcome)> {
    imported.variables.iter().map(|found| (found.name.as_str(), found.platform.as_str(), found.outcome)).collect()
}

async fn import(only: &Only, text: &str) -> Imported {
    only.app().import_env(&Secret::from(text)).await.unwrap()
}

#[tokio::test]
async fn what_is_taken_and_what_is_ignored_is_told_by_name_and_reason() {
    use EnvOutcome as E;
    let only = Only::start("linkedin").await;
    let text = "# apps\nLINKEDIN_CLIENT_ID=id-1\nLINKEDIN_CLIENT_SECRET='hid$den'\nLINKEDIN_CLIENT_ID=id-2\n\
        SLACK_CLIENT_ID=id-3\nSLACK_CLIENT_SECRET=hidden\nGOOGLE_CLIENT_ID=id-4\nDISCORD_CLIENT_ID=\n\
        MASTODON_CLIENT_ID=id-5\nNOWHERE_CLIENT_ID=id-6\nGITHUB_CLIENT_SECRET=hidden\nX_CLIENT_ID=two words\n\
        MICROSOFT_CLIENT_ID=https://portal.example/app\nDATABASE_URL=postgres://u:hidden@h/d\n";
    let imported = import(&only, text).await;
    assert_eq!(
        told(&imported),
        [
            ("LINKEDIN_CLIENT_ID", "linkedin", E::Taken),
            ("LINKEDIN_CLIENT_SECRET", "linkedin", E::Taken),
            ("LINKEDIN_CLIENT_ID", "linkedin", E::Repeated),
            ("SLACK_CLIENT_ID", "slack", E::Taken),
            ("SLACK_CLIENT_SECRET", "slack", E::TakesNoSecret),
            ("GOOGLE_CLIENT_ID", "google", E::SecretMissing),
            ("DISCORD_CLIENT_ID", "discord", E::Empty),
            ("MASTODON_CLIENT_ID", "mastodon", E::NotWanted),
            ("NOWHERE_CLIENT_ID", "", E::NoPlatform),
            ("GITHUB_CLIENT_SECRET", "github", E::NoClientId),
            ("X_CLIENT_ID", "x", E::Unreadable),
            ("MICROSOFT_CLIENT_ID", "microsoft", E::Unfit),
        ]
    );
    assert_eq!((imported.others, imported.unreadable), (1, 1));
    assert!(!format!("{imported:?}").contains("hid"), "no value comes back");
    let kept = only.app().own_apps().await.unwrap();
    let kept: Vec<_> = kept.iter().filter(|app| !app.client_id.is_empty()).collect();
    let kept: Vec<_> = kept.iter().map(|app| (app.platform.as_str(), app.client_id.as_str())).collect();
    assert_eq!(kept, [("slack", "id-3"), ("linkedin", "id-1")]);
    let huge = Secret::new("#".repeat(app::link::ENV_MAX_BYTES + 1));
    assert_eq!(only.app().import_env(&huge).await.unwrap_err().code, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn an_account_is_linked_through_what_was_taken_over() {
    let only = Only::start("linkedin").await;
    only.register(CLIENT, Some(SECRET)).await;
    let pair = format!("LINKEDIN_CLIENT_ID={CLIENT}\nLINKEDIN_CLIENT_SECRET=");
    import(&only, &format!("{pair}wrong\n")).await;
    assert!(only.link(None).await.is_err());
    // The secret alone goes to the app that is known.
    let variables = [("LINKEDIN_CLIENT_SECRET", SECRET), ("HOME", "/")];
    let variables: BTreeMap<_, _> =
        variables.iter().map(|(name, text)| ((*name).to_owned(), Secret::from(*text))).collect();
    let imported = only.app().import_variables(variables).await.unwrap();
    assert_eq!(told(&imported), [("LINKEDIN_CLIENT_SECRET", "linkedin", EnvOutcome::Taken)]);
    assert_eq!(imported.others, 1);
    only.link(None).await.unwrap();
    // Once more, as scripts do: nothing is lost by it.
    import(&only, &format!("{pair}{SECRET}\n")).await;
    assert_eq!(only.wanted().await.accounts, 1);
}
