import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { busyWorld, emptyWorld, makeAccount } from '$ipc/mock/fixtures';
import type { SaveDraft, SchedulePost } from '$ipc/generated';
import { onlyLinked } from '$ipc/mock/platforms';
import type { World } from '$ipc/mock/world';
import { callsOf, mountApp, violations, type Stage } from '$test/app';

function oneAccount(): World {
  const world = emptyWorld();
  makeAccount(world, 'practice', '@ash', 'Ash', 'a');
  return world;
}

async function writeIn(stage: Stage, text: string): Promise<void> {
  await stage.user.type(await screen.findByRole('textbox', { name: 'Text' }), text);
}

async function picture(stage: Stage): Promise<void> {
  await stage.user.click(screen.getByRole('button', { name: 'Add pictures' }));
  await screen.findByRole('button', { name: /alt text (of|to) picture 1/ });
}

describe('Compose', () => {
  it('offers no account through which nothing can be published', async () => {
    const world = oneAccount();
    world.platforms.push(onlyLinked());
    makeAccount(world, 'x', '@ash-on-x', 'Ash', 'd');
    await mountApp('#compose', world);
    const chips = await screen.findByRole('group', { name: 'Post to' });
    expect(within(chips).getByRole('button', { name: /@ash/ })).toBeVisible();
    expect(within(chips).queryByRole('button', { name: /@ash-on-x/ })).toBeNull();
  });

  it('breaks no rule of accessibility, empty and with a draft', async () => {
    await mountApp('#compose', busyWorld());
    await screen.findByText(/Made from what will be sent/);
    expect(await violations()).toEqual([]);
  });

  it('opens the newest draft with its counters, preview and findings', async () => {
    await mountApp();
    expect(await screen.findByDisplayValue(/Three glaze tests/)).toBeVisible();
    expect(await screen.findByText('Bluesky 177 / 300')).toBeVisible();
    const preview = screen.getByRole('region', { name: 'Preview' });
    expect(within(preview).getByText('#ceramics')).toBeVisible();
    expect(screen.getByText(/A picture has no alt text/)).toBeVisible();
  });

  it('counts anew when a server told of other limits', async () => {
    const { world } = await mountApp();
    await screen.findByText('Bluesky 177 / 300');
    const asked = callsOf(world, 'posts_review').length;
    world.emit('accounts', 'acc_any');
    await waitFor(() => expect(callsOf(world, 'posts_review').length).toBeGreaterThan(asked));
  });

  it('saves by itself what is written', async () => {
    const stage = await mountApp('#compose', oneAccount());
    await writeIn(stage, 'Hello there');
    await waitFor(() => expect(callsOf(stage.world, 'posts_save')).not.toHaveLength(0));
    await screen.findByText(/^Draft saved/);
    expect(stage.world.posts[0]?.draft.content.parts[0]?.text).toBe('Hello there');
  });

  it('schedules by keyboard alone, says so, and takes it back', async () => {
    const stage = await mountApp('#compose', oneAccount());
    expect(await screen.findByRole('button', { name: '@ash', pressed: true })).toBeVisible();
    await writeIn(stage, 'Kiln day');
    await screen.findByRole('button', { name: 'Schedule 1 post' });
    await stage.user.keyboard('{Control>}{Enter}{/Control}');
    expect(await screen.findByText(/^Scheduled for .*Europe\/Berlin$/)).toBeVisible();
    const [sent] = callsOf(stage.world, 'posts_schedule') as SchedulePost[];
    expect(sent?.when).toMatchObject({ kind: 'wall', zone: 'Europe/Berlin' });
    expect(screen.getByRole('textbox', { name: 'Text' })).toHaveValue('');
    await stage.user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByDisplayValue('Kiln day')).toBeVisible();
    expect(stage.world.publications()).toEqual([]);
  });

  it('repeats a post by a choice in words, and shows the next dates with their zone', async () => {
    const stage = await mountApp('#compose', oneAccount());
    await writeIn(stage, 'Every week');
    await stage.user.selectOptions(await screen.findByRole('combobox', { name: 'Repeats' }), 'Weekly');
    expect(await screen.findByText(/^Next: .*, Europe\/Berlin$/)).toBeVisible();
    expect(await violations()).toEqual([]);
    await stage.user.click(screen.getByRole('button', { name: 'Schedule 1 post' }));
    expect(await screen.findByText(/^Repeats from .*Europe\/Berlin$/)).toBeVisible();
    expect(stage.world.series[0]?.timing.rule).toMatch(/^FREQ=WEEKLY;BYDAY=/);
    expect(callsOf(stage.world, 'posts_schedule')).toHaveLength(0);
    expect(stage.world.posts).toHaveLength(0);
  });

  it('says what is wrong with a rule', async () => {
    const stage = await mountApp('#compose', oneAccount());
    await stage.user.selectOptions(await screen.findByRole('combobox', { name: 'Repeats' }), 'By a rule');
    await stage.user.clear(screen.getByRole('textbox', { name: 'Rule (RRULE)' }));
    await stage.user.type(screen.getByRole('textbox', { name: 'Rule (RRULE)' }), 'often');
    await waitFor(() => expect(callsOf(stage.world, 'series_preview').length).toBeGreaterThan(0));
    await waitFor(() => expect(screen.queryByText(/^Next: /)).toBeNull());
  });

  it('offers the next free slot where every chosen account has one', async () => {
    const world = oneAccount();
    const stage = await mountApp('#compose', world);
    await writeIn(stage, 'In turn');
    expect(screen.queryByRole('radio', { name: 'Next free slot' })).toBeNull();
    const [account] = world.accounts;
    const at = new Date(Date.now() + 86_400_000).toISOString();
    const next = { at, wall: at.slice(0, 19), zone: 'UTC' };
    world.slots.set(account?.id ?? '', { account: account?.id ?? '', slots: [], zone: 'UTC', next });
    world.emit('accounts', account?.id);
    await stage.user.click(await screen.findByRole('radio', { name: 'Next free slot' }));
    await stage.user.click(screen.getByRole('button', { name: 'Schedule 1 post' }));
    await waitFor(() => expect(callsOf(world, 'posts_schedule')).toHaveLength(1));
    expect((callsOf(world, 'posts_schedule') as SchedulePost[])[0]?.when.kind).toBe('next_slot');
  });

  it('publishes now, and in five seconds on practice accounts only', async () => {
    const stage = await mountApp('#compose', oneAccount());
    await writeIn(stage, 'Now');
    await stage.user.click(await screen.findByRole('radio', { name: 'In 5 seconds' }));
    await stage.user.click(screen.getByRole('button', { name: 'Schedule 1 post' }));
    await waitFor(() => expect(callsOf(stage.world, 'posts_schedule')).toHaveLength(1));
    expect((callsOf(stage.world, 'posts_schedule') as SchedulePost[])[0]?.when.kind).toBe('instant');
    await writeIn(stage, 'Again');
    await stage.user.click(screen.getByRole('radio', { name: 'Now' }));
    await stage.user.click(screen.getByRole('button', { name: 'Publish 1 post' }));
    expect(await screen.findByText('On its way')).toBeVisible();
  });

  it('sends nothing while something blocks, and leads to the cure', async () => {
    const stage = await mountApp('#compose', oneAccount());
    await writeIn(stage, 'x');
    await stage.user.click(screen.getByRole('button', { name: '@ash' }));
    await stage.user.click(screen.getByRole('button', { name: 'Schedule' }));
    const found = await screen.findByRole('list', { name: 'Before it goes out' });
    expect(within(found).getByText(/No account is chosen/)).toBeVisible();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Choose an account' })).toHaveFocus());
    expect(callsOf(stage.world, 'posts_schedule')).toEqual([]);
  });

  it('shows what Rust finds when it is asked to send', async () => {
    const stage = await mountApp('#compose', oneAccount());
    const finding = {
      code: 'same_text_soon',
      severity: 'hint',
      part: null,
      media: null,
      actual: null,
      option: null,
      limit: null,
    } as const;
    stage.world.fail('posts_schedule', {
      code: 'preflight_failed',
      findings: [{ ...finding, severity: 'block', account: stage.world.accounts[0]?.id ?? null }],
    });
    await writeIn(stage, 'Twice');
    await stage.user.click(await screen.findByRole('button', { name: 'Schedule 1 post' }));
    const found = await screen.findByRole('list', { name: 'Before it goes out' });
    expect(within(found).getByText(/The same text goes to Practice network/)).toBeVisible();
  });

  it('says why sending failed, with the platform’s words under details', async () => {
    const stage = await mountApp('#compose', oneAccount());
    stage.world.fail('posts_schedule', {
      code: 'storage_failed',
      message: 'The disk is full.',
      details: 'ENOSPC',
    });
    await writeIn(stage, 'Hello');
    await stage.user.click(await screen.findByRole('button', { name: 'Schedule 1 post' }));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The disk is full.');
    expect(within(alert).getByText('ENOSPC')).toBeInTheDocument();
    expect(screen.getByRole('textbox', { name: 'Text' })).toHaveValue('Hello');
  });
});

