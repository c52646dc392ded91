//! What comes back from a simulator, as tests read it.

use reqwest::{RequestBuilder, Response};
use serde_json::Value;

/// Status and body; null where the body is not JSON.
pub type Answer = (u16, Value);

pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

pub fn text(value: &Value, key: &str) -> String {
    let text = value[key].as_str();
    assert!(text.is_some(), "no text {key} in {value}");
    text.unwrap_or_default().to_owned()
}

/// The status and what stands as the error.
pub fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.0, answer.1["error"].as_str().unwrap_or_default())
}

pub fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}
