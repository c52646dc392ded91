import type { GroupView, SecretView } from '../generated';
import type { Handlers } from './posts';
import { refuse, type World } from './world';

const DAY_MS = 86_400_000;

function ago(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString();
}

function secretsOf(world: World): SecretView[] {
  const nothing = { client_id: '', server: '', scopes: [], used_at: null, ends_at: null };
  const held = world.accounts.filter(({ state }) => state !== 'unlinked');
  const tokens = held.flatMap(({ id, platform, handle, scopes, access_expires_at }): SecretView[] => {
    const account = {
      ...nothing,
      platform,
      account: id,
      handle,
      scopes,
      app_password: platform === 'bluesky',
    };
    const access = {
      kind: 'access',
      kept_at: ago(0.1),
      used_at: ago(0.01),
      ends_at: access_expires_at,
    } as const;
    return [
      { ...account, ...access },
      { ...account, kind: 'refresh', kept_at: ago(0.1), used_at: ago(0.1) },
    ];
  });
  const apps = world.ownApps.filter(({ client_id }) => client_id !== '');
  return [
    ...tokens,
    ...apps.map(({ platform, client_id }): SecretView => {
      const kept_at = ago(12);
      return {
        ...nothing,
        kind: 'app',
        platform,
        account: null,
        handle: '',
        app_password: false,
        client_id,
        kept_at,
      };
    }),
  ];
}

function sorted(world: World, groups: GroupView[]): GroupView[] {
  world.groups = groups.sort((a, b) => a.name.localeCompare(b.name));
  world.emit('accounts');
  return structuredClone(world.groups);
}

export const access: Pick<Handlers<'accounts'>, 'accounts_health'> & Handlers<'groups' | 'secrets'> = {
  secrets_list: secretsOf,
  accounts_health: (world, { id }) => ({
    failed:
      world.account(id).state === 'needs_relink'
        ? { at: ago(1.5), operation: 'refresh_session', status: 400, words: '' }
        : null,
  }),
  groups_list: (world) => structuredClone(world.groups),
  groups_set: (world, { before, name, accounts }) => {
    const others = world.groups.filter((group) => group.name !== before);
    if (others.some((group) => group.name.toLowerCase() === name.toLowerCase()))
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
      throw refuse('invalid_request', `There is a group ${name} already.`);
    return sorted(world, [...others, { name, accounts }]);
  },
  groups_remove: (world, { name }) =>
    sorted(
      world,
      world.groups.filter((group) => group.name !== name),
    ),
};
