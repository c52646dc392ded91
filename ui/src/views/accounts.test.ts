import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { BudgetView } from '$ipc/generated';
import { emptyWorld, makeAccount } from '$ipc/mock/fixtures';
import { ownSites } from '$ipc/mock/platforms';
import { callsOf, mountApp, violations } from '$test/app';

describe('Accounts', () => {
  it('shows each account with its promise, broken ones first', async () => {
    await mountApp('#accounts');
    const cards = await screen.findAllByRole('article');
    expect(cards.map((card) => within(card).getByRole('heading', { level: 2 }).textContent)).toEqual([
      'ash-makes.bsky.social',
      'ashstudio.bsky.social',
      '@ash',
      '@ash-blind',
    ]);
    expect(within(cards[3]!).getByText('Asks you when a reply is lost')).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('shows the picture of an account, and letters where there is none or it cannot be shown', async () => {
    const world = emptyWorld();
    const [shown, without] = ['robin.test', 'sparrow.test'].map((handle) =>
      makeAccount(world, 'bluesky', handle, 'Robin', 'a'),
    );
    Object.assign(shown!, { avatar: 'ab12' });
    Object.assign(without!, { avatar: '' });
    await mountApp('#accounts', world);
    const [robin, sparrow] = await screen.findAllByRole('article');
    const picture = robin!.querySelector('img')!;
    expect(picture.src).toMatch(/^data:image/);
    expect(sparrow!.querySelector('img')).toBeNull();
    expect(await violations()).toEqual([]);
    await fireEvent.error(picture);
    expect(robin!.querySelector('img')).toBeNull();
    expect(within(robin!).getByText('B')).toBeVisible();
  });

  it('says how far the app goes that an account is linked through, and what it is not known of', async () => {
    const world = emptyWorld();
    const [said, unknown] = ['@said', '@unknown'].map((handle) =>
      makeAccount(world, 'mastodon', handle, 'Ash', 'a'),
    );
    said!.app = { name: 'Pay-per-use', means: 'Each call costs credits.', told: 'owner' };
    said!.kind_name = 'Editor';
    unknown!.app = { name: '', means: '', told: 'nobody' };
    await mountApp('#accounts', world);
    const [one, other] = await screen.findAllByRole('article');
    expect(one).toHaveTextContent('Pay-per-use, as you said');
    expect(within(one!).getByText('Each call costs credits.')).toBeVisible();
    expect(within(one!).getByText('Editor')).toBeVisible();
    expect(within(other!).getByRole('link', { name: 'Say it in Settings' })).toHaveAttribute(
      'href',
      '#settings/apps',
    );
    expect(await violations()).toEqual([]);
  });

  it('shows what a platform allows, what is used of it and until when', async () => {
    const world = emptyWorld();
    const account = makeAccount(world, 'mastodon', '@ash@clay.example', 'Ash', 'a');
    const limit = (name: string, allowed: number, used: number, per_post: number): BudgetView => ({
      name,
      counts: 'account',
      allowed,
      used,
      left: allowed - used,
      window_s: 300,
      resets_at: used > 0 ? new Date(Date.now() + 200_000).toISOString() : null,
      per_post,
      source: 'Mastodon documentation',
    });
    account.budget = [
      limit('calls', 300, 20, 1),
      limit('statuses', 300, 12, 1),
      limit('media', 30, 28, 0),
      limit('deletions', 30, 0, 0),
    ];
    await mountApp('#accounts', world);
    const card = await screen.findByRole('article');
    expect(within(card).getByText('Posts (3 hours)')).toBeVisible();
    expect(within(card).getByText('12 of 300 used, 288 left; new in 3 min')).toBeVisible();
    expect(within(card).getByText('28 of 30 used, 2 left; new in 3 min')).toBeVisible();
    expect(within(card).queryByText('Calls (5 min)')).toBeNull();
    expect(within(card).queryByText('Deletions (30 min)')).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('links on the practice network by keyboard, with the stages of the round trip', async () => {
    const { user, world } = await mountApp('#accounts', emptyWorld());
    (await screen.findByRole('button', { name: 'Link account' })).focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Link account' });
    await waitFor(() =>
      expect(within(dialog).getByRole('button', { name: 'Practice network' })).toHaveFocus(),
    );
    await user.keyboard('{Enter}');
    await waitFor(() => expect(within(dialog).getByRole('radio', { name: 'Takes a key' })).toHaveFocus());
    await user.keyboard('{ArrowDown}{Enter}');
    expect(await within(dialog).findByText('Agree in your browser')).toBeVisible();
    expect(within(dialog).getByRole('textbox', { name: 'Address to open' })).toHaveValue(
      'http://127.0.0.1:4310/authorize?client_id=postroom&state=9f2c',
    );
    expect(await violations()).toEqual([]);
    expect(callsOf(world, 'practice_start')).toHaveLength(1);
    expect(callsOf(world, 'link_start')).toEqual([
      { platform: 'practice', method: 'oauth', kind: 'b', open_browser: true, endpoints: {} },
    ]);
    expect(await within(dialog).findByText('@ash-b is linked')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Write a post' }));
    expect(await screen.findByRole('textbox', { name: 'Text' })).toBeVisible();
  });

  it('gives an account weekly slots', async () => {
    const { user, world } = await mountApp('#accounts');
    await user.click(await screen.findByRole('button', { name: 'Weekly slots of @ash' }));
    const dialog = await screen.findByRole('dialog', { name: 'Weekly slots of @ash' });
    expect(await within(dialog).findByText('No slots yet.')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Add slot' }));
    expect(within(dialog).getByText('Friday 09:30')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Remove Friday 09:30' }));
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Save slots' }));
    await waitFor(() => expect(callsOf(world, 'slots_set')).toHaveLength(1));
    expect(callsOf(world, 'slots_set')).toMatchObject([
      { slots: [0, 1, 2, 3].map((weekday) => ({ weekday, minute: 570 })), zone: 'Europe/Berlin' },
    ]);
  });

  it('cancels an attempt and says that nothing was kept', async () => {
    const { user, world } = await mountApp('#accounts', emptyWorld());
    await user.click(await screen.findByRole('button', { name: 'Start with the practice network' }));
    await user.click(await screen.findByRole('button', { name: 'Open the browser' }));
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Nothing was kept.');
    expect(callsOf(world, 'link_cancel')).toHaveLength(1);
    await waitFor(() => expect(screen.getByRole('button', { name: 'Try again' })).toHaveFocus());
  });

  it('checks the form before anything is sent, and forgets the password after', async () => {
    const { user, world } = await mountApp('#accounts', emptyWorld());
    await user.click(await screen.findByRole('button', { name: 'Link account' }));
    await user.click(await screen.findByRole('button', { name: 'Bluesky' }));
    const dialog = screen.getByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Link account' }));
    expect(within(dialog).getByRole('textbox', { name: 'Handle' })).toBeInvalid();
    expect(callsOf(world, 'link_start')).toEqual([]);
    await user.type(within(dialog).getByRole('textbox', { name: 'Handle' }), '@ash.example');
    await user.type(within(dialog).getByLabelText('App password'), 'wrong');
    await user.keyboard('{Enter}');
    expect(await within(dialog).findByRole('alert')).toHaveTextContent('Name or password refused');
    await user.click(within(dialog).getByRole('button', { name: 'Try again' }));
    expect(within(dialog).getByLabelText('App password')).toHaveValue('');
    expect(within(dialog).getByRole('textbox', { name: 'Handle' })).toHaveValue('@ash.example');
  });

  it('links a site by a password made there, and forgets it when the form closes', async () => {
    const world = emptyWorld();
    world.platforms.push(ownSites());
    const { user } = await mountApp('#settings/servers', world);
    const open = async (): Promise<HTMLElement> => {
      window.location.hash = '#settings/servers';
      await user.click(await screen.findByRole('button', { name: 'Link a site' }));
      return screen.findByRole('dialog', { name: 'Link account' });
    };
    let dialog = await open();
    await user.type(within(dialog).getByRole('textbox', { name: 'Site' }), 'old.example/blog');
    await user.click(within(dialog).getByRole('button', { name: 'Open the browser' }));
    // It runs a version that sends nobody back to an app.
    await user.click(await within(dialog).findByRole('button', { name: 'Use an application password' }));
    expect(within(dialog).getByRole('textbox', { name: 'Site' })).toHaveValue('old.example/blog');
    await user.type(within(dialog).getByRole('textbox', { name: 'User name' }), 'ash');
    await user.type(within(dialog).getByLabelText('App password'), 'abcd efgh ijkl');
    expect(await violations()).toEqual([]);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(document.body.innerHTML).not.toContain('abcd efgh');

    dialog = await open();
    await user.click(within(dialog).getByRole('radio', { name: 'App password' }));
    expect(within(dialog).getByLabelText('App password')).toHaveValue('');
    await user.type(within(dialog).getByRole('textbox', { name: 'Site' }), 'ash.example/blog');
    await user.type(within(dialog).getByRole('textbox', { name: 'User name' }), 'ash');
    await user.type(within(dialog).getByLabelText('App password'), 'abcd efgh ijkl');
    await user.keyboard('{Enter}');
    expect(await within(dialog).findByText('ash is linked')).toBeVisible();
    expect(callsOf(world, 'link_start')).toMatchObject([
      { platform: 'wordpress', method: 'oauth', instance: 'old.example/blog' },
      {
        platform: 'wordpress',
        method: 'app-password',
        instance: 'ash.example/blog',
        identifier: 'ash',
      },
    ]);
    expect(world.handed).toEqual(['abcd efgh ijkl']);
  });

  it('asks what becomes of scheduled posts when unlinking', async () => {
    const { user, world } = await mountApp('#accounts');
    await user.click(await screen.findByRole('button', { name: 'Unlink @ash' }));
    const dialog = await screen.findByRole('dialog', { name: 'Unlink @ash?' });
    expect(within(dialog).getByText('3 posts are waiting for this account.')).toBeVisible();
    await user.click(within(dialog).getByRole('radio', { name: /^Cancel them/ }));
    await user.click(within(dialog).getByRole('button', { name: 'Unlink' }));
    expect(await screen.findByText('@ash is unlinked.')).toBeVisible();
    expect(callsOf(world, 'accounts_unlink')).toEqual([{ id: 'acc_0002', scheduled: 'cancel' }]);
  });

  it('checks one account and says how it is', async () => {
    const { user } = await mountApp('#accounts');
    await user.click(await screen.findByRole('button', { name: 'Check @ash' }));
    expect(await screen.findByText('@ash works.')).toBeVisible();
  });

  it('says what is left at a platform whose access cannot be ended from here', async () => {
    const { user } = await mountApp('#accounts');
    await user.click(await screen.findByRole('button', { name: 'Unlink ashstudio.bsky.social' }));
    const asked = await screen.findByRole('dialog');
    await user.click(within(asked).getByRole('button', { name: 'Unlink' }));
    const left = await screen.findByRole('dialog', { name: 'ashstudio.bsky.social is unlinked' });
    expect(within(left).getByText(/Delete the app password at Bluesky too: it still works/)).toBeVisible();
    expect(within(left).getByRole('textbox', { name: 'Page to end it' })).toHaveValue(
      'https://bsky.app/settings/app-passwords',
    );
    expect(await violations()).toEqual([]);
  });

  it('says how the access stands, and what helps', async () => {
    const world = emptyWorld();
    const account = makeAccount(world, 'mastodon', '@ash@clay.example', 'Ash', 'a');
    const ends_at = new Date(Date.now() + 3 * 86_400_000).toISOString();
    account.access = { state: 'ends_soon', reason: '', fix: '', ends_at, end_moves: false };
    account.scopes_missing = [{ name: 'write:media', reason: 'To upload pictures' }];
    await mountApp('#accounts', world);
    const card = await screen.findByRole('article');
    expect(within(card).getByText('Ends soon')).toBeVisible();
    expect(within(card).getByText(/Relink it before then/)).toBeVisible();
    expect(within(card).getByText('write:media')).toBeVisible();
    expect(await within(card).findByText('None in 90 days')).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('makes a group, shows only its accounts, and forgets it', async () => {
    const { user, world } = await mountApp('#accounts');
    await user.click(await screen.findByRole('button', { name: 'Groups' }));
    const dialog = await screen.findByRole('dialog', { name: 'Groups' });
    await user.type(within(dialog).getByRole('textbox', { name: 'New group' }), 'Practice');
    await user.click(within(dialog).getByRole('checkbox', { name: /^@ash Practice/ }));
    await user.click(within(dialog).getByRole('button', { name: 'Make group' }));
    expect(await within(dialog).findByRole('button', { name: 'Change Practice' })).toBeVisible();
    expect(callsOf(world, 'groups_set')).toEqual([{ name: 'Practice', accounts: ['acc_0002'] }]);
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getAllByRole('button', { name: 'Close' })[0]!);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.click(await screen.findByRole('radio', { name: 'Practice' }));
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(1));
    await user.click(screen.getByRole('button', { name: 'Groups' }));
    await user.click(await screen.findByRole('button', { name: 'Forget Practice' }));
    await waitFor(() => expect(callsOf(world, 'groups_remove')).toEqual([{ name: 'Practice' }]));
  });

  it('lists every secret without telling one, and asks before it is given back', async () => {
    const { user, world } = await mountApp('#accounts');
    await user.click(await screen.findByRole('radio', { name: 'Secrets' }));
    const rows = within(await screen.findByRole('table', { name: 'Secrets' })).getAllByRole('row');
    expect(rows).toHaveLength(1 + 2 * 4);
    expect(within(rows[2]!).getByText('Session of an app password')).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Revoke access to @ash' }));
    const dialog = await screen.findByRole('dialog', { name: 'Unlink @ash?' });
    expect(callsOf(world, 'accounts_unlink')).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(callsOf(world, 'accounts_unlink')).toEqual([]);
  });
});
