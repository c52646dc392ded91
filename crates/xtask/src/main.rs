//! The project's own tasks: `cargo xtask run`, `test`, `torture`, `gen`, `bench`, `measure`, `package`,
//! `check-structure`, `figures`.
//!
//! Owns how the project is built, checked and started on a machine. Refuses to know anything about posts: it drives
//! cargo, npm and the built programs from outside, exactly as a person would.
//!
//! ```text
//! cargo xtask test --quick          # no root, no window
//! cargo xtask test --only unit      # one layer
//! ```

mod bench;
mod bundle;
mod check;
mod cmd;
mod context;
mod env;
mod figures;
mod generate;
mod guides;
mod journeys;
mod layers;
mod licences;
mod measure;
mod packages;
mod proofs;
mod report;
mod rust;
mod start;
mod steps;
mod tools;
mod torture;
mod workspace;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, check and start Postroom")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build and start the app; without a display, do the main job on the practice network.
    Run(start::Options),
    /// Run the layers of the tests, in order, and end with one line per layer.
    Test(context::Options),
    /// Run proofs in their long form, or renew the page of their results.
    Torture(torture::Options),
    /// Renew the committed files that code generates: .sqlx, the TypeScript of the wire, the list of licences.
    Gen,
    /// Renew the list of licences alone (a part of `gen`), after a change of the packages.
    Licences,
    /// Build a database from the migrations (a part of `gen`).
    #[command(hide = true)]
    BuildDatabase { file: PathBuf },
    /// Measure how late posts go out in the optimised form, or renew the page of it.
    Bench(bench::Options),
    /// Measure memory and sizes of the release build beside a bare Tauri app.
    Measure(measure::Options),
    /// Build the Debian package; install, upgrade, use and remove it in an empty tree.
    Package(bundle::Options),
    /// Print lengths, test-to-code ratios, layers and cycles.
    Figures,
    /// Check layers, cycles, import tiers and size caps.
    CheckStructure,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Run(options) => start::run(&options),
        Task::Test(options) => layers::run(&options),
        Task::Torture(options) => torture::run(&options),
        Task::Gen => generate::run(),
        Task::Licences => generate::licences(),
        Task::BuildDatabase { file } => generate::migrate(&file),
        Task::Bench(options) => bench::run(&options),
        Task::Measure(options) => measure::run(&options),
        Task::Package(options) => bundle::run(&options),
        Task::Figures => figures::run(),
        Task::CheckStructure => check::run(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