describe('pictures', () => {
  it('are picked, described, moved and removed by keyboard', async () => {
    const stage = await mountApp('#compose', oneAccount());
    await picture(stage);
    stage.drop({ kind: 'drop', paths: ['/home/ash/kiln.png'] });
    const second = await screen.findByRole('button', { name: 'Add alt text to picture 2' });
    second.focus();
    await stage.user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Alt text' });
    expect(within(dialog).getByRole('textbox', { name: 'Describe the picture' })).toHaveFocus();
    await stage.user.keyboard('A kiln at night');
    await stage.user.click(within(dialog).getByRole('button', { name: 'Save alt text' }));
    const described = await screen.findByRole('button', { name: 'Edit alt text of picture 2' });
    described.focus();
    await stage.user.keyboard('{Alt>}{ArrowLeft}{/Alt}');
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Edit alt text of picture 1' })).toHaveFocus(),
    );
    await stage.user.keyboard('{Delete}');
    expect(screen.queryByRole('button', { name: /Edit alt text/ })).toBeNull();
    await waitFor(() => expect(stage.world.posts[0]?.draft.content.parts[0]?.media).toHaveLength(1), {
      timeout: 3000,
    });
  });

  it('are pasted from the clipboard as base64', async () => {
    const stage = await mountApp('#compose', oneAccount());
    const file = new File([new Uint8Array([137, 80, 78, 71])], 'shot.png', { type: 'image/png' });
    const text = screen.getByRole('textbox', { name: 'Text' });
    const event = new Event('paste', { bubbles: true, cancelable: true });
    Object.assign(event, { clipboardData: { files: [file] } });
    text.dispatchEvent(event);
    await screen.findByRole('button', { name: 'Add alt text to picture 1' });
    expect(callsOf(stage.world, 'media_paste')).toEqual([{ name: 'shot.png', base64: 'iVBORw==' }]);
  });

  it('are asked of the desktop where the page is not shown them', async () => {
    const stage = await mountApp('#compose', oneAccount());
    const text = screen.getByRole('textbox', { name: 'Text' });
    const event = new Event('paste', { bubbles: true, cancelable: true });
    Object.assign(event, { clipboardData: { files: [], types: [] } });
    text.dispatchEvent(event);
    await screen.findByRole('button', { name: 'Add alt text to picture 1' });
    expect(callsOf(stage.world, 'media_clipboard')).toHaveLength(1);
  });

  it('that cannot be read are said and not added', async () => {
    const stage = await mountApp('#compose', oneAccount());
    stage.world.fail('media_add', { code: 'media_unreadable' });
    await stage.user.click(screen.getByRole('button', { name: 'Add pictures' }));
    expect(await screen.findByText(/That is not a usable picture/)).toBeVisible();
  });
});

