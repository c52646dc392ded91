//! A simulated Mastodon server with an account that is linked through its consent pages.

use std::sync::Arc;

use app::{App, link::LinkRequest};
use domain::AccountId;
use simulator::{Command, Effect, Fault, Rule, Running, Simulator};
use url::form_urlencoded::Serializer;

use crate::bench::{
    http::{FORM, call},
    linking,
};

pub struct Fediverse {
    simulator: Running,
    pub account: AccountId,
    _folder: tempfile::TempDir,
}

fn form(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl Fediverse {
    pub async fn link(app: &Arc<App>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = Simulator::start("mastodon", folder.path()).await.unwrap();
        simulator.control(&Command::add_account("alice", "secret")).unwrap();
        let instance = Some(simulator.url().to_owned());
        let request = LinkRequest { instance, ..linking::wish("mastodon", None) };
        let asked = app.start_link(request).await.unwrap();
        consent(&simulator, &asked.authorize_url).await;
        let account = linking::end_of(app, &asked).await.unwrap();
        Self { simulator, account, _folder: folder }
    }

    pub fn fault(&self, operation: &str, fault: Fault) {
        self.simulator.faults().set(vec![Rule::new(fault).on(operation)]);
    }

    /// The same for a later call of the operation: so many are let through first.
    pub fn fault_after(&self, operation: &str, calls: u32, fault: Fault) {
        self.simulator.faults().set(vec![Rule::new(fault).on(operation).after(calls)]);
    }

    /// What its journal says was done, in order: the operation and the text.
    pub fn done(&self) -> Vec<(String, String)> {
        let told = |effect: Effect| (effect.accepted.clone(), effect.get("text").unwrap_or_default().to_owned());
        self.simulator.effects().unwrap().into_iter().map(told).collect()
    }

    /// The last journal line in full.
    pub fn last(&self) -> serde_json::Value {
        serde_json::to_value(&self.simulator.effects().unwrap().pop().unwrap().detail).unwrap()
    }

    /// The owner edits a status with another app.
    pub async fn edit_elsewhere(&self, id: &str, text: &str) {
        let grant = Command::Grant { handle: "alice".to_owned(), scopes: "write:statuses".to_owned() };
        let grant = self.simulator.control(&grant).unwrap();
        let token = format!("Authorization: Bearer {}", grant["access_token"].as_str().unwrap());
        let url = format!("{}/api/v1/statuses/{id}", self.simulator.url());
        assert_eq!(call("PUT", &url, &[FORM, &token], form(&[("status", text)])).await.status, 200);
    }
}

/// What the owner does in the browser.
async fn consent(simulator: &Running, address: &str) {
    let query = address.split_once('?').unwrap().1;
    let typed = form(&[("query", query), ("username", "alice"), ("password", "secret")]);
    let signed_in = call("POST", &format!("{}/auth/sign_in", simulator.url()), &[FORM], typed).await;
    let cookie = format!("Cookie: {}", signed_in.header("set-cookie").split(';').next().unwrap());
    let allowed = call("POST", signed_in.header("location"), &[FORM, &cookie], form(&[("decision", "allow")])).await;
    let back = allowed.header("location").to_owned();
    assert!((200..400).contains(&call("GET", &back, &[], String::new()).await.status));
}
