//! Addresses of an account's picture, which a hostile server names: where they lead, and what is there.

use axum::response::{IntoResponse, Redirect};

use crate::{
    attack::{Attack, attack},
    world::{Server, body, world},
};

pub fn all() -> Vec<Attack> {
    vec![
        attack("picture_of_another_server_here", &["fetched_from"], || reached(|inside| inside.at("/face"), false)),
        attack("picture_by_a_name_for_this_machine", &["fetched_from"], || {
            reached(|inside| inside.at("/face").replace("127.0.0.1", "localhost"), false)
        }),
        attack("picture_in_another_spelling_of_here", &["fetched_from"], || {
            reached(|inside| inside.at("/face").replace("127.0.0.1", "0x7f.1"), false)
        }),
        attack("picture_that_leads_to_another_server_here", &["fetched_from"], || {
            reached(|inside| inside.at("/face"), true)
        }),
        attack("picture_that_is_a_page", &["fetched_type"], || taken("text/html", 9)),
        attack("picture_that_may_hold_a_program", &["fetched_type"], || taken("image/svg+xml", 9)),
        attack("picture_larger_than_is_taken", &["fetched_size"], || {
            taken("image/png", net::picture::PICTURE_MAX_BYTES + 1)
        }),
    ]
}

/// Whether a server inside is asked where a hostile one names it as the place of a picture, or leads there.
async fn reached(named: impl Fn(&Server) -> String, leading: bool) -> bool {
    let inside = Server::start(|_| Some(body("image/png", "inside").into_response())).await;
    let place = named(&inside);
    let led = place.clone();
    let hostile = Server::start(move |_| Some(Redirect::to(&led).into_response())).await;
    let address = if leading { hostile.at("/face") } else { place };
    let came = net::picture::fetch(&world().client, &address, &hostile.base).await;
    came.is_ok() && !inside.asked().is_empty()
}

/// Whether a file of so many bytes is taken that its server calls so.
async fn taken(kind: &'static str, bytes: usize) -> bool {
    let hostile = Server::start(move |_| Some(body(kind, "x".repeat(bytes)).into_response())).await;
    net::picture::fetch(&world().client, &hostile.at("/face"), &hostile.base).await.is_ok()
}
