//! Registering a client, and asking about it.

use serde_json::{Value, json};

use super::failure::Failure;
use super::fields::Fields;
use super::flavour::Flavour;
use super::state::App;
use super::{Call, Outcome, tokens};
use crate::oauth::{random, redirect};
use crate::wire::Reply;

pub fn create(call: &mut Call<'_>) -> Outcome {
    let fields = call.fields()?;
    let flavour = call.flavour();
    let name = fields.filled("client_name").ok_or_else(|| Failure::invalid("Application name can't be blank"))?;
    let redirect_uris = redirect_uris(&fields, flavour);
    if redirect_uris.is_empty() {
        return Err(Failure::invalid("Redirect URI can't be blank"));
    }
    if !redirect_uris.iter().all(|uri| redirect::may_register(uri)) {
        return Err(Failure::invalid("Redirect URI must be an absolute URI."));
    }
    let scopes = tokens::words(&fields.filled("scopes").unwrap_or_else(|| "read".to_owned()));
    if !scopes.iter().all(|scope| flavour.scopes().any(|known| known == scope)) {
        return Err(Failure::invalid("Scopes doesn't match configured on the server."));
    }
    let id = call.state.next_id(call.now_ms);
    let (website, client_secret) = (fields.filled("website"), random());
    let app = App { id, name, website, redirect_uris, scopes, client_secret };
    let client_id = random();
    let reply = registered(&app, &client_id, flavour);
    call.state.apps.insert(client_id, app);
    Ok(Reply::json(200, &reply))
}

/// A list is understood from 4.3 on; before, and on GoToSocial, it is one text with a line each.
fn redirect_uris(fields: &Fields, flavour: Flavour) -> Vec<String> {
    if fields.is_list("redirect_uris") {
        return if flavour == Flavour::Mastodon { fields.list("redirect_uris") } else { Vec::new() };
    }
    let text = fields.text("redirect_uris").unwrap_or_default();
    text.split_whitespace().map(ToOwned::to_owned).collect()
}

fn registered(app: &App, client_id: &str, flavour: Flavour) -> Value {
    let mut reply = description(app, flavour);
    reply["client_id"] = json!(client_id);
    reply["client_secret"] = json!(app.client_secret);
    if flavour == Flavour::Mastodon {
        reply["client_secret_expires_at"] = json!(0);
    }
    reply
}

fn description(app: &App, flavour: Flavour) -> Value {
    let mut reply = json!({
        "id": app.id, "name": app.name, "website": app.website, "redirect_uri": app.redirect_uris.join("\n"),
        "vapid_key": "BCk-QqERU0q-CfYZjcuB6lnyyOYfJ2AifKqfeGIm7Z-HiTU5T9eTG5GxVA0_OH5mMlI4UkkDTpaZwozy0TzdZ2M=",
    });
    if flavour == Flavour::Mastodon {
        reply["redirect_uris"] = json!(app.redirect_uris);
        reply["scopes"] = json!(app.scopes);
    }
    reply
}

pub fn verify(call: &mut Call<'_>) -> Outcome {
    let token = tokens::presented(call)?;
    let app = call.state.apps.get(&token.client_id).ok_or_else(Failure::token)?;
    Ok(Reply::json(200, &description(app, call.flavour())))
}
