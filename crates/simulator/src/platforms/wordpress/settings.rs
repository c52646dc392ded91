//! What tests may choose of a site. As JSON in a `configure` command, each by its name: `{"core":"6.5","link":"html"}`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::platform::CommandError;

/// How the front page says where the REST interface is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// In a `Link` header.
    Header,
    /// In the page's head only.
    Html,
    /// Not at all.
    Absent,
}

/// All settings, with their values at the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, each named in JSON")]
pub struct Settings {
    /// Major and minor number of WordPress; from 7.0 on loopback addresses may be returned to.
    pub core: f64,
    /// The site's environment type is `local`: every http address may be returned to.
    pub local: bool,
    /// Whether application passwords are on: with TLS, and no plugin against them.
    pub application_passwords: bool,
    /// Whether `/wp-json/` works, or only `/?rest_route=/`.
    pub pretty_permalinks: bool,
    pub link: Link,
    /// The web server drops `Authorization`, as Apache with CGI does.
    pub drops_authorization: bool,
    /// The folder the site lies in, `/blog`; empty at the top.
    pub folder: String,
    /// Whether pages tell the version, as they do unless a plug-in hides it.
    pub generator: bool,
    /// What everybody here is: `administrator`, `editor`, `author` or `contributor`.
    pub role: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            core: 7.0,
            local: false,
            application_passwords: true,
            pretty_permalinks: true,
            link: Link::Header,
            drops_authorization: false,
            folder: String::new(),
            generator: true,
            role: "author".to_owned(),
        }
    }
}

impl Settings {
    /// The same with some values changed.
    pub fn with(&self, changes: &Map<String, Value>) -> Result<Self, CommandError> {
        let unknown = |error: serde_json::Error| CommandError::UnknownSetting(error.to_string());
        let mut value = serde_json::to_value(self).map_err(unknown)?;
        if let Some(members) = value.as_object_mut() {
            members.extend(changes.clone());
        }
        serde_json::from_value(value).map_err(unknown)
    }
}
