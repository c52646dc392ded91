import type { OwnAppView } from '../generated';
import type { Handlers } from './posts';
import { refuse, type World } from './world';

function appOf(world: World, platform: string): OwnAppView {
  const app = world.ownApps.find((known) => known.platform === platform);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (!app) throw refuse('not_found');
  return app;
}

export const ownApps: Handlers<'apps'> = {
  apps_list: (world) => structuredClone(world.ownApps),
  apps_set: (world, { platform, client_id }) => {
    const app = appOf(world, platform);
    if (!client_id || client_id.includes(' ')) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
      throw refuse('invalid_request', 'The client id is one word of letters, digits and signs.');
    }
    app.client_id = client_id;
    world.emit('accounts');
    return { ...app };
  },
  apps_remove: (world, { id }) => {
    const app = appOf(world, id);
    app.client_id = '';
    world.emit('accounts');
    return { ...app };
  },
};
