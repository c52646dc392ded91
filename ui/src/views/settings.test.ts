import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { emptyWorld } from '$ipc/mock/fixtures';
import { onlyLinked } from '$ipc/mock/platforms';
import { lock, PASSPHRASE } from '$ipc/mock/vault';
import type { World } from '$ipc/mock/world';
import { callsOf, mountApp, violations } from '$test/app';

function worldWithX(): World {
  const world = emptyWorld();
  world.platforms.push(onlyLinked());
  return world;
}

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

  it('lead to each section by its name', async () => {
    const { user } = await mountApp('#settings');
    const nav = await screen.findByRole('navigation', { name: 'Parts of the settings' });
    for (const link of within(nav).getAllByRole('link')) {
      await user.click(link);
      await waitFor(() =>
        expect(screen.getByRole('heading', { level: 2, name: link.textContent })).toHaveFocus(),
      );
      await waitFor(() => expect(link).toHaveAttribute('aria-current', 'location'));
    }
    expect(location.hash).toBe('#settings/about');
  });

  it('go back to the defaults, and undo that', async () => {
    const { user, world } = await mountApp('#settings');
    const name = 'Set Time back to the defaults';
    await screen.findByRole('combobox', { name: 'Weeks begin on' });
    expect(screen.queryByRole('button', { name })).toBeNull();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Weeks begin on' }), 'Saturday');
    await user.click(await screen.findByRole('button', { name }));
    await waitFor(() => expect(world.settings.week_start).toBe('system'));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(world.settings.week_start).toBe('saturday'));
  });

  it('begin weeks in the calendar where the owner wants', async () => {
    const { user } = await mountApp('#settings');
    const firstDay = async (): Promise<string | null> => {
      await user.click(screen.getByRole('link', { name: 'Compose' }));
      await user.click(await screen.findByRole('radio', { name: 'At a time' }));
      await user.click(await screen.findByRole('button', { name: 'Choose a date in the calendar' }));
      const [first] = await screen.findAllByRole('columnheader', { hidden: true });
      await user.keyboard('{Escape}');
      return first?.textContent ?? null;
    };
    await screen.findByRole('combobox', { name: 'Weeks begin on' });
    expect(await firstDay()).toBe('Mon');
    await user.click(screen.getByRole('link', { name: 'Settings' }));
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Weeks begin on' }), 'Sunday');
    expect(await firstDay()).toBe('Sun');
  });

  it('say what leaves the computer, from the platforms themselves', async () => {
    await mountApp('#settings/privacy');
    const table = await screen.findByRole('table', { name: 'What leaves this computer, and when' });
    expect(within(table).getByRole('row', { name: /^Bluesky/ })).toHaveTextContent('When you publish');
    expect(within(table).queryByRole('row', { name: /^Practice/ })).toBeNull();
  });

  it('take the keys of an app of your own, say what to register, and lead to linking', async () => {
    const { user, world } = await mountApp('#settings/apps', worldWithX());
    const section = await screen.findByRole('region', { name: 'Your apps' });
    await user.click(await within(section).findByText('X'));
    expect(within(section).getByText('http://127.0.0.1:28127/callback')).toBeVisible();
    expect(within(section).getAllByText('Needs your keys')).toHaveLength(2);
    expect(within(section).queryByRole('button', { name: 'Link account' })).toBeNull();
    const [id] = within(section).getAllByRole('textbox', { name: 'Client id' });
    await user.type(id!, 'two words');
    await user.click(within(section).getAllByRole('button', { name: 'Keep' })[0]!);
    await waitFor(() => expect(id).toBeInvalid());
    await user.clear(id!);
    await user.type(id!, 'abc');
    await user.type(within(section).getByLabelText('Client secret'), 's3cret');
    await user.click(within(section).getAllByRole('button', { name: 'Keep' })[0]!);
    expect(await within(section).findByText('Ready')).toBeVisible();
    expect(callsOf(world, 'apps_set').at(-1)).toMatchObject({ platform: 'x', client_id: 'abc' });
    expect(world.handed).toEqual(['s3cret']);
    expect(within(section).getByLabelText('Client secret')).toHaveValue('');
    const level = within(section).getByRole('combobox', { name: 'How far the platform lets your app go' });
    expect(level).toHaveDisplayValue('Not known');
    await user.selectOptions(level, 'Pay-per-use');
    expect(await within(section).findByText('Each call costs credits.')).toBeVisible();
    expect(callsOf(world, 'apps_level')).toEqual([{ platform: 'x', level: 'pay_per_use' }]);
    expect(await violations()).toEqual([]);
    const typed = within(section).getByLabelText('Client secret');
    await user.type(typed, 'another');
    const form = typed.closest('details')!;
    form.open = false;
    await fireEvent(form, new Event('toggle'));
    expect(typed).toHaveValue('');
    form.open = true;
    await user.click(within(section).getByRole('button', { name: 'Link account' }));
    expect(await screen.findByRole('dialog', { name: 'Link account' })).toBeVisible();
  });

  it('take apps over from an .env file, and say what became of each variable', async () => {
    const { user, world } = await mountApp('#settings/apps', worldWithX());
    await user.click(await screen.findByRole('button', { name: 'Take over from an .env file…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Take apps over' });
    world.clipboard = '';
    await user.click(within(dialog).getByRole('button', { name: 'From the clipboard' }));
    expect(await within(dialog).findByText('No text could be read from the clipboard.')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Choose a file…' }));
    const status = await within(dialog).findByRole('status');
    expect(within(status).getAllByText('Kept')).toHaveLength(2);
    expect(within(status).getByText('No platform has this name')).toBeVisible();
    expect(within(status).getByText('1 variable of another name was left alone.')).toBeVisible();
    expect(dialog).not.toHaveTextContent('s3cret');
    expect(callsOf(world, 'apps_import_from')).toEqual([{ from: 'clipboard' }, { from: 'file' }]);
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getAllByRole('button', { name: 'Close' }).at(-1)!);
    const section = await screen.findByRole('region', { name: 'Your apps' });
    expect(await within(section).findByText('Ready')).toBeVisible();
    await user.click(within(section).getByRole('button', { name: 'Take over from an .env file…' }));
    const again = await screen.findByRole('dialog', { name: 'Take apps over' });
    world.file = 'x'.repeat(70_000);
    await user.click(within(again).getByRole('button', { name: 'Choose a file…' }));
    expect(await within(again).findByText(/more than 64 KiB/)).toBeVisible();
  });

  it('define a server as a platform, with what is wrong said at its field', async () => {
    const { user, world } = await mountApp('#settings/servers', worldWithX());
    const section = await screen.findByRole('region', { name: 'Your own servers' });
    await user.click(within(section).getByRole('button', { name: 'Define a server…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Define a server' });
    await user.type(within(dialog).getByRole('textbox', { name: 'Name' }), 'My Forge');
    expect(within(dialog).getByRole('textbox', { name: 'Short name' })).toHaveValue('my_forge');
    const metadata = within(dialog).getByRole('textbox', { name: 'Address at which it describes itself' });
    await user.type(metadata, 'http://forge.example');
    await user.click(within(dialog).getByRole('button', { name: 'Keep' }));
    await waitFor(() => expect(metadata).toBeInvalid());
    expect(metadata).toHaveAccessibleDescription(/Only https is allowed/);
    expect(metadata).toHaveFocus();
    await user.clear(metadata);
    await user.click(within(dialog).getByRole('button', { name: 'Keep' }));
    const token = within(dialog).getByRole('textbox', { name: 'Token endpoint' });
    await waitFor(() => expect(token).toBeInvalid());
    expect(token, 'the hidden fields are opened').toBeVisible();
    expect(await violations()).toEqual([]);
    await user.type(metadata, 'https://forge.example');
    await user.type(within(dialog).getByRole('textbox', { name: 'Scopes' }), 'openid, profile');
    await user.click(within(dialog).getByRole('button', { name: 'Keep' }));
    expect(await within(section).findByText('My Forge')).toBeVisible();
    expect(world.servers[0]).toMatchObject({ id: 'my_forge', scopes: ['openid', 'profile'] });
    await user.click(within(section).getByRole('button', { name: 'Change My Forge' }));
    const change = await screen.findByRole('dialog', { name: 'Change My Forge' });
    expect(within(change).queryByRole('textbox', { name: 'Short name' })).toBeNull();
    await user.click(within(change).getByRole('button', { name: 'Cancel' }));
    await user.click(within(section).getByRole('button', { name: 'Remove My Forge' }));
    await waitFor(() => expect(within(section).queryByText('My Forge')).toBeNull());
  });

  it('show the log with what was taken out, by level', async () => {
    const { user, world } = await mountApp('#settings/logs');
    await user.click(await screen.findByRole('button', { name: 'Show the last lines' }));
    const log = await screen.findByRole('region', { name: 'Logs' }, { timeout: 10_000 });
    expect(callsOf(world, 'log_tail')).toEqual([{ lines: 500 }]);
    const lines = within(log).getByText('[redacted]').closest('pre');
    expect(lines).toHaveTextContent('INFO postroom: started');
    await user.click(screen.getByRole('radio', { name: 'Warnings and errors' }));
    expect(lines).not.toHaveTextContent('INFO');
    expect(lines).toHaveTextContent('WARN net: refused access_token=[redacted]');
    await user.click(screen.getByRole('radio', { name: 'Errors' }));
    expect(await screen.findByText('No such lines.')).toBeVisible();
  });

  it('start at login as the system says, and say little where asked', async () => {
    const { user, world } = await mountApp('#settings');
    await user.click(await screen.findByRole('switch', { name: 'Start Postroom when I log in' }));
    await waitFor(() => expect(world.autostart).toBe('on'));
    await user.click(screen.getByRole('switch', { name: 'Say little on the screen' }));
    await user.click(screen.getByRole('radio', { name: 'Publish up to a day late' }));
    await waitFor(() => expect(world.settings).toMatchObject({ names_only: true, missed: 'publish' }));
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

  it('show a recovery key once, and forget it with its dialog', async () => {
    const { user } = await mountApp('#settings/keys');
    await user.click(await screen.findByRole('button', { name: 'Make a recovery key' }));
    const dialog = await screen.findByRole('dialog', { name: 'Recovery key' });
    expect(dialog).toHaveTextContent('postroom1qqqqqqq');
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'I have it' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(document.body).not.toHaveTextContent('1qqq');
    expect(await screen.findByText(/Postroom does not keep it/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Make another' }));
    expect(await screen.findByRole('alertdialog')).toHaveTextContent('opens nothing then');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  });

  it('put the key behind a passphrase that was typed twice', async () => {
    const { user, world } = await mountApp('#settings/keys');
    await user.click(await screen.findByRole('button', { name: 'Keep it elsewhere' }));
    const dialog = await screen.findByRole('dialog', { name: 'Keep it elsewhere' });
    expect(within(dialog).getByRole('radio', { name: 'Passphrase' })).toBeChecked();
    const [first, again] = [
      within(dialog).getByLabelText('New passphrase'),
      within(dialog).getByLabelText('Once more'),
    ];
    await user.type(first, 'correct horse');
    await user.type(again, 'battery');
    await user.click(within(dialog).getByRole('button', { name: 'Make the new key' }));
    await waitFor(() => expect(first).toHaveAccessibleDescription('The two are not the same.'));
    expect(callsOf(world, 'vault_move')).toEqual([]);
    await user.clear(again);
    await user.type(again, 'correct horse');
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Make the new key' }));
    await waitFor(() => expect(callsOf(world, 'vault_move')).toMatchObject([{ backend: 'passphrase' }]));
    expect(world.handed).toEqual(['correct horse']);
    expect(await screen.findByRole('button', { name: 'New passphrase or another place' })).toBeVisible();
  });

  it('open a key that is behind a passphrase, and keep nothing of what was typed', async () => {
    const world = emptyWorld();
    lock(world);
    const { user } = await mountApp('#settings/keys', world);
    const field = await screen.findByLabelText('Passphrase');
    expect(screen.getByRole('button', { name: 'Use the recovery key' })).toBeVisible();
    await user.type(field, 'something else');
    await user.click(screen.getByRole('button', { name: 'Open' }));
    await waitFor(() => expect(field).toHaveAttribute('aria-invalid', 'true'));
    await waitFor(() => expect(field).toHaveValue(''));
    await user.type(field, PASSPHRASE);
    await user.click(screen.getByRole('button', { name: 'Open' }));
    expect(await screen.findByText('Open. Posts that waited go on.')).toBeVisible();
    expect(screen.queryByLabelText('Passphrase')).toBeNull();
  });
});
