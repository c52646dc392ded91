//! An open profile behind the socket.

use std::sync::Arc;

use app::App;
use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::broadcast;

use super::Handler;
use crate::{dispatch, wire::Failure};

#[async_trait]
impl Handler for Arc<App> {
    type Event = app::event::Event;

    async fn call(&self, method: &str, params: Value) -> Result<Value, Failure> {
        dispatch(self, method, params).await
    }

    fn events(&self) -> broadcast::Receiver<Self::Event> {
        App::events(self)
    }
}
