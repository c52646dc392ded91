//! The practice network's process: off until used, started by us, on its own afterwards, found again by the
//! address it writes into its folder.

use std::{path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use domain::{ErrorCode, PlatformId, Secret};
use serde::Deserialize;
use serde_json::json;

use crate::{App, Error, event::Topic, link::NewAccount};

/// The platform's short name.
pub(crate) const PLATFORM: &str = "practice";
/// How often and how long apart its start is looked for: 10 s in all.
const LOOKS: u32 = 100;
const LOOK: Duration = Duration::from_millis(100);
/// Longest file read from its folder.
const FILE_MAX_BYTES: u64 = 4_096;

/// Where the practice network is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Practice {
    /// Its origin without a trailing slash; empty while it does not run.
    pub url: String,
    /// Folder of its journal.
    pub folder: PathBuf,
}

#[derive(Deserialize)]
struct Address {
    url: String,
}

#[derive(Deserialize)]
struct Health {
    network: String,
}

#[derive(Deserialize)]
struct Made {
    access_token: String,
    refresh_token: String,
    expires_in: i64,
}

impl Practice {
    /// Whether it answers.
    #[must_use]
    pub const fn running(&self) -> bool {
        !self.url.is_empty()
    }
}

impl App {
    /// Where the practice network is, and whether it answers.
    pub async fn practice(&self) -> Practice {
        let folder = self.folder.join("practice");
        let url = match read_short(&folder.join("address.json"))
            .and_then(|text| serde_json::from_str::<Address>(&text).ok())
        {
            Some(address) if is_loopback(&address.url) && self.answers(&address.url).await => address.url,
            _ => String::new(),
        };
        Practice { url, folder }
    }

    async fn answers(&self, url: &str) -> bool {
        let Some(platform) = PlatformId::parse(PLATFORM) else { return false };
        let tag = self.http.tag(platform);
        let asked = self.http.get(&tag, "health", &format!("{url}/healthz")).timeout_ms(2_000).send().await;
        asked.is_ok_and(|answer| {
            answer.status == 200 && answer.json::<Health>().is_ok_and(|health| health.network == "practice")
        })
    }

