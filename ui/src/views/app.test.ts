import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { emptyWorld } from '$ipc/mock/fixtures';
import { callsOf, mountApp, violations } from '$test/app';

const heading = (name: string): Promise<HTMLElement> => screen.findByRole('heading', { level: 1, name });

describe('the window', () => {
  it('reaches every section by keyboard', async () => {
    const { user } = await mountApp('#queue', emptyWorld());
    await user.keyboard('ga');
    await heading('Accounts');
    await user.keyboard('gs');
    await heading('Settings');
    await user.keyboard('{Alt>}[Digit2]{/Alt}');
    await heading('Queue');
    await user.keyboard('gc');
    await heading('Compose');
    await user.keyboard('{Alt>}[Digit4]{/Alt}');
    await heading('Settings');
    await user.keyboard('n');
    await heading('Compose');
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Text' })).toHaveFocus());
    await user.keyboard('gq?');
    expect(screen.getByRole('textbox', { name: 'Text' })).toHaveValue('gq?');
  });

  it('says once that it had to start again', async () => {
    history.replaceState(null, '', '?again');
    try {
      const { user } = await mountApp('#queue', emptyWorld());
      await heading('Queue');
      await user.keyboard('ga');
      await heading('Accounts');
      expect(screen.getAllByText(/^The window had to start again\./)).toHaveLength(1);
    } finally {
      history.replaceState(null, '', '/');
    }
  });

  it('says that a damaged profile is only read, and starts with a copy by choice only', async () => {
    const world = emptyWorld();
    world.trouble = {
      failure: {
        code: 'database_unusable',
        message: 'The profile’s database is damaged.',
        action: 'Start with one of the copies.',
        details: '',
        findings: [],
      },
      copies: [{ version: 1, at: '2026-11-20T10:00:00Z', bytes: 480_000 }],
    };
    const { user } = await mountApp('#queue', world);
    expect(await screen.findByRole('region', { name: 'Only for reading' })).toHaveTextContent(
      'The profile’s database is damaged.',
    );
    expect(screen.getByText('Nothing is changed, nothing goes out.')).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: /^Start with the copy of .*480 kB/ }));
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect(callsOf(world, 'profile_start_with_copy')).toEqual([]);
    await user.click(screen.getByRole('button', { name: /^Start with the copy of/ }));
    await user.click(await screen.findByRole('button', { name: 'Start with the copy' }));
    await waitFor(() => expect(callsOf(world, 'profile_start_with_copy')).toEqual([{ version: 1 }]));
  });

  it('lists its keys', async () => {
    const { user } = await mountApp('#settings');
    await user.keyboard('?');
    expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('follows Rust to where it points', async () => {
    const { world } = await mountApp('#settings');
    world.emit('navigate', 'compose');
    await heading('Compose');
    world.emit('navigate', world.publications()[0]?.id ?? '');
    await heading('Queue');
    expect(await screen.findByRole('dialog')).toBeVisible();
  });

  it('marks what needs its owner, and answers when the next post goes', async () => {
    await mountApp('#settings');
    const queue = await screen.findByRole('link', { name: 'Queue' });
    await waitFor(() => expect(queue).toHaveAccessibleDescription('2 posts need you'));
    expect(screen.getByRole('link', { name: 'Accounts' })).toHaveAccessibleDescription('1 account needs you');
    expect(screen.getByText(/^Next post in 1[12] min$/)).toBeVisible();
    expect(screen.getByText('4 posts planned, 2 need you')).toBeVisible();
  });

  it('keeps notices, marks them read and leads to their post', async () => {
    const { user, world } = await mountApp('#settings');
    await user.click(await screen.findByRole('button', { name: 'Notices, 1 new' }));
    const list = await screen.findByRole('dialog', { name: 'Notices' });
    expect(within(list).getByText('Is this post live?')).toBeVisible();
    expect(await violations()).toEqual([]);
    await waitFor(() => expect(callsOf(world, 'notices_read')).toHaveLength(1));
    await user.click(within(list).getByRole('button', { name: 'Open in the queue' }));
    await heading('Queue');
  });

  it('says so when nothing can be read', async () => {
    const world = emptyWorld();
    world.fail('app_state', { code: 'database_unusable' });
    location.hash = '#queue';
    const { render } = await import('@testing-library/svelte');
    const { setTransport } = await import('$ipc/client');
    const { transportOf } = await import('$ipc/mock/transport');
    const { default: App } = await import('./App.svelte');
    setTransport(transportOf(world));
    render(App);
    expect(await screen.findByRole('alert')).toHaveTextContent('The data cannot be opened');
  });
});

describe('first steps', () => {
  it('start with the practice network', async () => {
    const { user } = await mountApp('#compose', emptyWorld());
    expect(await violations()).toEqual([]);
    await user.click(await screen.findByRole('button', { name: 'Start with the practice network' }));
    const dialog = await screen.findByRole('dialog', { name: 'Link account' });
    expect(within(dialog).getByRole('radiogroup', { name: 'What should it be like?' })).toBeVisible();
  });

  it('can be put away and brought back', async () => {
    const { user, world } = await mountApp('#compose', emptyWorld());
    await user.click(await screen.findByRole('button', { name: 'Put the list away' }));
    await waitFor(() => expect(screen.queryByRole('heading', { name: 'First steps' })).toBeNull());
    expect(callsOf(world, 'settings_change')).toEqual([{ checklist_dismissed: true }]);
    await user.keyboard('gs');
    await user.click(await screen.findByRole('button', { name: 'Show the first steps again' }));
    await waitFor(() => expect(world.settings.checklist_dismissed).toBe(false));
  });
});
