//! The polite ways to end a process.

/// Returns when this process is asked to end: Ctrl-C, or SIGTERM where there is one. Where signals cannot be
/// watched it never returns, and the system's default holds.
pub async fn asked_to_end() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            () = interrupted() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    interrupted().await;
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