    /// Starts the practice network, or finds it running.
    pub async fn start_practice(&self) -> Result<Practice, Error> {
        let found = self.practice().await;
        if found.running() {
            return Ok(found);
        }
        let failed = |details: String| {
            Error::new(
                ErrorCode::PlatformUnavailable,
                "The practice network could not be started.",
                "Try again; if it stays, restart Postroom.",
            )
            .with_details(details)
        };
        let mut command = tokio::process::Command::new(&self.practice.program);
        command.args(&self.practice.args).arg("--data").arg(&found.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // It has no business with the key of the profile.
        command.env_remove("POSTROOM_VAULT_KEY").env_remove("POSTROOM_VAULT_PASSPHRASE");
        // Its own process group: Ctrl-C at a terminal ends the runner and not the witness.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
        for _ in 0..LOOKS {
            let now = self.practice().await;
            if now.running() {
                self.follow_practice(&now.url).await?;
                self.emit(Topic::Practice, None);
                // It outlives this process on purpose; waiting for it only keeps the process table clean.
                tokio::spawn(async move { child.wait().await });
                return Ok(now);
            }
            if let Ok(Some(status)) = child.try_wait() {
                return Err(failed(format!("it ended with {status}")));
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(failed("it did not answer within 10 seconds".to_owned()))
    }

    /// Practice accounts follow the network to a new port.
    async fn follow_practice(&self, url: &str) -> Result<(), Error> {
        let endpoints = self.provider(PLATFORM)?.descriptor().endpoints(url);
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        for mut account in store::account::all(&mut tx).await? {
            let moved =
                account.platform.as_str() == PLATFORM && !account.endpoints.custom && account.endpoints != endpoints;
            if moved {
                account.endpoints = endpoints.clone();
                store::account::upsert(&mut tx, &account, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Starts the practice network when an account of it is linked.
    pub(crate) async fn start_practice_if_used(&self) {
        let accounts = self.accounts().await.unwrap_or_default();
        let used = accounts.iter().any(|account| account.platform.as_str() == PLATFORM && !account.endpoints.custom);
        if used && let Err(error) = self.start_practice().await {
            tracing::warn!(%error, details = error.details, "practice posts will be tried again");
        }
    }

    /// Stops the practice network; its posts stay in its journal.
    pub async fn stop_practice(&self) -> Result<Practice, Error> {
        let running = self.practice().await;
        if running.running() {
            self.control(&running, "stop", None).await?;
            for _ in 0..LOOKS {
                if !self.practice().await.running() {
                    break;
                }
                tokio::time::sleep(LOOK).await;
            }
        }
        self.emit(Topic::Practice, None);
        Ok(self.practice().await)
    }

    /// Sets a fault, or clears all with `none`.
    pub async fn practice_fault(&self, kind: &str, times: u32) -> Result<(), Error> {
        const KINDS: [&str; 8] =
            ["reject", "rate_limit", "server_error", "hang", "lost_reply", "accept_late", "revoke", "refuse_before"];
        if kind != "none" && !KINDS.contains(&kind) {
            return Err(Error::invalid(format!("The faults are {} and none.", KINDS.join(", "))));
        }
        let practice = self.start_practice().await?;
        let body = (kind != "none").then(|| json!({ "kind": kind, "times": times.clamp(1, 10_000) }));
        self.control(&practice, "faults", body).await?;
        Ok(())
    }

    /// Links a practice account without a browser.
    pub async fn link_practice(self: &Arc<Self>, kind: &str, name: Option<&str>) -> Result<domain::AccountId, Error> {
        if !["a", "b", "r", "c", "d"].contains(&kind) {
            return Err(Error::invalid("The kinds of practice accounts are a, b, r, c and d."));
        }
        let practice = self.start_practice().await?;
        let body = json!({ "kind": kind, "name": name.unwrap_or("Robin") });
        let made: Made = self.control(&practice, "accounts", Some(body)).await?.json().map_err(|error| {
            Error::new(
                ErrorCode::PlatformProtocol,
                "The practice network answered nonsense.",
                "Restart it and try again.",
            )
            .with_details(error.to_string())
        })?;
        let tokens = providers::provider::Tokens {
            access: Secret::new(made.access_token),
            refresh: Some(Secret::new(made.refresh_token)),
            access_expires_at: Some(self.clock.now().plus_ms(made.expires_in.saturating_mul(1_000))),
            refresh_expires_at: None,
        };
        let endpoints = self.provider(PLATFORM)?.descriptor().endpoints(&practice.url);
        let (platform, instance, client) = (PLATFORM.to_owned(), String::new(), String::new());
        let scopes = Vec::new();
        let new = NewAccount {
            platform,
            instance,
            method: "oauth",
            endpoints,
            tokens,
            scopes,
            client,
            subject: String::new(),
            key: None,
        };
        self.adopt(new, None, None).await
    }

    async fn control(
        &self,
        practice: &Practice,
        path: &str,
        body: Option<serde_json::Value>,
    ) -> Result<net::Answer, Error> {
        let refused = |details: String| {
            Error::new(ErrorCode::PlatformUnavailable, "The practice network refused.", "Restart it and try again.")
                .with_details(details)
        };
        let token =
            read_short(&practice.folder.join("control.token")).ok_or_else(|| refused("no control token".to_owned()))?;
        let platform = PlatformId::parse(PLATFORM).ok_or_else(|| Error::internal("a platform name"))?;
        let tag = self.http.tag(platform);
        let url = format!("{}/control/{path}", practice.url);
        let request = match &body {
            Some(body) => self.http.post(&tag, "control", &url).json(body),
            None if path == "faults" => self.http.delete(&tag, "control", &url),
            None => self.http.post(&tag, "control", &url),
        };
        let answer = request.secret_header("x-practice-control", &Secret::new(token)).send().await;
        let answer = answer.map_err(|error| refused(error.to_string()))?;
        if (200..300).contains(&answer.status) { Ok(answer) } else { Err(refused(format!("HTTP {}", answer.status))) }
    }
}

fn read_short(path: &std::path::Path) -> Option<String> {
    let short = std::fs::metadata(path).ok()?.len() <= FILE_MAX_BYTES;
    short.then(|| std::fs::read_to_string(path).ok()).flatten()
}

fn is_loopback(url: &str) -> bool {
    url::Url::parse(url)
        .is_ok_and(|url| matches!(url.host_str(), Some("127.0.0.1" | "[::1]")) && url.scheme() == "http")
}
