//! Runs a practice network by hand: `cargo run -p practice --example serve -- --data DIR [--port 4100]`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let port = value("--port").map_or(Some(0), |port| port.parse().ok());
    let (Some(data), Some(port)) = (value("--data"), port) else {
        eprintln!("usage: serve --data DIR [--port PORT]");
        return ExitCode::from(2);
    };
    let server = match practice::bind(practice::Config::new(data).port(port)).await {
        Ok(server) => server,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    println!("{}/timeline", server.url());
    match server.run(tokio::signal::ctrl_c()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
