import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { callsOf, mountApp, violations } from '$test/app';

const headings = (): (string | null)[] =>
  within(screen.getByRole('main'))
    .getAllByRole('heading')
    .map((heading) => heading.textContent);

describe('Help', () => {
  it('explains states, trouble, platforms and keys, and breaks no rule', async () => {
    const { user } = await mountApp('#compose');
    await user.click(screen.getByRole('button', { name: 'Help' }));
    await screen.findByRole('heading', { level: 1, name: 'Help' });
    const names = screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent);
    expect(names).toContain('What the states mean');
    expect(names).toContain('Keys');
    expect(screen.getByText(/the platform gives no way to look/)).toBeVisible();
    expect(await screen.findByText('Bluesky', { selector: 'summary' })).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('finds by words, and says when there is nothing', async () => {
    const { user } = await mountApp('#help');
    const search = await screen.findByRole('searchbox', { name: 'Search the help' });
    await user.type(search, 'disk full');
    await waitFor(() => expect(headings()).toEqual(['Help', 'What to do when …']));
    expect(screen.getByText('the disk is full')).toBeVisible();
    await user.clear(search);
    await user.type(search, 'graphemes');
    expect(await screen.findAllByRole('cell', { name: '300 graphemes' })).not.toHaveLength(0);
    await user.type(search, ' nowhere');
    expect(await screen.findByText('The help does not mention that.')).toBeVisible();
  });

  it('is reached from the keys and from linking, at the guide of the platform', async () => {
    const { user } = await mountApp('#accounts');
    await user.keyboard('?');
    await user.click(await screen.findByRole('button', { name: 'All of the help' }));
    await screen.findByRole('heading', { level: 1, name: 'Help' });
    await user.keyboard('ga');
    await user.click(await screen.findByRole('button', { name: 'Link account' }));
    const dialog = await screen.findByRole('dialog', { name: 'Link account' });
    await user.click(within(dialog).getByRole('button', { name: /^Bluesky/ }));
    await user.click(await within(dialog).findByRole('link', { name: 'How to link Bluesky' }));
    const guide = await screen.findByText('Bluesky', { selector: 'summary' });
    await waitFor(() => expect(guide).toHaveFocus());
    expect(guide.closest('details')).toHaveAttribute('open');
  });

  it('opens the links of a guide in the system’s browser', async () => {
    const { user, world } = await mountApp('#help/bluesky');
    const guide = (await screen.findByText('Bluesky', { selector: 'summary' })).parentElement!;
    await user.click(await within(guide).findByRole('button', { name: 'their page' }));
    expect(callsOf(world, 'platforms_open')).toEqual([
      { id: 'bluesky', url: 'https://settings.example/apps' },
    ]);
  });

  it('reads in German, its guides apart', async () => {
    const { user } = await mountApp('#settings');
    await user.click(await screen.findByRole('radio', { name: 'Deutsch' }));
    await user.click(await screen.findByRole('button', { name: 'Hilfe' }));
    expect(await screen.findByRole('heading', { name: 'Was tun, wenn …' })).toBeVisible();
    expect((await screen.findByText('Bluesky', { selector: 'summary' })).parentElement).toHaveTextContent(
      'Diesen Text gibt es bisher nur auf Englisch.',
    );
  });
});
