import type { Schedule, SeriesTiming, SeriesView, SlotsView } from '../generated';
import { schedule } from './fixtures';
import type { Handlers } from './posts';
import { refuse, type World } from './world';

const DAY_MS = 86_400_000;

/** Three dates, a day or a week apart: enough of a rule to look at. */
function dates({ rule, wall, zone }: SeriesTiming): Schedule[] {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (!rule.startsWith('FREQ=')) throw refuse('invalid_request');
  const step = rule.startsWith('FREQ=DAILY') ? DAY_MS : 7 * DAY_MS;
  return [0, 1, 2].map((n) => schedule(new Date(Date.parse(`${wall}Z`) + n * step).toISOString(), zone));
}

const none = (world: World, account: string): SlotsView =>
  world.slots.get(account) ?? { account, slots: [], zone: world.zone, next: null };

export const series: Handlers<'series' | 'slots'> = {
  series_preview: (_, timing) => ({ next: dates(timing) }),
  series_create: (world, { draft, timing }) => {
    const made: SeriesView = {
      id: world.id('ser'),
      state: 'active',
      timing,
      draft,
      next: dates(timing),
      made: [],
      ended_at: null,
    };
    world.series.push(made);
    world.emit('posts');
    return made;
  },
  series_list: (world) => world.series,
  series_show: (world, { id }) => find(world, id),
  series_change: (world, { id, draft, timing }) =>
    Object.assign(find(world, id), draft ? { draft } : {}, timing ? { timing } : {}),
  series_end: (world, { id }) => {
    const ended = Object.assign(find(world, id), { state: 'ended', next: [], ended_at: world.now() });
    world.emit('publications');
    return { series: ended, taken_back: 2 };
  },
  slots_show: (world, { id }) => none(world, id),
  slots_set: (world, { account, slots, zone }) => {
    const next = slots.length > 0 ? schedule(new Date(Date.now() + DAY_MS).toISOString(), zone) : null;
    world.slots.set(account, { account, slots, zone, next });
    world.emit('accounts', account);
    return none(world, account);
  },
};

function find(world: World, id: string): SeriesView {
  const found = world.series.find((each) => each.id === id);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (!found) throw refuse('not_found');
  return found;
}
