import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { emptyWorld, fediverseWorld, makeAccount } from '$ipc/mock/fixtures';
import type { SaveDraft } from '$ipc/generated';
import { callsOf, mountApp, violations, type Stage } from '$test/app';

async function unfold(stage: Stage): Promise<void> {
  await stage.user.type(await screen.findByRole('textbox', { name: 'Text' }), 'Which glaze?');
  await stage.user.click(await screen.findByText('Options for Mastodon'));
}

function saved(stage: Stage): Record<string, string> | undefined {
  const last = (callsOf(stage.world, 'posts_save') as SaveDraft[]).at(-1);
  return last?.draft.variants[0]?.options;
}

const preview = (): HTMLElement => screen.getByRole('region', { name: 'Preview' });

describe('Options of an account', () => {
  it('are there for accounts that have some, and only those', async () => {
    const world = fediverseWorld();
    makeAccount(world, 'practice', '@ash', 'Ash', 'a');
    const { user } = await mountApp('#compose', world);
    await user.click(await screen.findByRole('button', { name: '@ash', pressed: false }));
    expect(screen.queryByText(/^Options for/)).toBe(null);
    await user.click(screen.getByRole('button', { name: '@ash@indie.social', pressed: false }));
    expect(await screen.findByText('Options for Mastodon')).toBeVisible();
    expect(screen.getByText('As usual')).toBeVisible();
  });

  it('go with the draft and show in the preview', async () => {
    const stage = await mountApp('#compose', fediverseWorld());
    await unfold(stage);
    const { user } = stage;
    await user.selectOptions(screen.getByRole('combobox', { name: 'Visibility' }), 'Followers only');
    await user.type(screen.getByRole('textbox', { name: 'Content warning' }), 'Kiln');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Language' }), 'German');
    await waitFor(() =>
      expect(saved(stage)).toEqual({ visibility: 'private', content_warning: 'Kiln', language: 'de' }),
    );
    expect(await screen.findByText('Mastodon 16 / 500')).toBeVisible();
    expect(await screen.findByText('Followers only · German · Content warning')).toBeVisible();
    expect(await within(preview()).findByText(/· Followers only/)).toBeVisible();
    expect(within(preview()).getByText('Which glaze?')).not.toBeVisible();
    await user.click(within(preview()).getByText('Kiln'));
    expect(within(preview()).getByText('Which glaze?')).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Visibility' }), 'As set in the account');
    await waitFor(() => expect(saved(stage)).toEqual({ content_warning: 'Kiln', language: 'de' }));
  });

  it('make a poll by keyboard alone', async () => {
    const stage = await mountApp('#compose', fediverseWorld());
    await unfold(stage);
    const { user } = stage;
    screen.getByRole('button', { name: 'Add a poll' }).focus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Answer 1' })).toHaveFocus());
    await user.keyboard('Ash{Tab}Celadon');
    screen.getByRole('button', { name: 'Add an answer' }).focus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Answer 3' })).toHaveFocus());
    await user.keyboard('Tenmoku');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Runs for' }), '3 days');
    await user.click(screen.getByRole('switch', { name: 'Several answers allowed' }));
    expect(await within(preview()).findByText('Runs for 3 days · Several answers allowed')).toBeVisible();
    expect(
      within(within(preview()).getByRole('list', { name: 'Poll' }))
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    ).toEqual(['Ash', 'Celadon', 'Tenmoku']);
    await waitFor(() =>
      expect(JSON.parse(saved(stage)?.poll ?? '{}')).toEqual({
        answers: ['Ash', 'Celadon', 'Tenmoku'],
        life_s: 259_200,
        multiple: true,
        hide_totals: false,
      }),
    );
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Remove answer 2' }));
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Answer 2' })).toHaveValue('Tenmoku'));
    await user.click(screen.getByRole('button', { name: 'Remove the poll' }));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Add a poll' })).toHaveFocus());
  });

  it('say that a poll excludes pictures, and mend it with one press', async () => {
    const stage = await mountApp('#compose', fediverseWorld());
    await unfold(stage);
    const { user } = stage;
    await user.click(screen.getByRole('button', { name: 'Add a poll' }));
    await user.click(screen.getByRole('button', { name: 'Add pictures' }));
    const found = await screen.findByRole('list', { name: 'Before it goes out' });
    expect(await within(found).findByText(/takes either a poll or pictures, not both/)).toBeVisible();
    expect(within(found).getByText('Mastodon does not take this value of “Poll”.')).toBeVisible();
    await user.click(within(found).getByRole('button', { name: 'Go to the option' }));
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Answer 1' })).toHaveFocus());
    await user.click(within(found).getByRole('button', { name: 'Remove the poll' }));
    await waitFor(() => expect(screen.queryByText(/takes either a poll or pictures/)).toBe(null));
    expect(screen.queryByRole('textbox', { name: 'Answer 1' })).toBe(null);
  });
});

