//! Verbs of the contract that are not in this version: they are understood, say so, and exit 2.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

/// Forms figures are exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
    /// Parquet.
    Parquet,
}

/// Verbs on figures.
#[derive(Debug, Subcommand)]
pub enum MetricsVerb {
    /// Fetch figures now
    Collect {
        /// Account; all when absent.
        account: Option<String>,
    },
    /// Show figures
    Show {
        /// What of.
        #[arg(trailing_var_arg = true)]
        of: Vec<String>,
    },
    /// Export figures
    Export {
        /// In which form.
        #[arg(long)]
        format: ExportFormat,
    },
}

/// Verbs on the profile.
#[derive(Debug, Subcommand)]
pub enum DataVerb {
    /// Copy the profile into a file
    Backup {
        /// The file.
        file: PathBuf,
    },
    /// Take a profile back from a file
    Restore {
        /// The file.
        file: PathBuf,
    },
    /// Export everything in open forms
    Export {
        /// Folder to write to.
        dir: PathBuf,
    },
    /// Erase the profile or one account in it
    Erase {
        /// Only this account.
        #[arg(long, value_name = "ID")]
        account: Option<String>,
    },
}

/// Verbs on the record of calls.
#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// Calls made
    List,
    /// Check that the record is whole
    Verify,
}
