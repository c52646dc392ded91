import type { Answer, Drop, Method, Params, Transport } from '../client';
import type { AppState, AutostartView, Diagnosis, PracticeView, Settings } from '../generated';
import { access } from './access';
import { accounts } from './accounts';
import { doctor } from './doctor';

import { busyWorld, emptyWorld, fediverseWorld, makeAccount } from './fixtures';
import { ownApps } from './ownApps';
import { servers } from './servers';
import { media, posts, type Handlers } from './posts';
import { publications, queueStatus } from './publications';
import { redrive } from './redrive';
import { series } from './series';
import { typed } from './typed';
import { vault } from './vault';
import { World } from './world';

function appState(world: World): AppState {
  const all = world.publications();
  return {
    version: '0.1.0',
    sqlite: '3.51.3',
    profile: {
      id: 'prof_01jd',
      generation: 7,
      folder: '/home/ash/.local/share/postroom',
      vault: 'keychain',
      vault_state: 'ready',
      vault_reason: '',
    },
    queue: queueStatus(world),
    accounts_needing_owner: world.accounts.filter((account) => account.state === 'needs_relink').length,
    unread_notices: world.notices.filter((notice) => !notice.read).length,
    zone: world.zone,
    desktop: { os: 'linux', tray: true, close_explained: true },
    checklist: {
      linked: world.accounts.length > 0,
      scheduled: all.length > 0,
      published: all.some((publication) => publication.state === 'published'),
      dismissed: world.settings.checklist_dismissed,
    },
    practice: world.practice,
  };
}

function setPractice(world: World, running: boolean): PracticeView {
  const url = running ? 'http://127.0.0.1:4310' : '';
  world.practice = { ...world.practice, running, url, timeline_url: running ? `${url}/timeline` : '' };
  world.emit('practice');
  return world.practice;
}

function changeSettings(world: World, change: Partial<Settings>): Settings {
  world.settings = { ...world.settings, ...change };
  world.emit('settings');
  return world.settings;
}

function autostart(world: World): AutostartView {
  const reason = world.autostart === 'unavailable' ? 'This build was not installed.' : '';
  return { state: world.autostart, reason };
}

const rest: Handlers<
  'about' | 'app' | 'autostart' | 'practice' | 'cards' | 'folder' | 'log' | 'notices' | 'profile' | 'settings'
> = {
  about_show: () => ({
    version: '0.1.0',
    sqlite: '3.51.3',
    web_view: 'WebKitGTK 2.48.5',
    system: 'Debian GNU/Linux 12',
    folder: '/home/ash/.local/share/postroom',
    logs: '/home/ash/.local/share/postroom/logs',
    report: 'Postroom 0.1.0\nSQLite 3.51.3\n',
  }),
  autostart_show: autostart,
  autostart_change: (world, { on }) => {
    world.autostart = on ? 'on' : 'off';
    world.emit('settings');
    return autostart(world);
  },
  folder_open: () => ({}),
  log_tail: () => ({
    folder: '/home/ash/.local/share/postroom/logs',
    lines: [
      '2026-11-21T08:00:00.000000Z  INFO postroom: started version="0.1.0"',
      '2026-11-21T08:00:01.000000Z  WARN net: refused access_token=[redacted]',
    ],
  }),
  app_state: appState,
  profile_trouble: (world) => world.trouble,
  profile_start_with_copy: () => ({}),
  practice_status: (world) => world.practice,
  practice_start: (world) => setPractice(world, true),
  practice_stop: (world) => setPractice(world, false),
  practice_open: () => ({}),
  practice_fault: () => ({}),
  practice_link: (world, { kind, name }) =>
    makeAccount(world, 'practice', `@ash-${kind}`, name ?? 'Ash', 'a'),
  cards_fetch: (_, { url }) => ({
    url,
    title: 'Ash glaze no. 4',
    description: 'Notes and recipe from the ash kiln.',
  }),
  notices_list: (world) => structuredClone(world.notices),
  notices_read: (world) => {
    world.notices.forEach((notice) => (notice.read = true));
    world.emit('notices');
    return {};
  },
  settings_defaults: () => new World().settings,
  settings_show: (world) => world.settings,
  settings_change: changeSettings,
};

const handlers: { [M in Method]: (world: World, params: Params<M>) => Answer<M> } = {
  ...rest,
  ...redrive,
  ...access,
  ...accounts,
  ...doctor,
  ...ownApps,
  ...servers,
  ...posts,
  ...media,
  ...publications,
  ...series,
  ...typed,
  ...vault,
};

/** A transport over a world, with a way to drop files into the window. */
export function transportOf(world: World): Transport & { drop: (drop: Drop) => void } {
  const droppers = new Set<(drop: Drop) => void>();
  const invoke = async (method: Method, params: unknown): Promise<unknown> => {
    world.calls.push({ method, params });
    await Promise.resolve();
    const failure = world.failing.get(method)?.shift();
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
    if (failure) throw failure;
    return (handlers[method] as (world: World, params: unknown) => unknown)(world, params);
  };
  return {
    invoke,
    listen: (handler) => world.listen(handler),
    drops: (handler) => {
      droppers.add(handler);
      return () => droppers.delete(handler);
    },
    drop: (drop) => droppers.forEach((dropper) => dropper(drop)),
    mediaUrl: (digest) => picture(digest),
  };
}

/** A drawn picture that stands for a stored one: two soft colours chosen by its digest. */
function picture(digest: string): string {
  const hue = [...digest].reduce((sum, letter) => sum * 7 + letter.charCodeAt(0), 3) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl(${hue} 45% 82%)"/><stop offset="1" stop-color="hsl(${(hue + 60) % 360} 38% 52%)"/></linearGradient></defs><path fill="url(#g)" d="M0 0h40v30H0z"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** The transport of a plain browser: `?world=empty` for a first start, `?world=fediverse`, `?theme=dark`, `?language=de`, `?broken=no_name`; a busy day otherwise. */
export function mockTransport(query: URLSearchParams): Transport {
  const worlds: Record<string, () => World> = { empty: emptyWorld, fediverse: fediverseWorld };
  const world = (worlds[query.get('world') ?? ''] ?? busyWorld)();
  world.settings.theme = query.get('theme') ?? 'system';
  world.settings.language = query.get('language') ?? 'system';
  const broken = query.get('broken') as Diagnosis | null;
  if (broken) world.platforms.forEach(({ id }) => world.broken.set(id, broken));
  return transportOf(world);
}
