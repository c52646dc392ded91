//! What shows notifications here can do. On Linux every desktop brings its own server, and it may change while the
//! program runs, so it is asked each time; elsewhere the system always shows buttons and reads no markup.

/// The abilities that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// It shows buttons. One that does not may turn them into a dialog that stands in the way.
    pub buttons: bool,
    /// It reads the body as markup.
    pub markup: bool,
}

/// Asks the server. One that does not answer gets no buttons and no markup.
#[cfg(target_os = "linux")]
pub async fn ask() -> Server {
    let asked = tokio::time::timeout(linux::LIMIT, linux::capabilities()).await;
    let known = asked.ok().and_then(|answer| {
        answer.inspect_err(|error| tracing::debug!(%error, "the notification server did not say what it can do")).ok()
    });
    let known = known.unwrap_or_default();
    let can = |what: &str| known.iter().any(|name| name == what);
    Server { buttons: can("actions"), markup: can("body-markup") }
}

/// Asks the server.
#[cfg(not(target_os = "linux"))]
pub async fn ask() -> Server {
    Server { buttons: true, markup: false }
}

/// Text as markup that reads the same.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    /// How long the server may take.
    pub(super) const LIMIT: Duration = Duration::from_secs(2);
    const NAME: &str = "org.freedesktop.Notifications";

    pub(super) async fn capabilities() -> zbus::Result<Vec<String>> {
        let bus = zbus::Connection::session().await?;
        let path = "/org/freedesktop/Notifications";
        let answer = bus.call_method(Some(NAME), path, Some(NAME), "GetCapabilities", &()).await?;
        answer.body().deserialize()
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_in_a_notice_stays_text() {
        assert_eq!(escaped("<b>Fish & chips</b>"), "&lt;b&gt;Fish &amp; chips&lt;/b&gt;");
    }
}
