import type { VaultBackend, VaultView } from '../generated';
import type { Handlers } from './posts';
import { handed } from './typed';
import { refuse, type World } from './world';

/** What opens a world's key that is behind a passphrase. */
export const PASSPHRASE = 'correct horse';

/** Where a world's key is, and whether a recovery key opens it. */
const kept = new WeakMap<World, VaultView>();

function show(world: World): VaultView {
  const first: VaultView = {
    backend: 'keychain',
    state: 'ready',
    reason: '',
    recovery_key_made_at: null,
    spare_keys: 0,
  };
  return kept.get(world) ?? first;
}

/** Another key: the recovery key has done its work. */
function replaced(world: World, backend: VaultBackend | null): VaultView {
  const view: VaultView = { ...show(world), backend, recovery_key_made_at: null };
  kept.set(world, view);
  world.emit('settings');
  return view;
}

export const vault: Handlers<'vault'> = {
  vault_show: show,
  vault_unlock: (world, { passphrase }) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
    if (handed(world, passphrase) !== PASSPHRASE) throw refuse('vault_unavailable');
    kept.set(world, { ...show(world), state: 'ready', reason: '' });
    world.emit('settings');
    return show(world);
  },
  vault_rotate: (world, { account }) => (account ? show(world) : replaced(world, show(world).backend)),
  vault_move: (world, { backend, secret }) => {
    if (secret) handed(world, secret);
    return replaced(world, backend);
  },
  vault_recover: (world, { recovery_key, to }) => {
    handed(world, recovery_key);
    if (to.secret) handed(world, to.secret);
    return replaced(world, to.backend);
  },
  vault_recovery_key: (world) => {
    kept.set(world, { ...show(world), recovery_key_made_at: world.now() });
    return { recovery_key: 'post room 1qqq qqqq' };
  },
};

/** A world that was started without the passphrase its key is behind. */
export function lock(world: World): void {
  const view: VaultView = {
    backend: 'passphrase',
    state: 'locked',
    reason: 'This profile opens with its passphrase.',
    recovery_key_made_at: '2026-11-01T10:00:00Z',
    spare_keys: 0,
  };
  kept.set(world, view);
}
