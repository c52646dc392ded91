//! Kind B: containers, staged and then published once.

use super::{Caller, Engine, Outcome, PostInput, room};
use crate::clock::Stamp;
use crate::event::Event;
use crate::model::{Container, DraftRecord};
use crate::refusal::{Code, Refusal};

impl Engine {
    /// Stages a post; nothing is visible.
    pub fn stage(&mut self, caller: &Caller, input: PostInput) -> Result<Container, Refusal> {
        let draft = self.check(caller, input)?;
        room(self.world.containers.len(), self.limits.max_objects)?;
        let (id, account) = (self.dice.id("cont_"), caller.account.id.clone());
        let (_, created_at) = self.record(Event::ContainerCreated {
            account: account.clone(),
            container: id.clone(),
            draft: DraftRecord::from(&draft),
        })?;
        Ok(Container { id, account, draft, created_at, post: None })
    }

    /// A container of this account that is published or still alive.
    pub fn container(&self, caller: &Caller, id: &str) -> Result<&Container, Refusal> {
        let found = self.world.containers.get(id).filter(|one| one.account == caller.account.id);
        let container = found.ok_or(Code::ContainerUnknown)?;
        let dead = container.post.is_none() && self.container_expires(container) <= Stamp::now();
        if dead { Err(Code::ContainerExpired.into()) } else { Ok(container) }
    }

    /// When an unpublished container dies.
    pub fn container_expires(&self, container: &Container) -> Stamp {
        container.created_at.plus_s(self.limits.container_life_s)
    }

    /// Publishes a container; a repeat finds the first post.
    pub fn publish(&mut self, caller: &Caller, id: &str, reply_sent: bool) -> Result<Outcome, Refusal> {
        let container = self.container(caller, id)?.clone();
        if let Some(post) = container.post.as_deref().and_then(|post| self.world.post(post)).cloned() {
            self.record_repeat(caller, &post.id, None, Some(container.id))?;
            return Ok(Outcome { post, repeated: true, seq: None });
        }
        self.check_reply(container.draft.reply_to.as_deref())?;
        self.accept(caller, container.draft, None, Some(container.id), reply_sent)
    }
}
