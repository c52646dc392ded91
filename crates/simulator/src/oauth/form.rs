//! What a call says as a form, in its address or in its body. No JSON: no token endpoint here takes it.

use crate::wire::Request;

/// Decoded pairs in the order sent.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The body, when it says that it is a form.
    pub fn body(request: &Request) -> Self {
        let kind = request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
        if kind.trim() != "application/x-www-form-urlencoded" {
            return Self::default();
        }
        Self(url::form_urlencoded::parse(&request.body).into_owned().collect())
    }

    /// What stands behind the question mark.
    pub fn query(request: &Request) -> Self {
        Self(request.query.clone())
    }

    /// The first value that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).find(|value| !value.is_empty())
    }

    /// Every value of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// As a query again.
    pub fn encoded(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}
