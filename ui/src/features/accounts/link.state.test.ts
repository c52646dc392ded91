import { describe, expect, it } from 'vitest';
import { setTransport } from '$ipc/client';
import { emptyWorld } from '$ipc/mock/fixtures';
import { transportOf } from '$ipc/mock/transport';
import { Session } from '$ipc/session.svelte';
import { LinkState } from './link.state.svelte';

describe('An attempt to link', () => {
  it('keeps nothing of a password that was typed and not sent', async () => {
    const platform = emptyWorld().platforms.find(({ methods }) => methods.includes('app-password'))!;
    const link = new LinkState(new Session());
    link.begin(platform, null);
    link.form!.secret = 'abcd-efgh-ijkl-mnop';
    await link.leave();
    expect(JSON.stringify(link.form)).not.toContain('abcd');
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
    link.brought = 'https://elsewhere.example/?code=c';
    await link.bring();
    expect([link.brought, link.step]).toEqual(['', 'working']);
    expect(link.notIt).not.toBe('');
    link.brought = `${redirect_uri}?code=c&state=s`;
    await link.bring();
    expect([link.brought, link.notIt]).toEqual(['', '']);
    await link.leave();
  });
});
