use super::*;

fn profile(vault: Option<VaultKind>, environment: Environment) -> Profile {
    let dir = tempfile::tempdir().unwrap();
    let global = Global { data: Some(dir.path().join("p")), vault, ..Global::default() };
    Profile::new(&global, environment).unwrap()
}

fn with_key() -> Environment {
    Environment { key: Some(Secret::from("key")), ..Environment::default() }
}

fn with_passphrase() -> Environment {
    Environment { passphrase: Some(Secret::from("words")), ..Environment::default() }
}

#[test]
fn the_vault_is_as_asked_for() {
    let choice = |vault, environment| profile(vault, environment).vault_choice();
    assert!(matches!(choice(Some(VaultKind::Keychain), with_key()), Ok(VaultChoice::Keychain)));
    assert!(matches!(choice(Some(VaultKind::Env), with_key()), Ok(VaultChoice::Environment(_))));
    assert!(matches!(choice(Some(VaultKind::Passphrase), with_passphrase()), Ok(VaultChoice::Passphrase(_))));
    assert!(matches!(choice(None, Environment::default()), Ok(VaultChoice::Auto)));
    assert!(matches!(choice(None, with_key()), Ok(VaultChoice::Environment(_))));
    assert!(matches!(choice(None, with_passphrase()), Ok(VaultChoice::Passphrase(_))));
}

#[test]
fn a_missing_key_or_passphrase_is_named_and_never_replaced() {
    for (vault, environment) in [(VaultKind::Env, with_passphrase()), (VaultKind::Passphrase, with_key())] {
        let trouble = profile(Some(vault), environment).vault_choice().unwrap_err();
        assert_eq!((trouble.failure.code, trouble.exit as u8), (ErrorCode::VaultUnavailable, 1));
    }
}

#[test]
fn a_passphrase_file_wins_over_the_environment_and_loses_its_line_feed() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("passphrase");
    std::fs::write(&file, "from the file\n").unwrap();
    let profile = Profile { passphrase_file: Some(file), ..profile(Some(VaultKind::Passphrase), with_passphrase()) };
    let Ok(VaultChoice::Passphrase(secret)) = profile.vault_choice() else { panic!("no passphrase") };
    assert_eq!(secret.expose(), "from the file");
    assert!(!format!("{:?}", profile.environment).contains("words"));
}
