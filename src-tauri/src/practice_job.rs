//! `postroom --practice --data DIR`: this process is the practice network and nothing else; no window system is
//! touched, so it runs without a display.

use std::process::ExitCode;

use practice::{Config, PracticeError};

use crate::{args::Arguments, quit};

/// Serves until it is told to stop, over its control interface or by a signal.
pub fn run(arguments: &Arguments) -> ExitCode {
    let Some(data) = arguments.data.clone() else {
        eprintln!("postroom: --practice needs --data");
        return ExitCode::from(2);
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("postroom: the practice network could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(serve(Config::new(data).port(arguments.port))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postroom: the practice network stopped: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> Result<(), PracticeError> {
    practice::bind(config).await?.run(quit::signalled()).await
}
