import type { EffectKind, LiveChangeView, PublicationView, QueueStatus } from '../generated';
import { forecast } from './forecast';
import type { Handlers } from './posts';
import { bulk, evidenceOf, mend } from './redrive';
import type { World } from './world';

function matches(publication: PublicationView, words: string): boolean {
  const text = `${publication.title} ${publication.handle}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function queueStatus(world: World): QueueStatus {
  const all = world.publications();
  const inGroup = (group: string): number => all.filter((publication) => publication.group === group).length;
  const next = all
    .filter((publication) => publication.state === 'scheduled')
    .sort((a, b) => a.schedule.at.localeCompare(b.schedule.at))[0];
  return {
    paused: world.paused,
    running: true,
    next: next
      ? {
          publication: next.id,
          at: next.schedule.at,
          zone: next.schedule.zone,
          title: next.title,
          platform: next.platform,
        }
      : null,
    needs_you: inGroup('needs_you'),
    now: inGroup('now'),
    upcoming: inGroup('next'),
    done: inGroup('done'),
    by_state: {},
    outages: world.outages,
  };
}

function pause(world: World, paused: boolean): QueueStatus {
  world.paused = paused;
  world.emit('publications');
  return queueStatus(world);
}

function asked(kind: EffectKind): LiveChangeView {
  return { kind, state: 'running', held: null, reason: '', cause: null, next_at: null, raw: '' };
}

export const publications: Handlers<'publications' | 'queue'> = {
  publications_list: (world, { state, group, search }) =>
    world
      .publications()
      .filter((each) => state === undefined || each.state === state)
      .filter((each) => group === undefined || each.group === group)
      .filter((each) => search === undefined || matches(each, search))
      .sort((a, b) => a.schedule.at.localeCompare(b.schedule.at)),
  publications_show: (world, { id }) => structuredClone(world.detail(id)),
  publications_retry: (world, { id }) =>
    world.change(id, {
      state: 'publishing',
      group: 'now',
      step: 'Sending',
      reason: '',
      held: null,
      cause: null,
    }),
  publications_decide: (world, { id, live }) =>
    live
      ? world.change(id, {
          state: 'published',
          group: 'done',
          reason: 'You said it is live.',
          published_at: world.now(),
        })
      : world.change(id, { state: 'publishing', group: 'now', step: 'Sending', reason: '' }),
  publications_cancel: (world, { id }) => {
    const { change } = world.detail(id).publication;
    if (change)
      return world.change(id, { change: { ...change, state: 'failed', reason: 'Its owner took it back.' } });
    return world.change(id, { state: 'cancelled', group: 'done', reason: 'You cancelled it.', held: null });
  },
  publications_open: () => ({}),
  publications_evidence: (world, { id }) => structuredClone(evidenceOf(world, id)),
  publications_mend: (world, { id }) => mend(world, id),
  publications_bulk: (world, { act, whose }) => bulk(world, act, whose),
  publications_delete_live: (world, { id }) => world.change(id, { change: asked('delete') }),
  publications_edit_live: (world, { id, parts }) => {
    world.detail(id).parts = parts;
    return world.change(id, { change: asked('edit') });
  },
  queue_status: queueStatus,
  queue_forecast: (world) => forecast(world),
  queue_try_server: (world, { server }) => {
    world.outages = world.outages.filter((outage) => outage.server !== server);
    world.emit('publications');
    return queueStatus(world);
  },
  queue_pause: (world) => pause(world, true),
  queue_resume: (world) => pause(world, false),
  queue_missed: (world, { answer }) => {
    for (const each of world.publications().filter(({ held }) => held === 'missed')) {
      world.change(
        each.id,
        answer === 'publish'
          ? { state: 'scheduled', group: 'next', reason: '', held: null }
          : { state: 'cancelled', group: 'done', reason: 'You cancelled it.', held: null },
      );
    }
    return queueStatus(world);
  },
};
