import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { emptyWorld } from '$ipc/mock/fixtures';
import { callsOf, mountApp, violations } from '$test/app';

describe('Settings', () => {
  it('change the theme at once, and break no rule', async () => {
    const { user, world } = await mountApp('#settings');
    await user.click(await screen.findByRole('radio', { name: 'Dark' }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
    expect(world.settings.theme).toBe('dark');
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('radio', { name: 'Light' }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe('light'));
  });

  it('speak another language at once, everywhere', async () => {
    const { user, world } = await mountApp('#settings');
    await user.click(await screen.findByRole('radio', { name: 'Deutsch' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
    expect(world.settings.language).toBe('de');
    expect(document.documentElement.lang).toBe('de-AT');
    expect(screen.getByRole('link', { name: 'Warteschlange' })).toBeVisible();
    expect(screen.getByRole('switch', { name: 'Auch veröffentlichte Beiträge melden' })).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Tastenkürzel' }));
    expect(await screen.findByRole('dialog', { name: 'Tastenkürzel' })).toHaveTextContent('Neuer Beitrag');
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('radio', { name: 'English' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  });

  it('choose the zone, the grace and the announcements', async () => {
    const { user, world } = await mountApp('#settings');
    const zone = await screen.findByRole('combobox', { name: 'Plan new posts in' });
    await user.clear(zone);
    await user.type(zone, 'new york');
    await user.click(await screen.findByRole('option', { name: 'America/New York' }));
    await waitFor(() => expect(world.settings.zone).toBe('America/New_York'));
    await user.selectOptions(screen.getByRole('combobox', { name: 'A post may be late by' }), '1 hour');
    await user.click(screen.getByRole('switch', { name: 'Announce published posts too' }));
    await waitFor(() => expect(world.settings).toMatchObject({ grace_min: 60, notify_success: true }));
  });

  it('start, disturb and stop the practice network', async () => {
    const { user, world } = await mountApp('#settings', emptyWorld());
    await user.click(await screen.findByRole('button', { name: 'Start' }));
    await user.click(await screen.findByRole('button', { name: 'Accept, lose the reply' }));
    expect(await screen.findByText('Next time: Accept, lose the reply.')).toBeVisible();
    expect(callsOf(world, 'practice_fault')).toEqual([{ kind: 'lost_reply', times: 1 }]);
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('Stopped')).toBeVisible();
  });
});
