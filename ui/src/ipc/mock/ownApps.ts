import type { ImportedApps, ImportedVariable, OwnAppView } from '../generated';
import type { Handlers } from './posts';
import { handed } from './typed';
import { refuse, type World } from './world';

function appOf(world: World, platform: string): OwnAppView {
  const app = world.ownApps.find((known) => known.platform === platform);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (!app) throw refuse('not_found');
  return app;
}

function imported(world: World, text: string): ImportedApps {
  const lines = text.split('\n').filter((line) => line.includes('='));
  const variables = lines.map((line): ImportedVariable => {
    const [name = '', value = ''] = line.split('=');
    const platform = name.replace(/_CLIENT_(ID|SECRET)$/, '').toLowerCase();
    const app = world.ownApps.find((known) => known.platform === platform);
    if (!app) return { name, platform: '', outcome: 'no_platform' };
    if (name.endsWith('_ID')) app.client_id = value;
    return { name, platform, outcome: 'taken' };
  });
  world.emit('accounts');
  return { variables, others: 1, unreadable: 0 };
}

export const ownApps: Handlers<'apps'> = {
  apps_list: (world) => structuredClone(world.ownApps),
  apps_set: (world, { platform, client_id, secret }) => {
    const app = appOf(world, platform);
    if (!client_id || client_id.includes(' ')) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
      throw refuse('invalid_request', 'The client id is one word of letters, digits and signs.');
    }
    app.client_id = client_id;
    if (secret) handed(world, secret);
    world.emit('accounts');
    return { ...app };
  },
  apps_level: (world, { platform, level }) => {
    const app = appOf(world, platform);
    app.level = level;
    const said = app.levels.find(({ id }) => id === level);
    for (const account of world.accounts.filter((known) => known.platform === platform))
      account.app = {
        name: said?.name ?? '',
        means: said?.means ?? '',
        told: said ? 'owner' : 'nobody',
      };
    world.emit('accounts');
    return { ...app };
  },
  apps_import: (world, { text }) => imported(world, text ? handed(world, text) : ''),
  apps_import_from: (world, { from }) => {
    const text = from === 'file' ? world.file : world.clipboard || null;
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
    if (text && text.length > 65_536) throw refuse('invalid_request');
    return { imported: text === null ? null : imported(world, text) };
  },
  apps_remove: (world, { id }) => {
    const app = appOf(world, id);
    app.client_id = '';
    world.emit('accounts');
    return { ...app };
  },
};
