//! What a call says, whichever of the three ways it says it in.

use futures::executor::block_on;
use futures::stream;
use multer::Multipart;
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::wire::Request;

/// A file of a form.
#[derive(Debug, Clone)]
pub struct File {
    /// As the client calls it; none where it said nothing.
    pub mime_type: Option<String>,
    pub bytes: Vec<u8>,
}

/// Members by name; `a[b][]` of a form is the list `b` in the object `a`.
#[derive(Debug, Default)]
pub struct Fields {
    members: Map<String, Value>,
    file: Option<File>,
}

impl Fields {
    pub fn read(request: &Request) -> Result<Self, Failure> {
        let kind = request.header("content-type").unwrap_or_default();
        let mut fields = Self::default();
        for (name, value) in &request.query {
            fields.set(name, value);
        }
        match kind.split(';').next().unwrap_or_default().trim() {
            "application/json" if request.body.is_empty() => {}
            "application/json" => match request.json() {
                Ok(Value::Object(members)) => fields.members.extend(members),
                _ => return Err(Failure::new(400, "Error occurred while parsing request parameters")),
            },
            "application/x-www-form-urlencoded" => {
                for (name, value) in url::form_urlencoded::parse(&request.body) {
                    fields.set(&name, &value);
                }
            }
            "multipart/form-data" => block_on(fields.read_parts(kind, &request.body))
                .map_err(|_| Failure::new(400, "Error occurred while parsing request parameters"))?,
            _ => {}
        }
        Ok(fields)
    }

    async fn read_parts(&mut self, kind: &str, body: &[u8]) -> Result<(), multer::Error> {
        let boundary = multer::parse_boundary(kind)?;
        let chunk = stream::iter([Ok::<_, std::io::Error>(body.to_vec())]);
        let mut parts = Multipart::new(chunk, boundary);
        while let Some(part) = parts.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            let (is_file, mime) = (part.file_name().is_some(), part.content_type().map(ToString::to_string));
            let bytes = part.bytes().await?.to_vec();
            if name == "file" && is_file {
                self.file = Some(File { mime_type: mime, bytes });
            } else {
                self.set(&name, &String::from_utf8_lossy(&bytes));
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) {
        let (base, rest) = name.split_once('[').unwrap_or((name, ""));
        let mut keys = vec![base];
        keys.extend(rest.split('[').map(|key| key.trim_end_matches(']')).skip(usize::from(rest.is_empty())));
        put(&mut self.members, &keys, value);
    }

    /// A part of this, such as `poll`.
    pub fn object(&self, name: &str) -> Option<Self> {
        let members = self.members.get(name)?.as_object()?.clone();
        Some(Self { members, file: None })
    }

    pub fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }

    /// Whether it was said at all, and not as null.
    pub fn has(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|value| !value.is_null())
    }

    /// Text; numbers count as text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.members.get(name).and_then(plain)
    }

    /// Text that is not blank.
    pub fn filled(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }

    pub fn truth(&self, name: &str) -> Option<bool> {
        match self.members.get(name)? {
            Value::Bool(value) => Some(*value),
            other => plain(other).map(|text| matches!(text.as_str(), "1" | "true" | "on")),
        }
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        let value = self.members.get(name)?;
        value.as_i64().or_else(|| plain(value)?.parse().ok())
    }

    /// A list of texts; empty where there is none.
    pub fn list(&self, name: &str) -> Vec<String> {
        let items = self.members.get(name).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(plain).collect()
    }

    /// A list of objects.
    pub fn objects(&self, name: &str) -> Vec<Self> {
        let items = self.members.get(name).and_then(Value::as_array);
        let members = items.into_iter().flatten().filter_map(Value::as_object);
        members.map(|members| Self { members: members.clone(), file: None }).collect()
    }

    /// Whether a list was sent under this name.
    pub fn is_list(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(Value::is_array)
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `a`, `a[]`, `a[b]`, `a[b][]`.
fn put(members: &mut Map<String, Value>, keys: &[&str], value: &str) {
    match keys {
        [key] => drop(members.insert((*key).to_owned(), Value::from(value))),
        [key, ""] => match members.entry(*key).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(items) => items.push(Value::from(value)),
            other => *other = Value::Array(vec![Value::from(value)]),
        },
        [key, rest @ ..] => {
            let inner = members.entry(*key).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
        [] => {}
    }
}
