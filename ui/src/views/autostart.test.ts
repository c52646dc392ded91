import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { busyWorld, emptyWorld } from '$ipc/mock/fixtures';
import { callsOf, mountApp, violations } from '$test/app';

const question = (): HTMLElement | null => screen.queryByRole('region', { name: 'Start with the computer?' });

describe('starting with the session', () => {
  it('is asked once a post is planned, and “not now” is remembered', async () => {
    const { user, world } = await mountApp('#queue');
    await waitFor(() => expect(question()).toBeVisible());
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    await waitFor(() => expect(question()).toBeNull());
    expect(callsOf(world, 'autostart_change')).toEqual([]);
    expect(world.settings.autostart_asked).toBe(true);
  });

  it('is turned on by its button', async () => {
    const { user, world } = await mountApp('#queue');
    await user.click(await screen.findByRole('button', { name: 'Start when I log in' }));
    await waitFor(() => expect(question()).toBeNull());
    expect(world.autostart).toBe('on');
    expect(world.settings.autostart_asked).toBe(true);
  });

  it('asks again when the system refused', async () => {
    const { user, world } = await mountApp('#queue');
    world.fail('autostart_change', {
      code: 'storage_failed',
      message: 'The system did not take the change.',
    });
    await user.click(await screen.findByRole('button', { name: 'Start when I log in' }));
    expect(await screen.findByText(/The system did not take the change/)).toBeVisible();
    expect(question()).toBeVisible();
    expect(world.settings.autostart_asked).toBe(false);
  });

  it('is not asked before anything is planned, nor where it is on or impossible', async () => {
    await mountApp('#queue', emptyWorld());
    await screen.findByRole('heading', { level: 1, name: 'Queue' });
    expect(question()).toBeNull();
    for (const autostart of ['on', 'unavailable'] as const) {
      document.body.innerHTML = '';
      const world = Object.assign(busyWorld(), { autostart });
      await mountApp('#queue', world);
      await waitFor(() => expect(callsOf(world, 'autostart_show')).not.toEqual([]));
      expect(question()).toBeNull();
    }
  });

  it('is changed in the settings, as the system says it is', async () => {
    const { user, world } = await mountApp('#settings', emptyWorld());
    const name = 'Start Postroom when I log in';
    const before = await screen.findByRole('switch', { name });
    expect(before).not.toBeChecked();
    world.autostart = 'on';
    window.dispatchEvent(new Event('focus'));
    await waitFor(() => expect(screen.getByRole('switch', { name })).toBeChecked());
    await user.click(screen.getByRole('switch', { name }));
    await waitFor(() => expect(world.autostart).toBe('off'));
    await waitFor(() => expect(world.settings.autostart_asked).toBe(true));
  });
});

describe('links', () => {
  it('lead to the form that links an account again, and send nothing', async () => {
    const world = busyWorld();
    const account = world.accounts[0];
    const id = account?.id ?? '';
    await mountApp(`#relink/${id}`, world);
    expect(await screen.findByRole('dialog', { name: `Relink ${account?.handle ?? ''}` })).toBeVisible();
    expect(callsOf(world, 'link_start')).toEqual([]);
  });

  it('lead to the accounts where the account is none of ours', async () => {
    const { world } = await mountApp('#settings');
    world.emit('navigate', 'relink/acc_00000000000000000000000000000000');
    await screen.findByRole('heading', { level: 1, name: 'Accounts' });
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
