import type { BulkAct, BulkOutcome, BulkWhose, EvidenceView, PostView, PublicationView } from '../generated';
import type { Handlers } from './posts';
import type { World } from './world';

/** A blind account cannot be read; any other shows what looks like the post. */
export function evidenceOf(world: World, id: string): EvidenceView {
  const { publication, part_views } = world.detail(id);
  const blind = publication.class === 'd';
  const seen = { pictures: 0, url: 'http://127.0.0.1:4310/p/post_9', at: world.now() };
  return {
    part: 0,
    first_sent_at: part_views[0]?.first_sent_at ?? null,
    profile_url: 'http://127.0.0.1:4310/timeline',
    posts: blind
      ? []
      : [
          { ...seen, id: 'post_9', text: publication.title, likeness: 'same' },
          { ...seen, id: 'post_8', text: 'Good morning from a cold workshop', likeness: 'other' },
        ],
    unreadable: blind ? 'Practice lets Postroom post as @ash-blind, and not read what is there.' : '',
  };
}

export function mend(world: World, id: string): PostView {
  const { publication } = world.detail(id);
  const draft: PostView = structuredClone(world.post(publication.post));
  Object.assign(draft, {
    id: world.id('post'),
    state: 'draft',
    schedule: null,
    publications: [],
    mends: id,
    draft: { ...draft.draft, accounts: [publication.account] },
  });
  world.posts.push(draft);
  world.emit('posts', draft.id);
  return draft;
}

function chosen(world: World, whose: BulkWhose): PublicationView[] {
  const all = world.publications();
  if ('these' in whose) return all.filter(({ id }) => whose.these.includes(id));
  if ('failed_of' in whose)
    return all.filter(({ post, state }) => post === whose.failed_of && state === 'failed');
  if ('waited' in whose)
    return all.filter(
      ({ account, held, state }) => account === whose.waited && (held !== null || state === 'failed'),
    );
  return all.filter(({ state }) => state === 'failed');
}

/** What each was before the last action on many. */
const before = new WeakMap<World, PublicationView[]>();

export function bulk(world: World, act: BulkAct, whose: BulkWhose): BulkOutcome {
  const rows = chosen(world, whose);
  before.set(world, structuredClone(rows));
  for (const { id } of rows)
    world.change(
      id,
      act === 'cancel'
        ? { state: 'cancelled', group: 'done', held: null, reason: 'You cancelled it.' }
        : { state: 'scheduled', group: 'next', held: null, cause: null, reason: '' },
    );
  return { id: rows.length > 0 ? world.id('bulk') : null, done: rows.length, left: [] };
}

export const redrive: Handlers<'bulk' | 'copied'> = {
  bulk_show: () => ({ bulk: null }),
  bulk_undo: (world) => {
    const rows = before.get(world) ?? [];
    before.delete(world);
    for (const row of rows) world.change(row.id, row);
    return { restored: rows.length, begun: 0, changed: 0 };
  },
  copied_show: (world) => world.copied,
  copied_look: (world) => world.copied,
  copied_settle: (world) => {
    world.copied = { ...world.copied, copied: false };
    world.paused = false;
    world.emit('settings');
    return world.copied;
  },
};
