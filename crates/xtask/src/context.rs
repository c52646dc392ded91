//! What a person asked of `cargo xtask test`, and what every layer is given to work with.

use crate::workspace::Workspace;

/// Options of `cargo xtask test`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Only the layers that need neither root nor a window.
    #[arg(long)]
    pub quick: bool,
    /// Only this layer; may be given again.
    #[arg(long, value_name = "LAYER")]
    pub only: Vec<String>,
    /// Answer yes to installing packages.
    #[arg(long)]
    pub yes: bool,
    /// Print what the programs print while they run.
    #[arg(long, short)]
    pub verbose: bool,
}

/// What a layer is given to work with.
pub struct Context<'a> {
    pub workspace: &'a Workspace,
    pub options: &'a Options,
}
