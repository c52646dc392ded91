//! One function per command: decode, call one use case, encode.

pub(crate) mod access;
pub(crate) mod accounts;
pub(crate) mod desktop;
pub(crate) mod doctor;
pub(crate) mod forecast;
pub(crate) mod posts;
pub(crate) mod queue;
pub(crate) mod redrive;
pub(crate) mod series;
pub(crate) mod state;
pub(crate) mod typed;
pub(crate) mod vault;

use std::str::FromStr;

use app::Error;

/// An identifier from the wire.
fn id<T: FromStr<Err = domain::ids::ParseIdError>>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|error: domain::ids::ParseIdError| Error::invalid(error.to_string()))
}
