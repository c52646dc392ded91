import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { de } from '$i18n/de';
import { busyWorld } from '$ipc/mock/fixtures';
import { callsOf, mountApp, violations } from '$test/app';

describe('The connection check', () => {
  it('shows hops one by one and says that nothing is broken', async () => {
    const { user, world } = await mountApp('#accounts');
    await user.click(await screen.findByRole('button', { name: 'Find the fault with @ash' }));
    const dialog = await screen.findByRole('dialog', { name: 'Connection check: @ash' });
    expect(await within(dialog).findByText('Checking …')).toBeVisible();
    const list = within(dialog).getByRole('list', { name: 'Hops of @ash' });
    expect(await within(list).findByText('Network')).toBeVisible();
    expect(within(list).queryByText('Reading')).toBeNull();
    expect(await within(dialog).findByText('Nothing is broken.')).toBeVisible();
    expect(within(list).getAllByRole('listitem')).toHaveLength(18);
    expect(await violations()).toEqual([]);
    expect(callsOf(world, 'doctor_start')).toEqual([{ endpoints: {}, account: 'acc_0002' }]);
  });

  it('opens the broken hop with its fix, and relinks at a press', async () => {
    const world = busyWorld();
    world.broken.set('practice', 'token_ended');
    const { user } = await mountApp('#accounts', world);
    await user.click(await screen.findByRole('button', { name: 'Find the fault with @ash' }));
    const dialog = await screen.findByRole('dialog', { name: 'Connection check: @ash' });
    expect(await within(dialog).findByText('Broken: Access')).toBeVisible();
    expect(within(dialog).getByText('Link the account again. Its posts and history stay.')).toBeVisible();
    expect(within(dialog).getAllByText('Not tried')).toHaveLength(3);
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Relink' }));
    expect(await screen.findByRole('dialog', { name: 'Relink @ash' })).toBeVisible();
  });

  it('is offered where linking failed, with the platform and the server that were named', async () => {
    const { user, world } = await mountApp('#accounts', busyWorld());
    world.fail('link_start', { code: 'platform_protocol', message: 'No.', action: 'Look.' });
    await user.click(await screen.findByRole('button', { name: 'Link account' }));
    await user.click(await screen.findByRole('button', { name: 'Practice network' }));
    await user.click(await screen.findByRole('button', { name: 'Open the browser' }));
    await screen.findByRole('alert');
    await user.click(screen.getByRole('button', { name: 'Find the fault' }));
    expect(await screen.findByRole('dialog', { name: 'Connection check: Practice network' })).toBeVisible();
    expect(callsOf(world, 'doctor_start')).toEqual([{ endpoints: {}, platform: 'practice' }]);
  });

  it('checks everything from the settings, by keyboard, and ends when that is wanted', async () => {
    const { user, world } = await mountApp('#settings/connections');
    (await screen.findByRole('button', { name: 'Check everything' })).focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Connection check' });
    await within(dialog).findByText('Checking …');
    await user.click(within(dialog).getByRole('button', { name: 'Stop' }));
    expect(await within(dialog).findByText('The check was ended before everything was tried.')).toBeVisible();
    expect(callsOf(world, 'doctor_cancel')).toHaveLength(1);
    await user.click(within(dialog).getByRole('button', { name: 'Copy report' }));
    await waitFor(() => expect(callsOf(world, 'doctor_report')).toHaveLength(1));
    await user.click(within(dialog).getByRole('button', { name: 'Save report…' }));
    expect(await screen.findByText('The report is in /home/ash/postroom-connections.txt.')).toBeVisible();
    expect(callsOf(world, 'doctor_save')).toHaveLength(1);
  });

  it('leads to the user’s own apps where the app is at fault', async () => {
    const world = busyWorld();
    world.broken.set('practice', 'redirect_refused');
    const { user } = await mountApp('#accounts', world);
    await user.click(await screen.findByRole('button', { name: 'Find the fault with @ash' }));
    await user.click(await screen.findByRole('button', { name: 'Open Your apps' }));
    expect(await screen.findByRole('heading', { name: 'Your apps' })).toBeVisible();
  });

  it.each([
    ['#accounts', 'Find the fault with @ash'],
    ['#settings/connections', 'Check everything'],
  ])('leads from %s to the keys where none opens the secrets', async (from, begins) => {
    const world = busyWorld();
    for (const platform of ['practice', 'bluesky']) world.broken.set(platform, 'key_unavailable');
    const { user } = await mountApp(from, world);
    await user.click(await screen.findByRole('button', { name: begins }));
    await user.click((await screen.findAllByRole('button', { name: 'Open Keys' }))[0]!);
    expect(await screen.findByRole('region', { name: 'Keys' })).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('speaks German, with the core’s own words behind', async () => {
    const world = busyWorld();
    world.settings.language = 'de';
    world.broken.set('practice', 'no_name');
    const { user } = await mountApp('#accounts', world);
    await user.click(await screen.findByRole('button', { name: 'Fehler suchen bei @ash' }));
    expect(await screen.findByText('Geht nicht: Name des Servers (DNS)')).toBeVisible();
    expect(screen.getByText(de.doctor.words.no_name.fix)).toBeVisible();
    expect(screen.getByText('The name of the server leads nowhere.')).toHaveAttribute('lang', 'en');
  });
});
