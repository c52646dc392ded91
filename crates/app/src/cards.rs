//! Link cards: what a page says of itself, fetched with the guards for strangers' addresses.

use domain::{ErrorCode, post::LinkCard};

use crate::{App, Error};

const TITLE_MAX: usize = 300;
const DESCRIPTION_MAX: usize = 600;
const URL_MAX: usize = 2_000;

impl App {
    /// Title and description of the page at `url`.
    pub async fn fetch_card(&self, url: &str) -> Result<LinkCard, Error> {
        if url.len() > URL_MAX {
            return Err(Error::invalid("The address is too long."));
        }
        let page = net::page::fetch_public(&self.http, url, false).await.map_err(|error| {
            Error::new(
                ErrorCode::RemoteNotFound,
                "The page could not be read, so there is no card to suggest.",
                "Write the title yourself, or post the link without a card.",
            )
            .with_details(error.to_string())
        })?;
        let title = if page.title.is_empty() { url.to_owned() } else { page.title };
        Ok(LinkCard {
            url: url.to_owned(),
            title: title.chars().take(TITLE_MAX).collect(),
            description: page.description.chars().take(DESCRIPTION_MAX).collect(),
        })
    }
}
