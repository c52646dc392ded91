import type { ErrorCode, LinkStart, LinkView } from '../generated';
import { makeAccount } from './fixtures';
import { kinds } from './platforms';
import type { Handlers } from './posts';
import { handed } from './typed';
import { refuse, type World } from './world';

const STEP_MS = 900;

function finish(world: World, id: string, start: LinkStart): void {
  const link = world.links.get(id);
  if (!link || link.stage === 'failed' || link.stage === 'done') return;
  if (link.stage === 'waiting_for_browser') {
    world.links.set(id, { ...link, stage: 'exchanging' });
    setTimeout(() => finish(world, id, start), STEP_MS);
  } else {
    const known = world.accounts.find((account) => account.id === start.account);
    if (known) {
      known.access = { state: 'fine', reason: '', fix: '', ends_at: null, end_moves: false };
      Object.assign(known, { state: 'healthy', state_reason: '' });
    }
    const kind = kinds.find((known) => known.id === start.kind)?.class ?? 'a';
    const handle = start.identifier ?? (start.instance ? `@ash@${start.instance}` : `@ash-${kind}`);
    const account = known ?? makeAccount(world, start.platform, handle, 'Ash', kind);
    world.links.set(id, { ...link, stage: 'done', account });
  }
  world.emit('accounts', id);
}

/** Servers that are not what they should be: one is off, one is something else. */
const odd: Record<string, ErrorCode> = {
  'away.example': 'platform_unavailable',
  'blog.example': 'unsupported',
};

function begin(world: World, start: LinkStart): LinkView {
  // An old site sends nobody back to an app.
  const old = start.method === 'oauth' && start.instance?.startsWith('old.example');
  const wrong = old ? 'not_available' : odd[start.instance ?? ''];
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (wrong) throw refuse(wrong);
  const id = world.id('link');
  const browser = start.secret === undefined;
  const secret = start.secret === undefined ? '' : handed(world, start.secret);
  const link: LinkView = {
    id,
    platform: start.platform,
    stage: browser ? 'waiting_for_browser' : 'exchanging',
    authorize_url: browser ? 'http://127.0.0.1:4310/authorize?client_id=postroom&state=9f2c' : '',
    redirect_uri: 'http://127.0.0.1:39201/callback',
    pasted: false,
    user_code: '',
    expires_at: new Date(Date.now() + 300_000).toISOString(),
    account: null,
    failure: null,
  };
  if (secret === 'wrong') {
    world.links.set(id, { ...link, stage: 'failed', failure: refuse('credentials_refused') });
    return world.links.get(id) ?? link;
  }
  world.links.set(id, link);
  setTimeout(() => finish(world, id, start), browser ? STEP_MS * 3 : STEP_MS);
  return link;
}

function linkOf(world: World, id: string): LinkView {
  const link = world.links.get(id);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (!link) throw refuse('not_found');
  return link;
}

export const accounts: Omit<Handlers<'accounts' | 'link' | 'platforms'>, 'accounts_health'> = {
  accounts_open: () => ({}),
  platforms_list: (world) => world.platforms,
  platforms_show: (world, { id }) => world.platform(id),
  platforms_guide: (world, { id }) => ({ id, markdown: guide(world.platform(id).name) }),
  platforms_open: () => ({}),
  accounts_list: (world) => structuredClone(world.accounts),
  accounts_show: (world, { id }) => world.account(id),
  accounts_check: (world, { id }) => {
    world.account(id).checked_at = world.now();
    world.emit('accounts', id);
    return world.account(id);
  },
  accounts_unlink: (world, { id }) => {
    const account = world.account(id);
    account.state = 'unlinked';
    world.emit('accounts', id);
    const stays = account.platform === 'bluesky';
    return {
      ...account,
      grant: stays ? 'password_stays' : 'ended',
      grant_words: '',
      grant_page: stays ? 'https://bsky.app/settings/app-passwords' : '',
    };
  },
  link_start: begin,
  link_status: (world, { id }) => linkOf(world, id),
  link_open: () => ({}),
  link_answer: (world, { id, address }) => {
    const link = linkOf(world, id);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
    if (!handed(world, address).trim().startsWith(`${link.redirect_uri}?`)) throw refuse('invalid_request');
    return link;
  },
  link_cancel: (world, { id }) => {
    const link: LinkView = { ...linkOf(world, id), stage: 'failed', failure: refuse('link_cancelled') };
    world.links.set(id, link);
    return link;
  },
};

function guide(name: string): string {
  return `# ${name}\n\n**Linking.** With an app password, made at [their page](https://settings.example/apps).\n\n| limit | figure |\n|---|---|\n| text | 300 graphemes |\n`;
}