describe('What a post falls back on', () => {
  it('is chosen beforehand and saved with the draft', async () => {
    const world = emptyWorld();
    const account = makeAccount(world, 'practice', '@ash', 'Ash', 'a');
    const other = makeAccount(world, 'practice', '@ash-two', 'Ash Two', 'b');
    const { user } = await mountApp('#compose', world);
    expect(screen.queryByRole('combobox', { name: 'If it cannot go out as planned' })).toBeNull();
    await user.click(await screen.findByRole('button', { name: account.handle, pressed: false }));
    await user.type(screen.getByRole('textbox', { name: 'Text' }), 'Kiln day');
    const choice = await screen.findByRole('combobox', { name: 'If it cannot go out as planned' });
    expect(choice).toHaveValue('hold');
    await user.selectOptions(choice, other.id);
    expect(await violations()).toEqual([]);
    await waitFor(() => {
      const last = (callsOf(world, 'posts_save') as SaveDraft[]).at(-1);
      expect(last?.fallback).toEqual({ kind: 'account', account: other.id });
    });
  });
});

describe('Linking with a server', () => {
  async function form(): Promise<Stage & { dialog: HTMLElement; server: HTMLElement }> {
    const stage = await mountApp('#accounts', emptyWorld());
    await stage.user.click(await screen.findByRole('button', { name: 'Link account' }));
    await stage.user.click(await screen.findByRole('button', { name: 'Mastodon' }));
    const dialog = screen.getByRole('dialog');
    return { ...stage, dialog, server: within(dialog).getByRole('textbox', { name: 'Server' }) };
  }

  it('takes a whole handle and opens the browser', async () => {
    const { user, world, dialog, server } = await form();
    await waitFor(() => expect(server).toHaveFocus());
    expect(server).toHaveAccessibleDescription(/like mastodon\.social or fosstodon\.org/);
    await user.type(server, ' @ash@indie.social {Enter}');
    expect(await within(dialog).findByText('Agree in your browser')).toBeVisible();
    expect(callsOf(world, 'link_start')).toMatchObject([
      { platform: 'mastodon', instance: '@ash@indie.social' },
    ]);
  });

  it.each([
    ['not a server', 'That does not read like the name of a server. One looks like mastodon.social.'],
    [
      'blog.example',
      'blog.example is not a Mastodon-compatible server. Check the spelling; nothing was linked.',
    ],
    [
      'away.example',
      'away.example cannot be reached. Check the spelling and your connection; nothing was linked.',
    ],
  ])('says what is wrong with “%s”, at the field', async (typed, words) => {
    const { user, dialog, server } = await form();
    await user.type(server, `${typed}{Enter}`);
    expect(await within(dialog).findByText(words)).toBeVisible();
    const field = within(dialog).getByRole('textbox', { name: 'Server' });
    await waitFor(() => expect(field).toHaveFocus());
    expect(field).toBeInvalid();
    expect(field).toHaveValue(typed);
    expect(await violations()).toEqual([]);
  });
});
