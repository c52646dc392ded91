import type { ForecastItem, ForecastView, Outlook, PublicationView } from '../generated';
import type { World } from './world';

const DAYS = 7;
const DAY_MS = 86_400_000;

function dateIn(zone: string, at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at);
}

function outlookOf(world: World, { state, account }: PublicationView): Outlook {
  if (state === 'held') return 'will_not';
  if (world.paused || world.account(account).state !== 'healthy') return 'will_not';
  return state === 'retrying' ? 'at_risk' : 'will_go_out';
}

function item(world: World, publication: PublicationView): ForecastItem {
  const { post, account, platform, handle, title, schedule, state, held, reason } = publication;
  const outlook = outlookOf(world, publication);
  const why = reason || (outlook === 'will_go_out' ? '' : 'Everything is paused.');
  return {
    publication: publication.id,
    post,
    account,
    platform,
    handle,
    title,
    schedule,
    state,
    held,
    outlook,
    findings: [],
    reason: why,
    fix: outlook === 'will_not' ? (held === 'relink' ? `Link ${handle} again.` : 'Resume the queue.') : '',
  };
}

/** The next seven days by what the world holds. */
export function forecast(world: World): ForecastView {
  const now = Date.now();
  const dates = Array.from({ length: DAYS }, (_, ahead) =>
    dateIn(world.zone, new Date(now + ahead * DAY_MS)),
  );
  const items = world
    .publications()
    .filter(({ state }) => ['scheduled', 'retrying', 'held'].includes(state))
    .filter(({ schedule }) => dates.includes(dateIn(world.zone, new Date(schedule.at))))
    .map((publication) => item(world, publication));
  const count = (outlook: Outlook, date?: string): number =>
    items.filter(
      (each) =>
        each.outlook === outlook &&
        (date === undefined || dateIn(world.zone, new Date(each.schedule.at)) === date),
    ).length;
  return {
    running: true,
    zone: world.zone,
    from: new Date(now).toISOString(),
    to: new Date(now + DAYS * DAY_MS).toISOString(),
    will: count('will_go_out'),
    at_risk: count('at_risk'),
    will_not: count('will_not'),
    days: dates.map((date) => ({
      date,
      will: count('will_go_out', date),
      at_risk: count('at_risk', date),
      will_not: count('will_not', date),
    })),
    publications: items.filter(({ outlook }) => outlook !== 'will_go_out'),
  };
}
