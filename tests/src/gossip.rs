//! An OAuth server that puts secrets where they do not belong: into its sentences, into addresses and headers, into fields
//! that nobody asked for. What it said is kept, so that it can be looked for.

use std::{
    io::{BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use anyhow::{Context, Result};
use rand::{Rng, distr::Alphanumeric};
use serde_json::{Value, json};

use crate::http;

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// As it should, with webhooks beside what was asked for.
    Obliging,
    /// With a refusal that has secrets in its words.
    Refusing,
    /// With a page of an error that has them in its addresses.
    Broken,
    /// With the way to another address that has them in its path and query.
    Elsewhere,
}

/// A running gossip; its thread ends with the process.
#[derive(Debug, Clone)]
pub struct Gossip {
    /// Its origin.
    pub url: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    mood: Mood,
    said: Vec<(String, String)>,
}

/// Letters and digits, as platforms make their secrets.
pub fn secret(length: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect()
}

impl Gossip {
    /// Starts one.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let gossip = Self { url, shared: Arc::new(Mutex::new(Shared { mood: Mood::Obliging, said: Vec::new() })) };
        let shared = gossip.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                // A client that breaks off is no concern of ours.
                thread::spawn(move || shared.answer(stream).ok());
            }
        });
        Ok(gossip)
    }

    /// Changes how it answers from now on.
    pub fn set(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    /// The secrets it said so far: what each is, and its value.
    pub fn said(&self) -> Vec<(String, String)> {
        self.lock().said.clone()
    }

    /// Makes a secret and keeps it.
    pub fn plant(&self, what: &str, length: usize) -> String {
        let (value, mut shared) = (secret(length), self.lock());
        let name = format!("{what} {}", shared.said.len());
        shared.said.push((name, value.clone()));
        value
    }

    /// The address of a webhook, as Slack makes them.
    pub fn slack_webhook(&self) -> String {
        format!("https://hooks.slack.com/services/T012AB3C4/B056DE7F8/{}", self.plant("webhook of Slack", 24))
    }

    /// The same of Discord.
    pub fn discord_webhook(&self) -> String {
        format!("https://discord.com/api/webhooks/223704706495545344/{}", self.plant("webhook of Discord", 68))
    }

    /// A sentence with addresses that are secrets.
    pub fn words(&self) -> String {
        let bot = self.plant("token in a path", 35);
        let query = self.plant("token in a query", 32);
        format!(
            "Not taken by {} and {}; see https://api.telegram.org/bot1234567890:{bot}/getMe or {}/help?access_token={query}",
            self.slack_webhook(),
            self.discord_webhook(),
            self.url,
        )
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, mut stream: TcpStream) -> Result<()> {
        let mut from = BufReader::new(stream.try_clone()?);
        let Some((first, headers)) = http::read_head(&mut from)? else { return Ok(()) };
        http::read_body(&mut from, &headers, false)?;
        let path = first.split(' ').nth(1).context("no path")?;
        let path = path.split('?').next().unwrap_or(path);
        let mood = self.lock().mood;
        let (status, more, body) = match (mood, path) {
            (Mood::Obliging, "/token") => (200, String::new(), self.tokens().to_string()),
            (Mood::Obliging, "/me") => (200, String::new(), self.person().to_string()),
            (Mood::Obliging | Mood::Refusing, _) => {
                let words = self.words();
                let more =
                    format!("WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"{words}\"\r\n");
                let body = json!({"error": "invalid_grant", "error_description": words, "message": self.words()});
                (if path == "/token" { 400 } else { 401 }, more, body.to_string())
            }
            (Mood::Broken, _) => (500, String::new(), format!("<title>Oops</title><p>{}</p>", self.words())),
            (Mood::Elsewhere, _) => {
                let (hook, query) = (self.slack_webhook(), self.plant("token in a query", 32));
                (302, format!("Location: {hook}?token={query}\r\n"), String::new())
            }
        };
        let kind = if mood == Mood::Broken { "text/html" } else { "application/json" };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} Said\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{more}\r\n"
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        Ok(())
    }

    fn tokens(&self) -> Value {
        json!({
            "access_token": self.plant("access token", 40), "refresh_token": self.plant("refresh token", 40),
            "token_type": "Bearer", "expires_in": 3_600, "scope": "read",
            "incoming_webhook": {"channel": "#harbour", "url": self.slack_webhook()},
            "webhook": {"id": "223704706495545344", "url": self.discord_webhook(), "token": self.plant("webhook token", 68)},
        })
    }

    fn person(&self) -> Value {
        json!({"sub": "42", "preferred_username": "harbour", "name": "Harbour", "webhook_url": self.slack_webhook()})
    }
}

#[cfg(test)]
mod tests {
    use super::{Gossip, Mood};
    use crate::http;

    #[test]
    fn what_it_says_is_known() {
        let gossip = Gossip::start().unwrap();
        let page = format!("{}/me", gossip.url);
        for (mood, status, secrets) in
            [(Mood::Obliging, 200, 1), (Mood::Refusing, 401, 8), (Mood::Broken, 500, 4), (Mood::Elsewhere, 302, 2)]
        {
            let before = gossip.said().len();
            gossip.set(mood);
            let answer = http::get(&page).unwrap();
            let heard = format!("{:?}{}", answer.headers, String::from_utf8_lossy(&answer.body));
            let said = gossip.said().split_off(before);
            assert_eq!((answer.status, said.len()), (status, secrets), "{mood:?}");
            assert!(said.iter().all(|(_, secret)| heard.contains(secret)), "{mood:?}: {heard}");
        }
    }
}
