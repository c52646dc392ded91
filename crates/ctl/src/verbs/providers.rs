//! `providers`: platforms of the user's own.

use std::path::Path;

use domain::ErrorCode;
use ipc::wire::{ById, DefineOutcome, DefinedPlatform, Nothing};
use serde_json::json;

use crate::{
    answer::Answer, backend::ask, cli::ProvidersVerb, input::read_text, render, shell::Shell, trouble::Trouble,
};

/// Largest file read.
const FILE_MAX_BYTES: usize = 64 * 1_024;

pub async fn run(verb: ProvidersVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    match verb {
        ProvidersVerb::Add { file } => add(&file, shell).await,
        ProvidersVerb::List => {
            let reply = ask::<Vec<DefinedPlatform>>(shell.backend, "providers_list", Nothing {}).await?;
            Ok(Answer::new(reply.json, render::defined_platforms(&reply.view)))
        }
        ProvidersVerb::Show { id } => {
            let known = ask::<Vec<DefinedPlatform>>(shell.backend, "providers_list", Nothing {}).await?.view;
            let found = known.into_iter().find(|known| known.id == id);
            let found = found.ok_or_else(|| {
                let action = "`postroomctl providers list` shows those there are.";
                Trouble::new(ErrorCode::NotFound, format!("There is no platform {id} of your own."), action)
            })?;
            let text = toml::to_string_pretty(&found).map_err(|error| unwritten(&error))?;
            Ok(Answer::new(json!(found), text))
        }
        ProvidersVerb::Remove { id } => {
            let reply = ask::<Nothing>(shell.backend, "providers_remove", ById { id }).await?;
            Ok(Answer::new(reply.json, "Forgotten."))
        }
    }
}

async fn add(file: &Path, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let definition = read(&read_text(file, FILE_MAX_BYTES)?)?;
    let id = definition.id.clone();
    let reply = ask::<DefineOutcome>(shell.backend, "providers_define", definition).await?;
    let refused = reply.view.platform.is_none();
    let answer = Answer::new(reply.json, render::define_outcome(&reply.view));
    if refused {
        let trouble = Trouble::new(ErrorCode::InvalidRequest, "The platform was not defined.", "Mend the file.");
        return Ok(answer.but(Some(trouble)));
    }
    Ok(answer.hint(format!("Enter your app there with `postroomctl apps set {id}`, then `accounts link {id}`.")))
}

/// A definition in JSON, where the file is an object of it, else in TOML.
fn read(text: &str) -> Result<DefinedPlatform, Trouble> {
    let odd = |why: String| {
        Trouble::usage(format!("The file defines no platform: {why}."), "See the guide on platforms of your own.")
    };
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| odd(error.to_string()));
    }
    toml::from_str(text).map_err(|error| odd(error.message().to_owned()))
}

fn unwritten(error: &toml::ser::Error) -> Trouble {
    Trouble::new(ErrorCode::Internal, format!("It cannot be shown: {error}."), "Ask with --json.")
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::Value;

    use super::*;
    use crate::{
        cli::{Cli, Verb},
        endpoints::Overrides,
        testing::{Fake, Screen, shell},
    };

    async fn run_line(fake: &Fake, line: &str) -> Result<Answer, Trouble> {
        let Verb::Providers(verb) =
            Cli::try_parse_from(["postroomctl"].into_iter().chain(line.split(' '))).unwrap().verb
        else {
            panic!("no verb of providers")
        };
        let (screen, overrides) = (Screen::default(), Overrides::default());
        let console = screen.console(true);
        run(verb, &shell(fake, &console, &overrides)).await
    }

    fn forge() -> Value {
        json!(DefinedPlatform { id: "forge".to_owned(), name: "Forge".to_owned(), ..DefinedPlatform::default() })
    }

    #[tokio::test]
    async fn a_platform_is_defined_by_a_file_in_either_form() {
        let dir = tempfile::tempdir().unwrap();
        let fake = Fake::default().on("providers_define", json!({"platform": forge(), "problems": []}));
        for (name, text) in [
            ("a.toml", "id = \"forge\"\nname = \"Forge\"\nmetadata = \"https://f.example\"\nscopes = [\"openid\"]\n"),
            ("a.json", r#"{"id": "forge", "name": "Forge", "metadata": "https://f.example", "scopes": ["openid"]}"#),
        ] {
            let file = dir.path().join(name);
            std::fs::write(&file, text).unwrap();
            let answer = run_line(&fake, &format!("providers add {}", file.display())).await.unwrap();
            assert!(answer.but.is_none() && answer.hint.contains("apps set forge"), "{}", answer.hint);
        }
        let asked = fake.asked("providers_define");
        assert_eq!((&asked[0]["metadata"], &asked[0]), (&json!("https://f.example"), &asked[1]));
    }

    #[tokio::test]
    async fn what_is_wrong_is_said_by_field_and_is_a_failure() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.toml");
        let line = format!("providers add {}", file.display());
        for odd in ["id = 1", "client_secret = \"s\"", "{\"id\": }", "id"] {
            std::fs::write(&file, odd).unwrap();
            assert_eq!(run_line(&Fake::default(), &line).await.unwrap_err().exit as u8, 2, "{odd}");
        }
        std::fs::write(&file, "id = \"forge\"").unwrap();
        let problems = json!([{"field": "token", "wrong": "no_https"}, {"field": "name", "wrong": "missing"}]);
        let fake = Fake::default().on("providers_define", json!({"platform": null, "problems": problems}));
        let answer = run_line(&fake, &line).await.unwrap();
        assert!(answer.but.is_some());
        assert!(answer.text.contains("token: only https") && answer.text.contains("name: missing"), "{}", answer.text);
    }

    #[tokio::test]
    async fn they_are_listed_shown_as_a_file_and_forgotten() {
        let fake = Fake::default().on("providers_list", json!([forge()])).on("providers_remove", json!({}));
        assert!(run_line(&fake, "providers list").await.unwrap().text.contains("forge"));
        let shown = run_line(&fake, "providers show forge").await.unwrap().text;
        assert_eq!(json!(read(&shown).unwrap()), forge());
        assert_eq!(run_line(&fake, "providers show other").await.unwrap_err().failure.code, ErrorCode::NotFound);
        run_line(&fake, "providers remove forge").await.unwrap();
        assert_eq!(fake.asked("providers_remove"), [json!({"id": "forge"})]);
    }
}
