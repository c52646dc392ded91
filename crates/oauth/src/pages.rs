//! The few pages the browser shows. Static: nothing of a request is ever repeated in them, they load
//! nothing and run nothing.

/// Where the browser is sent once its answer was taken, so that the code leaves the address bar.
pub(crate) const DONE_PATH: &str = "/done";

/// What happened, in the words the browser shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// The code was taken.
    Received,
    /// The person said no.
    Refused,
    /// The platform reported an error, or the answer was from somebody else.
    Failed,
    /// A request that is not the answer waited for.
    NotOurs,
}

impl Page {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Received => (
                "You can close this tab",
                "Postroom has its answer and is finishing the link. Go back to Postroom to see the account.",
            ),
            Self::Refused => {
                ("Nothing was linked", "You did not give access, so Postroom changed nothing. You can close this tab.")
            }
            Self::Failed => (
                "The account was not linked",
                "The platform's answer could not be used. Go back to Postroom to see why and to try again.",
            ),
            Self::NotOurs => (
                "This page is not the one Postroom waits for",
                "If you are linking an account, go back to Postroom and start again from there.",
            ),
        }
    }

    /// The whole page.
    pub(crate) fn html(self) -> String {
        let (title, body) = self.words();
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Postroom</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
             <body><main><h1>{title}</h1><p>{body}</p></main></body></html>"
        )
    }

    /// The page as it must never be, with what a request said in it; for builds that show why.
    #[cfg(feature = "break_linking")]
    pub(crate) fn html_with(self, query: &str) -> String {
        let said: String = url::form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value).collect();
        self.html().replace("</main>", &format!("<div>{said}</div></main>"))
    }

    /// The page: nothing of a request is in it.
    #[cfg(not(feature = "break_linking"))]
    pub(crate) fn html_with(self, _query: &str) -> String {
        self.html()
    }
}

const STYLE: &str = ":root{color-scheme:light dark;--bg:#f6f6f4;--card:#fff;--ink:#1d1d1b;--soft:#5c5c57}\
    @media (prefers-color-scheme:dark){:root{--bg:#171716;--card:#222220;--ink:#f1f1ee;--soft:#a9a9a2}}\
    body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--bg);color:var(--ink);\
    font:16px/1.5 system-ui,sans-serif}main{background:var(--card);padding:2rem 2.5rem;border-radius:12px;\
    max-width:28rem;margin:1rem}h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:0;color:var(--soft)}";

/// Headers of every answer. `Connection: close` is added by the server itself.
pub(crate) const HEADERS: [(&str, &str); 8] = [
    ("cache-control", "no-store"),
    ("pragma", "no-cache"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];
