//! The network's state: what follows from the journal's lines, and nothing else.
//!
//! [`World::apply`] is the only way in, both while running and on replay.

use std::collections::HashMap;

use crate::clock::Stamp;
use crate::event::{Event, Line, PostAccepted};
use crate::model::{Account, Container, Draft, Kind, Media, Post, Scope};

/// A link of one app to one account: the family of its tokens.
#[derive(Debug, Clone)]
pub struct Session {
    pub account: String,
    pub scopes: Vec<Scope>,
    pub access_life_s: u32,
    pub revoked: bool,
}

/// An access token, by its print.
#[derive(Debug, Clone)]
pub struct Access {
    pub session: String,
    pub expires_at: Stamp,
}

/// A refresh token, by its print.
#[derive(Debug, Clone)]
pub struct Refresh {
    pub session: String,
    pub issued_at: Stamp,
    /// When it was spent, and the prints of the access and refresh token that followed.
    pub spent: Option<(Stamp, String, String)>,
}

/// A key of kind A: the post it made and when.
#[derive(Debug, Clone)]
pub struct KeyUse {
    pub post_id: String,
    pub at: Stamp,
}

/// Everything the network remembers.
#[derive(Debug, Default)]
pub struct World {
    pub accounts: HashMap<String, Account>,
    by_name: HashMap<(Kind, String), String>,
    pub sessions: HashMap<String, Session>,
    pub access: HashMap<String, Access>,
    pub refresh: HashMap<String, Refresh>,
    pub media: HashMap<String, Media>,
    posts: Vec<Post>,
    post_at: HashMap<String, usize>,
    pub keys: HashMap<(String, String), KeyUse>,
    pub containers: HashMap<String, Container>,
}

impl World {
    /// The account of this kind and name, if there is one.
    pub fn account_named(&self, kind: Kind, name: &str) -> Option<&Account> {
        self.accounts.get(self.by_name.get(&(kind, name.trim().to_lowercase()))?)
    }

    /// A post, deleted or not.
    pub fn post(&self, id: &str) -> Option<&Post> {
        self.posts.get(*self.post_at.get(id)?)
    }

    /// How many posts were ever accepted.
    pub fn post_count(&self) -> usize {
        self.posts.len()
    }

    /// Posts that are not deleted, newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Post> {
        self.posts.iter().rev().filter(|post| !post.deleted)
    }

    /// Applies one line. Lines about things unknown change nothing.
    pub fn apply(&mut self, line: &Line) {
        let at = line.at;
        match &line.event {
            Event::AccountCreated { account, kind, name } => {
                self.by_name.insert((*kind, name.to_lowercase()), account.clone());
                let created = Account { id: account.clone(), kind: *kind, name: name.clone(), created_at: at };
                self.accounts.insert(account.clone(), created);
            }
            Event::TokenIssued { account, session, access, refresh, scopes, expires_at_ms, access_life_s, .. } => {
                let (account, scopes) = (account.clone(), scopes.clone());
                let begun = Session { account, scopes, access_life_s: *access_life_s, revoked: false };
                self.sessions.insert(session.clone(), begun);
                self.add_tokens(session, access, refresh, Stamp(*expires_at_ms), at);
            }
            Event::TokenRefreshed { session, spent, access, refresh, expires_at_ms, .. } => {
                if let Some(old) = self.refresh.get_mut(spent) {
                    old.spent = Some((at, access.clone(), refresh.clone()));
                }
                self.add_tokens(session, access, refresh, Stamp(*expires_at_ms), at);
            }
            Event::TokenRevoked { session, .. } => {
                if let Some(session) = self.sessions.get_mut(session) {
                    session.revoked = true;
                }
            }
            Event::MediaStored { account, media_id, sha256, bytes, content_type } => {
                let media = Media {
                    id: media_id.clone(),
                    account: account.clone(),
                    sha256: sha256.clone(),
                    bytes: *bytes,
                    picture: *content_type,
                };
                self.media.insert(media_id.clone(), media);
            }
            Event::ContainerCreated { account, container, draft } => {
                let made = Container {
                    id: container.clone(),
                    account: account.clone(),
                    draft: Draft::from(draft),
                    created_at: at,
                    post: None,
                };
                self.containers.insert(container.clone(), made);
            }
            Event::PostAccepted(accepted) => self.add_post(accepted, at),
            Event::PostDeleted { post_id, .. } => {
                if let Some(post) = self.post_at.get(post_id).and_then(|at| self.posts.get_mut(*at)) {
                    post.deleted = true;
                }
            }
            Event::PostRepeated { .. }
            | Event::ReplyDropped { .. }
            | Event::FaultSet { .. }
            | Event::FaultUsed { .. }
            | Event::JournalRepaired { .. } => {}
        }
    }

    fn add_tokens(&mut self, session: &str, access: &str, refresh: &str, expires_at: Stamp, at: Stamp) {
        self.access.insert(access.to_owned(), Access { session: session.to_owned(), expires_at });
        let refresh_token = Refresh { session: session.to_owned(), issued_at: at, spent: None };
        self.refresh.insert(refresh.to_owned(), refresh_token);
    }

    fn add_post(&mut self, accepted: &PostAccepted, at: Stamp) {
        let id = accepted.post_id.clone();
        if let Some(key) = &accepted.key {
            self.keys.insert((accepted.account.clone(), key.clone()), KeyUse { post_id: id.clone(), at });
        }
        if let Some(container) = accepted.container.as_ref().and_then(|id| self.containers.get_mut(id)) {
            container.post = Some(id.clone());
        }
        self.post_at.insert(id.clone(), self.posts.len());
        self.posts.push(Post {
            id,
            account: accepted.account.clone(),
            draft: Draft::from(&accepted.draft),
            created_at: at,
            visible_at: Stamp(accepted.visible_at_ms),
            deleted: false,
        });
    }
}