describe('threads, versions and cards', () => {
  it('writes a thread with the keyboard', async () => {
    const stage = await mountApp('#compose', oneAccount());
    await writeIn(stage, 'One');
    await stage.user.keyboard('{Control>}{Shift>}{Enter}{/Shift}{/Control}');
    const second = await screen.findByRole('textbox', { name: 'Text, part 2 of 2' });
    await waitFor(() => expect(second).toHaveFocus());
    await stage.user.keyboard('Two');
    await stage.user.click(screen.getByRole('button', { name: 'Move part 2 up' }));
    expect(screen.getByRole('textbox', { name: 'Text, part 1 of 2' })).toHaveValue('Two');
    expect(await violations()).toEqual([]);
  });

  it('gives one account its own text and asks before it throws it away', async () => {
    const stage = await mountApp();
    await stage.user.click(await screen.findByRole('tab', { name: 'Bluesky' }));
    await stage.user.click(screen.getByRole('button', { name: 'Customise for Bluesky' }));
    const text = screen.getByRole('textbox', { name: 'Text' });
    await stage.user.clear(text);
    await stage.user.type(text, 'Only here');
    expect(screen.getByRole('tab', { name: /^Bluesky.*edited$/ })).toBeVisible();
    await waitFor(() => {
      const saved = callsOf(stage.world, 'posts_save') as SaveDraft[];
      expect(saved.at(-1)?.draft.variants[0]?.parts?.[0]?.text).toBe('Only here');
    });
    await stage.user.click(screen.getByRole('button', { name: 'Use the common text again' }));
    const question = await screen.findByRole('alertdialog');
    await stage.user.click(within(question).getByRole('button', { name: 'Use the common text' }));
    expect(await screen.findByRole('button', { name: 'Customise for Bluesky' })).toBeVisible();
  });

  it('offers a card for a link and lets it be edited', async () => {
    const stage = await mountApp('#compose', oneAccount());
    await writeIn(stage, 'See ash.studio/ash-no-4');
    await stage.user.click(await screen.findByRole('button', { name: 'Add link card' }));
    const title = await screen.findByRole('textbox', { name: 'Card title' });
    expect(title).toHaveValue('Ash glaze no. 4');
    expect(callsOf(stage.world, 'cards_fetch')).toEqual([{ url: 'https://ash.studio/ash-no-4' }]);
    await stage.user.click(screen.getByRole('button', { name: 'Remove link card' }));
    expect(await screen.findByRole('button', { name: 'Add link card' })).toBeVisible();
  });

  it('keeps drafts: a new post, the old one reopened, copied and deleted', async () => {
    const stage = await mountApp();
    await screen.findByDisplayValue(/Three glaze tests/);
    await stage.user.click(screen.getByRole('button', { name: 'New post' }));
    expect(await screen.findByRole('textbox', { name: 'Text' })).toHaveValue('');
    await stage.user.click(screen.getByRole('button', { name: /^Drafts/ }));
    await stage.user.click(await screen.findByRole('button', { name: /^Three glaze tests/ }));
    expect(await screen.findByDisplayValue(/Three glaze tests/)).toBeVisible();
    await stage.user.click(screen.getByRole('button', { name: 'Duplicate' }));
    await screen.findByText('This is the copy.');
    expect(callsOf(stage.world, 'posts_duplicate')).toHaveLength(1);
  });
});
