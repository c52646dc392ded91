//! A person with a plain browser: follows redirects, keeps cookies, and fills in forms that have no scripts.

use std::collections::BTreeMap;

use domain::PlatformId;
use net::{Answer, Client};
use url::Url;

pub struct Person<'a> {
    http: &'a Client,
    /// Pages of this server are read; an address elsewhere is where the browser goes back to.
    issuer: &'a str,
    name: &'a str,
    /// Whether they agree.
    agrees: bool,
    /// What they type where a code is asked for.
    code: String,
    cookies: BTreeMap<String, String>,
}

/// Where a walk ended.
pub enum End {
    Away(String),
    Page(String),
}

impl<'a> Person<'a> {
    pub fn new(http: &'a Client, issuer: &'a str, name: &'a str) -> Self {
        Self { http, issuer, name, agrees: true, code: String::new(), cookies: BTreeMap::new() }
    }

    pub fn who_refuses(self) -> Self {
        Self { agrees: false, ..self }
    }

    pub fn with_code(self, code: &str) -> Self {
        Self { code: code.to_owned(), ..self }
    }

    /// Opens an address and does what the pages ask for.
    pub async fn walk(mut self, url: &str) -> End {
        let mut answer = self.open(url, None).await;
        let mut here = Url::parse(url).unwrap();
        for _ in 0..30 {
            if let Some(next) = answer.header("location") {
                here = here.join(next).unwrap();
                if !here.as_str().starts_with(self.issuer) {
                    return End::Away(here.into());
                }
                answer = self.open(here.as_str(), None).await;
                continue;
            }
            let page = String::from_utf8_lossy(&answer.body).into_owned();
            let Some(action) = tags(&page, "form").find_map(|tag| value(tag, "action")) else { return End::Page(page) };
            let abort = tags(&page, "a").filter_map(|tag| value(tag, "href")).find(|at| at.ends_with("/abort"));
            if let Some(abort) = abort.filter(|_| !self.agrees) {
                here = here.join(&abort).unwrap();
                answer = self.open(here.as_str(), None).await;
                continue;
            }
            here = here.join(&action).unwrap();
            let form = self.filled(&page);
            answer = self.open(here.as_str(), Some(form)).await;
        }
        panic!("the pages go round in circles");
    }

    fn filled(&self, page: &str) -> Vec<(String, String)> {
        let mut form = Vec::new();
        for tag in tags(page, "input") {
            let Some(name) = value(tag, "name") else { continue };
            let said = match name.as_str() {
                "login" => self.name.to_owned(),
                "password" => "anything".to_owned(),
                "user_code" => self.code.clone(),
                "abort" => continue,
                _ => value(tag, "value").unwrap_or_default(),
            };
            form.push((name, said));
        }
        if page.contains("name=\"confirm\"") && form.iter().all(|(name, _)| name != "confirm") {
            form.push(("confirm".to_owned(), "yes".to_owned()));
        }
        form
    }

    async fn open(&mut self, url: &str, form: Option<Vec<(String, String)>>) -> Answer {
        let tag = self.http.tag(PlatformId::parse("browser").unwrap());
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = match &form {
            None => self.http.get(&tag, "open", url),
            Some(form) => {
                let pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                self.http.post(&tag, "submit", url).form(&pairs)
            }
        };
        let answer = request.header("cookie", &cookies.join("; ")).send().await.unwrap();
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

/// The tags of one kind, without their brackets.
fn tags<'p>(page: &'p str, kind: &'static str) -> impl Iterator<Item = &'p str> {
    page.split('<').filter_map(move |piece| {
        let tag = piece.split('>').next()?;
        tag.strip_prefix(kind).filter(|rest| rest.starts_with([' ', '\n']))
    })
}

/// What an attribute says.
fn value(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next().map(|text| text.replace("&amp;", "&"))
}
