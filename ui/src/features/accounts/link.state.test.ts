import { describe, expect, it, vi } from 'vitest';
import { setTransport } from '$ipc/client';
import { emptyWorld } from '$ipc/mock/fixtures';
import { transportOf } from '$ipc/mock/transport';
import { Session } from '$ipc/session.svelte';
import { LinkState } from './link.state.svelte';

describe('An attempt to link', () => {
  it('keeps nothing of a password that was typed and not sent', async () => {
    const world = emptyWorld();
    setTransport(transportOf(world));
    const platform = world.platforms.find(({ methods }) => methods.includes('app-password'))!;
    const link = new LinkState(new Session());
    link.begin(platform, null);
    const { secret } = link.form!;
    secret.replace({ start: 0, end: 0 }, 'abcd-efgh-ijkl-mnop');
    await secret.settled();
    expect([secret.length, world.typed.size]).toEqual([19, 1]);
    await link.leave();
    await vi.waitFor(() => expect(world.typed.size).toBe(0));
    expect(secret.length).toBe(0);
  });

  it('takes the address a browser ended up at, and forgets it', async () => {
    const world = emptyWorld();
    setTransport(transportOf(world));
    const platform = world.platforms.find(
      ({ methods, asks_instance, asks_handle }) =>
        methods.includes('oauth') && !asks_instance && !asks_handle,
    )!;
    const link = new LinkState(new Session());
    link.begin(platform, null);
    await link.submit();
    const { redirect_uri } = link.view!;
    link.brought.replace({ start: 0, end: 0 }, 'https://elsewhere.example/?code=c');
    await link.bring();
    expect([link.brought.length, link.step]).toEqual([0, 'working']);
    expect(link.notIt).not.toBe('');
    link.brought.replace({ start: 0, end: 0 }, `${redirect_uri}?code=c&state=s`);
    await link.bring();
    expect([link.brought.length, link.notIt]).toEqual([0, '']);
    await link.leave();
  });
});
