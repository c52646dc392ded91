//! From words to an exit code.

use std::{ffi::OsString, process::ExitCode, sync::Mutex};

use clap::Parser;
use domain::ErrorCode;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    answer::Answer,
    cli::{Cli, PracticeVerb, QueueVerb, Verb},
    console::Console,
    endpoints::Overrides,
    environment::Environment,
    profile::Profile,
    runner, serve,
    shell::Shell,
    signals,
    trouble::{Exit, Trouble},
    verbs,
};

/// Runs one command line and returns what the process ends with: 0 done, 1 failed, 2 wrong usage, 3 refused
/// because it needs a person, 4 another runner holds the profile. The first argument is the program's name.
pub fn main_with(args: impl IntoIterator<Item = OsString>, environment: Environment) -> ExitCode {
    if !cfg!(feature = "break_memory") {
        app::dumps::keep_out(app::dumps::Known::ToNobody);
    }
    let args: Vec<_> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error, args.iter().any(|arg| arg == "--json")),
    };
    log(&cli);
    let console = Console::standard(cli.global.json, cli.global.quiet);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let message = format!("This process cannot start its threads: {error}.");
            return ended(&console, Err(Trouble::new(ErrorCode::Internal, message, "Free some memory and try again.")));
        }
    };
    let outcome = runtime.block_on(run(cli, environment, &console));
    let code = ended(&console, outcome);
    // A blocked keychain call must not keep the process from ending.
    runtime.shutdown_background();
    code
}

fn not_understood(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let trouble = Trouble::usage(message, "`postroomctl --help` lists what can be typed.");
        return ended(&Console::standard(true, false), Err(trouble));
    }
    // Help that cannot be printed cannot be mended either.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(Exit::Usage as u8) } else { ExitCode::SUCCESS }
}

fn ended(console: &Console, outcome: Result<(), Trouble>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            console.trouble(&trouble);
            ExitCode::from(trouble.exit as u8)
        }
    }
}

/// To standard error: own crates at the level asked for; others never below warnings, they log what passes through
/// them. The runner also writes the log of its profile.
fn log(cli: &Cli) {
    let global = &cli.global;
    let level = match (global.quiet, global.verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, 2) => LevelFilter::DEBUG,
        (false, _) => LevelFilter::TRACE,
    };
    let own = ["app", "ctl", "domain", "ipc", "net", "oauth", "practice", "providers", "queue", "store", "vault"];
    let of = |level: LevelFilter| {
        Targets::new().with_default(level.min(LevelFilter::WARN)).with_targets(own.map(|name| (name, level)))
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_filter(of(level));
    let runner = matches!(cli.verb, Verb::Queue(QueueVerb::Run(_)));
    let profile = global.data.clone().or_else(app::paths::default_folder).filter(|_| runner);
    let kept = profile.map(|profile| {
        let file = Mutex::new(app::logs::LogFile::of(&profile));
        tracing_subscriber::fmt::layer().with_writer(file).with_ansi(false).with_filter(of(LevelFilter::INFO))
    });
    // Fails where a log is set up already, which then stays.
    let _ = tracing_subscriber::registry().with(lines).with(kept).try_init();
}

async fn run(cli: Cli, environment: Environment, console: &Console) -> Result<(), Trouble> {
    if let Some(name) = verbs::not_here(&cli.verb) {
        return Err(Trouble::not_available(name));
    }
    let overrides = match &cli.global.endpoints {
        Some(file) => Overrides::load(file)?,
        None => Overrides::default(),
    };
    let zone = environment.zone.clone();
    match cli.verb {
        Verb::Queue(QueueVerb::Run(args)) => {
            runner::run(&Profile::new(&cli.global, environment)?, console, &zone, args).await
        }
        Verb::Practice(PracticeVerb::Serve { port, own_folder }) => {
            // Not said to the parser: it does not see a --data that stands before the verb.
            if own_folder && cli.global.data.is_none() {
                return Err(Trouble::usage(
                    "--own-folder takes the folder from --data, which is missing.",
                    "Add --data DIR.",
                ));
            }
            let folder = Profile::new(&cli.global, environment)?.folder;
            let folder = if own_folder { folder } else { folder.join("practice") };
            serve::run(folder, port, console, signals::asked_to_end()).await
        }
        verb => {
            let apps = environment.apps.clone();
            let profile = Profile::new(&cli.global, environment)?;
            let access = profile.reach().await?;
            let clock = profile.clock.as_ref();
            let shell = Shell { backend: &access, console, clock, zone: &zone, overrides: &overrides, apps: &apps };
            let answer = verbs::run(verb, &shell).await;
            access.close().await;
            print(console, answer?)
        }
    }
}

fn print(console: &Console, answer: Answer) -> Result<(), Trouble> {
    console.answer(&answer).map_err(|error| {
        let message = format!("It is done, but standard output cannot be written: {error}.");
        Trouble::new(ErrorCode::StorageFailed, message, "Look at the list for what came of it.")
    })?;
    answer.but.map_or(Ok(()), Err)
}
