//! The network's HTTP: routes and their layers. Each handler decodes, asks the engine once, encodes.

mod answer;
mod authorize;
mod containers;
mod control;
mod fault_layer;
mod guard;
mod media;
mod pages;
mod posts;
mod public;
mod reply;
mod token;
mod wire;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post};

pub use reply::HangUp;

use crate::app::Shared;
use crate::refusal::{Code, Refusal};

/// All routes.
pub fn router(app: &Shared) -> Router {
    let members = Router::new()
        .route("/api/me", get(posts::me))
        .route("/api/me/posts", get(posts::read_back))
        .route("/api/media", post(media::upload))
        .route("/api/posts", post(posts::create))
        .route("/api/posts/{id}", delete(posts::remove))
        .route("/api/posts/by-key/{key}", get(posts::by_key))
        .route("/api/containers", post(containers::create))
        .route("/api/containers/{id}", get(containers::show))
        .route("/api/containers/{id}/publish", post(containers::publish))
        .route_layer(from_fn_with_state(app.clone(), guard::authenticate));
    let tokens = Router::new()
        .route("/oauth/token", post(token::exchange))
        .route_layer(from_fn_with_state(app.clone(), token::fault_guard));
    let control = Router::new()
        .route("/control/faults", get(control::armed).post(control::arm).delete(control::disarm))
        .route("/control/accounts", post(control::account))
        .route("/control/consent", post(control::consent))
        .route("/control/stop", post(control::stop))
        .route_layer(from_fn_with_state(app.clone(), guard::control));
    Router::new()
        .merge(members)
        .merge(tokens)
        .merge(control)
        .merge(open_routes())
        .fallback(|| async { Refusal::from(Code::NotFound) })
        .method_not_allowed_fallback(|| async { Refusal::from(Code::MethodNotAllowed) })
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.clone(), guard::whole_body))
        .layer(from_fn_with_state(app.clone(), guard::host))
        .layer(from_fn(guard::plain_headers))
        .layer(from_fn_with_state(app.clone(), guard::date))
        .with_state(app.clone())
}

fn open_routes() -> Router<Shared> {
    Router::new()
        .route("/", get(public::home))
        .route("/healthz", get(public::health))
        .route("/api/limits", get(public::limits))
        .route("/.well-known/oauth-authorization-server", get(token::metadata))
        .route("/oauth/authorize", get(authorize::show).post(authorize::decide))
        .route("/oauth/revoke", post(token::revoke))
        .route("/media/{id}", get(media::show))
        .route("/p/{id}", get(public::post_page))
        .route("/timeline", get(public::timeline))
        .route("/timeline.json", get(public::timeline_json))
        .route("/style.css", get(pages::style))
}
