//! Whoever carries commands out: the runner behind the socket, or the profile opened here.

use async_trait::async_trait;
use domain::ErrorCode;
use ipc::{
    socket::{CallError, Client},
    wire::Failure,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::trouble::Trouble;

/// Carries out commands by name.
#[async_trait]
pub trait Backend: Send + Sync {
    /// One command of `ipc::METHODS`.
    async fn call(&self, method: &str, params: Value) -> Result<Value, Failure>;
}

/// An answer as it came, and as this version reads it.
#[derive(Debug, Clone)]
pub struct Reply<T> {
    /// As it came.
    pub json: Value,
    /// As this version reads it.
    pub view: T,
}

/// Calls a command with typed parameters and a typed answer.
pub async fn ask<T: DeserializeOwned>(
    backend: &dyn Backend,
    method: &str,
    params: impl Serialize,
) -> Result<Reply<T>, Trouble> {
    let params = serde_json::to_value(params).map_err(|_| defect("The request could not be written."))?;
    let json = backend.call(method, params).await?;
    let view = T::deserialize(&json).map_err(|_| {
        let message = "The running Postroom answers in a way this command line does not understand.";
        Trouble::new(ErrorCode::Internal, message, "Use the command line of the same version.")
    })?;
    Ok(Reply { json, view })
}

fn defect(message: &str) -> Trouble {
    Trouble::new(ErrorCode::Internal, message, "Try again; if it stays, report it.")
}

#[async_trait]
impl Backend for Client {
    async fn call(&self, method: &str, params: Value) -> Result<Value, Failure> {
        Self::call(self, method, params).await.map_err(|error| match error {
            CallError::Failed(failure) => failure,
            CallError::Transport(error) => Failure {
                code: ErrorCode::Internal,
                message: "The connection to the running Postroom broke before it answered.".to_owned(),
                action: "Look whether it was done before you try again.".to_owned(),
                details: error.to_string(),
                findings: Vec::new(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fake;

    #[tokio::test]
    async fn an_answer_of_another_shape_is_a_clear_failure() {
        let fake = Fake::default().on("queue_status", serde_json::json!({"paused": "perhaps"}));
        let asked = ask::<ipc::wire::QueueStatus>(&fake, "queue_status", ()).await;
        assert_eq!(asked.map(|reply| reply.json).unwrap_err().failure.code, ErrorCode::Internal);
    }

    #[tokio::test]
    async fn a_failure_passes_unchanged() {
        let fake = Fake::default().failing("posts_show", ErrorCode::NotFound);
        let trouble = ask::<Value>(&fake, "posts_show", ()).await.map(|reply| reply.json).unwrap_err();
        assert_eq!((trouble.exit as u8, trouble.failure.code), (1, ErrorCode::NotFound));
    }
}
