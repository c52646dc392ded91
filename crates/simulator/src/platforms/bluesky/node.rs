//! Reading JSON the way the lexicons do: every complaint names its place, as `$.record.embed.images[0]`.

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::failure::Failure;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    pub value: &'a Value,
    path: String,
}

/// A complaint with its place.
pub type Checked<T> = Result<T, String>;

impl<'a> Node<'a> {
    /// The outermost value; `path` is usually `$`.
    pub fn root(value: &'a Value, path: &str) -> Self {
        Self { value, path: path.to_owned() }
    }

    /// The complaint about this place.
    pub fn complain<T>(&self, what: impl std::fmt::Display) -> Checked<T> {
        Err(format!("{what} at {}", self.path))
    }

    /// A member that may be missing; null counts as present, as it does on the server.
    pub fn optional(&self, key: &str) -> Checked<Option<Self>> {
        let members = self.value.as_object();
        let Some(members) = members else { return self.complain(self.expected("object")) };
        Ok(members.get(key).map(|value| Self { value, path: format!("{}.{key}", self.path) }))
    }

    pub fn required(&self, key: &str) -> Checked<Self> {
        match self.optional(key)? {
            Some(node) => Ok(node),
            None => self.complain(format_args!("Missing required key \"{key}\"")),
        }
    }

    pub fn string(&self) -> Checked<&'a str> {
        self.value.as_str().map_or_else(|| self.complain(self.expected("string")), Ok)
    }

    /// A text within both of the platform's measures; bytes are looked at first.
    pub fn text(&self, max_graphemes: usize, max_bytes: usize) -> Checked<&'a str> {
        let text = self.string()?;
        if text.len() > max_bytes {
            return self.complain(format_args!("string too big (maximum {max_bytes}, got {})", text.len()));
        }
        let graphemes = text.graphemes(true).count();
        if graphemes > max_graphemes {
            return self.complain(format_args!("grapheme too big (maximum {max_graphemes}, got {graphemes})"));
        }
        Ok(text)
    }

    /// A string that passes `test`; `kind` is its name in the complaint.
    pub fn formatted(&self, kind: &str, test: impl Fn(&str) -> bool) -> Checked<&'a str> {
        let text = self.string()?;
        if test(text) { Ok(text) } else { self.complain(format_args!("Invalid {kind} (got \"{text}\")")) }
    }

    pub fn integer(&self, min: i64) -> Checked<i64> {
        let Some(number) = self.value.as_i64() else { return self.complain(self.expected("integer")) };
        if number < min {
            return self.complain(format_args!("integer too small (minimum {min}, got {number})"));
        }
        Ok(number)
    }

    pub fn array(&self, max: usize) -> Checked<Vec<Self>> {
        let Some(items) = self.value.as_array() else { return self.complain(self.expected("array")) };
        if items.len() > max {
            return self.complain(format_args!("array too big (maximum {max}, got {})", items.len()));
        }
        let place = |(index, value)| Self { value, path: format!("{}[{index}]", self.path) };
        Ok(items.iter().enumerate().map(place).collect())
    }

    fn expected(&self, kind: &str) -> String {
        let got = match self.value {
            Value::Object(members) if members.is_empty() => "{}".to_owned(),
            Value::Object(members) => {
                format!(
                    "{{{}}}",
                    members.keys().take(2).map(|key| format!("\"{key}\": ...")).collect::<Vec<_>>().join(", ")
                )
            }
            Value::Array(items) if items.is_empty() => "[]".to_owned(),
            Value::Array(_) => "[...]".to_owned(),
            plain => plain.to_string(),
        };
        format!("Expected {kind} value type (got {got})")
    }
}

/// A complaint about a call's input becomes a 400.
impl From<String> for Failure {
    fn from(complaint: String) -> Self {
        Self::invalid(complaint)
    }
}
