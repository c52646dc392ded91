import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { busyWorld, emptyWorld, fediverseWorld, makeAccount, makePublication } from '$ipc/mock/fixtures';
import { callsOf, mountApp, violations } from '$test/app';

describe('Queue', () => {
  it('groups by what it asks and breaks no rule', async () => {
    await mountApp('#queue');
    const names = (await screen.findAllByRole('heading', { level: 2 })).map((heading) =>
      heading.textContent.trim(),
    );
    expect(names.filter((name) => / \d$/.test(name))).toEqual(['Needs you 2', 'Now 1', 'Next 3', 'Done 2']);
    expect(
      screen.getByText('The reply was lost; we looked, found it live, and sent nothing twice.'),
    ).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it.each(['en-GB', 'de-DE'])('names a platform that is down, and has it tried now (%s)', async (locale) => {
    const world = emptyWorld();
    world.outages = [
      {
        server: 'https://clay.example',
        platform: 'mastodon',
        name: 'Mastodon',
        cause: 'platform_unavailable',
        since: new Date(Date.now() - 600_000).toISOString(),
        until: new Date(Date.now() + 120_000).toISOString(),
        waiting: 3,
      },
    ];
    world.settings.language = locale.slice(0, 2);
    const { user } = await mountApp('#queue', world);
    const german = locale === 'de-DE';
    const list = await screen.findByRole('list', {
      name: german ? 'Gestörte Plattformen' : 'Platforms in trouble',
    });
    expect(list).toHaveTextContent(
      german
        ? /^Mastodon \(clay\.example\) ist gestört\. Es fing vor 10 Min\. an\. 3 Beiträge warten/
        : /^Mastodon \(clay\.example\) is in trouble\. It began 10 min ago\. 3 posts wait/,
    );
    expect(await violations()).toEqual([]);
    const now = german ? 'Jetzt versuchen: Mastodon (clay.example)' : 'Try now: Mastodon (clay.example)';
    await user.click(within(list).getByRole('button', { name: now }));
    await waitFor(() => expect(list).not.toBeInTheDocument());
    expect(callsOf(world, 'queue_try_server')).toEqual([{ server: 'https://clay.example' }]);
  });

  it('is empty with one button', async () => {
    const { user } = await mountApp('#queue', emptyWorld());
    await user.click(await screen.findByRole('button', { name: 'Write a post' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Compose' })).toBeVisible();
  });

  it('shows both sides of a doubtful post and takes the answer by keyboard', async () => {
    const { user, world } = await mountApp('#queue');
    (await screen.findByRole('button', { name: 'Look and decide' })).focus();
    await user.keyboard('{Enter}');
    const screenOf = await screen.findByRole('dialog', { name: 'Is this post live?' });
    const sent = within(screenOf).getByRole('region', { name: 'What Postroom sent' });
    expect(await within(sent).findByText('None: silence after it was sent')).toBeVisible();
    const shown = within(screenOf).getByRole('region', { name: 'What the account shows' });
    expect(await within(shown).findByText(/not read what is there/)).toBeVisible();
    await user.click(within(shown).getByRole('button', { name: 'Open the profile' }));
    expect(callsOf(world, 'accounts_open')).toHaveLength(1);
    expect(await violations()).toEqual([]);
    const link = within(screenOf).getByRole('textbox', { name: 'Link of the post, if you have it' });
    await user.type(link, 'https://elsewhere.example/1');
    world.fail('publications_decide', { code: 'invalid_request' });
    await user.click(within(screenOf).getByRole('button', { name: 'It is live' }));
    expect(await within(screenOf).findByText(/That is no post of this account/)).toBeVisible();
    await user.clear(link);
    const live = within(screenOf).getByRole('button', { name: 'It is live' });
    expect(live).toHaveAccessibleDescription('Marked as published. Nothing more of it is sent.');
    live.focus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(callsOf(world, 'publications_decide')[1]).toMatchObject({ live: true, remote_id: null });
  });

  it('offers what an account shows as the post in question', async () => {
    const world = busyWorld();
    const readable = world.accounts.find(({ handle }) => handle === '@ash')!;
    makePublication(world, readable, 'Is it there?', -4, {
      state: 'needs_decision',
      group: 'needs_you',
      attempts: 1,
    });
    const { user } = await mountApp('#queue', world);
    const [, second] = await screen.findAllByRole('button', { name: 'Look and decide' });
    await user.click(second!);
    const dialog = await screen.findByRole('dialog', { name: 'Is this post live?' });
    expect(await within(dialog).findByText('1 post looks like it.')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'This is it: Is it there?' }));
    await user.click(within(dialog).getByRole('button', { name: 'It is live' }));
    await waitFor(() => expect(callsOf(world, 'publications_decide')).toHaveLength(1));
    expect(callsOf(world, 'publications_decide')[0]).toMatchObject({
      remote_id: 'http://127.0.0.1:4310/p/post_9',
    });
  });

  it('acts on many by keyboard and takes that back', async () => {
    const { user, world } = await mountApp('#queue');
    await screen.findByText('Kiln opening, in four parts');
    screen.getByRole('button', { name: /^Ash glaze no. 4/ }).focus();
    await user.keyboard('x');
    await user.click(screen.getByRole('checkbox', { name: 'Select Open studio on Sunday, on @ash' }));
    const bar = screen.getByRole('group', { name: '2 posts selected' });
    expect(await violations()).toEqual([]);
    await user.click(within(bar).getByRole('button', { name: 'Cancel posts' }));
    const question = await screen.findByRole('alertdialog', { name: 'Cancel 2 posts?' });
    await user.click(within(question).getByRole('button', { name: 'Cancel posts' }));
    expect(await screen.findByText('2 posts are cancelled.')).toBeVisible();
    expect(callsOf(world, 'publications_bulk')).toHaveLength(1);
    expect(screen.queryByRole('group', { name: '2 posts selected' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('2 posts are as before.')).toBeVisible();
    await user.keyboard('{Control>}a{/Control}');
    expect(await screen.findByRole('group', { name: '4 posts selected' })).toBeVisible();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('group', { name: '4 posts selected' })).toBeNull();
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(callsOf(world, 'bulk_undo')).toHaveLength(2));
  });

  it('gives many another time together', async () => {
    const { user, world } = await mountApp('#queue');
    await screen.findByText('Kiln opening, in four parts');
    await user.keyboard('{Control>}a{/Control}');
    const bar = await screen.findByRole('group', { name: '4 posts selected' });
    await user.click(within(bar).getByRole('button', { name: 'Another time' }));
    const dialog = await screen.findByRole('dialog', { name: 'Another time' });
    expect(within(dialog).getByText(/The first of 4 gets this time/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Set the time' }));
    await waitFor(() => expect(callsOf(world, 'publications_bulk')).toHaveLength(1));
    expect(callsOf(world, 'publications_bulk')[0]).toMatchObject({ act: 'reschedule' });
  });

  it('shows a dead letter whole and leads to mending it', async () => {
    const world = busyWorld();
    const sky = world.accounts[0]!;
    const failed = makePublication(world, sky, 'Refused words', -9, {
      state: 'failed',
      group: 'needs_you',
      cause: 'content_rejected',
      reason: 'Bluesky refused this post. It is not live. Edit or retry it.',
      attempts: 1,
    });
    world.detail(failed.id).replies = [
      {
        part: 0,
        at: world.now(),
        operation: 'create_record',
        status: 400,
        headers: [['content-type', 'application/json']],
        body: '{"error":"InvalidRecord"}',
      },
    ];
    const { user } = await mountApp(`#queue/${failed.id}`, world);
    const drawer = await screen.findByRole('dialog', { name: 'Refused words' });
    await user.click(await within(drawer).findByText('Exactly what was sent'));
    expect(within(drawer).getByText(/"text": "Refused words"/)).toBeVisible();
    await user.click(within(drawer).getByText('The platform’s own words'));
    expect(within(drawer).getByText(/InvalidRecord/)).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(within(drawer).getByRole('button', { name: 'Edit and retry' }));
    expect(await screen.findByText(/This is what failed on ashstudio/)).toBeVisible();
    expect(callsOf(world, 'publications_mend')).toEqual([{ id: failed.id }]);
    expect(await violations()).toEqual([]);
  });

  it('retries all that waited for an account once it is linked again', async () => {
    const world = busyWorld();
    const sky = world.accounts[0]!;
    for (const title of ['First that waited', 'Second that waited'])
      makePublication(world, sky, title, -60, {
        state: 'held',
        group: 'needs_you',
        held: 'missed',
        cause: 'relink_needed',
        reason: 'Its time passed.',
      });
    const { user } = await mountApp('#queue', world);
    await user.click(await screen.findByRole('button', { name: 'Retry all 2, one by one' }));
    await waitFor(() =>
      expect(callsOf(world, 'publications_bulk')).toEqual([
        { act: 'retry', whose: { waited: sky.id }, when: null },
      ]),
    );
  });

  it('says what an older copy of the profile found and asks before it resumes', async () => {
    const world = busyWorld();
    world.paused = true;
    const item = { publication: 'pub_1', handle: '@ash', at: world.now(), url: '', why: '' };
    world.copied = {
      copied: true,
      since: world.now(),
      looked: true,
      found: [{ ...item, title: 'Was out already' }],
      absent: [{ ...item, title: 'Is not there' }],
      unknown: [{ ...item, title: 'Who knows', why: 'Only you can look.' }],
    };
    const { user } = await mountApp('#queue', world);
    await user.click(await screen.findByRole('button', { name: 'Look at them' }));
    const dialog = await screen.findByRole('dialog', { name: 'This is an older copy of your profile' });
    for (const title of ['Was out already', 'Is not there', 'Who knows'])
      expect(within(dialog).getByText(title)).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Let 1 post go out and resume' }));
    await waitFor(() => expect(callsOf(world, 'copied_settle')).toEqual([{ send_absent: true }]));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('tells a screen reader what changed', async () => {
    const { world } = await mountApp('#queue');
    await screen.findByText('Kiln opening, in four parts');
    const busy = world.publications().find((publication) => publication.state === 'publishing');
    world.change(busy?.id ?? '', { state: 'published', group: 'done', reason: '' });
    expect(await screen.findByText('Published: Kiln opening, in four parts, on @ash')).toBeInTheDocument();
  });

  it('moves with J, K and the arrows, opens with Enter and closes with Escape', async () => {
    const { user } = await mountApp('#queue');
    await screen.findByText('Kiln opening, in four parts');
    await user.keyboard('jj{ArrowDown}k');
    expect(screen.getByRole('button', { name: /^Ash glaze no. 4/ })).toHaveFocus();
    await user.keyboard('k{Enter}');
    const drawer = await screen.findByRole('dialog', { name: 'We are hiring a studio assistant for spring' });
    expect(await within(drawer).findByText('No answer came within 30 seconds.')).toBeVisible();
    expect(
      within(drawer).getByText('connection closed before the response was complete'),
    ).toBeInTheDocument();
    expect(location.hash).toMatch(/^#queue\/pub_/);
    expect(await violations()).toEqual([]);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('filters and searches, and says when nothing fits', async () => {
    const { user, world } = await mountApp('#queue');
    await user.click(await screen.findByRole('radio', { name: 'Published' }));
    expect(screen.getAllByRole('listitem').filter((item) => item.querySelector('[data-row]'))).toHaveLength(
      1,
    );
    await user.keyboard('/');
    expect(screen.getByRole('searchbox', { name: 'Search posts' })).toHaveFocus();
    await user.keyboard('glaze');
    await user.click(await screen.findByRole('button', { name: 'Show all' }));
    await screen.findByText('Kiln opening, in four parts');
    expect(callsOf(world, 'publications_list')).toContainEqual({ limit: 500, search: 'glaze' });
  });

  it('pauses and resumes everything', async () => {
    const { user, world } = await mountApp('#queue');
    await user.click(await screen.findByRole('button', { name: 'Pause all' }));
    expect(await screen.findByText(/Everything is paused. Posts whose time/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Resume' }));
    await screen.findByRole('button', { name: 'Pause all' });
    expect(world.paused).toBe(false);
  });

  it('cancels after a question and reschedules in a dialog', async () => {
    const { user, world } = await mountApp('#queue');
    const [menu] = await screen.findAllByRole('button', {
      name: 'More actions for Three glaze tests came out of the kiln this morning',
    });
    menu!.focus();
    await user.keyboard('{Enter}');
    await user.click(await screen.findByRole('menuitem', { name: 'Another time' }));
    const dialog = await screen.findByRole('dialog', { name: 'Another time' });
    await user.click(within(dialog).getByRole('button', { name: 'Set the time' }));
    await waitFor(() => expect(callsOf(world, 'posts_schedule')).toHaveLength(1));
    await user.click(await screen.findByRole('button', { name: 'More actions for Open studio on Sunday' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Cancel post' }));
    const question = await screen.findByRole('alertdialog');
    await user.click(within(question).getByRole('button', { name: 'Cancel post' }));
    await waitFor(() => expect(callsOf(world, 'publications_cancel')).toHaveLength(1));
  });

  it('shows the next days, what may not go out and why, and leads to it', async () => {
    const world = busyWorld();
    world.paused = true;
    const { user } = await mountApp('#queue', world);
    const band = await screen.findByRole('region', { name: 'Next 7 days' });
    expect(within(band).getByRole('status')).toHaveTextContent(/^\d+ will not go out\.$/);
    expect(within(band).getAllByText('Everything is paused. Resume the queue.').length).toBeGreaterThan(0);
    expect(await violations()).toEqual([]);
    const [day] = within(band).getAllByRole('button', { name: /\d will not$/ });
    day!.focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('dialog')).toBeVisible();
    expect(location.hash).toMatch(/^#queue\/pub_/);
  });

  it('shows no days where nothing was ever planned, and says so where nothing is', async () => {
    const { world } = await mountApp('#queue', emptyWorld());
    await screen.findByRole('button', { name: 'Write a post' });
    expect(screen.queryByRole('region', { name: 'Next 7 days' })).toBeNull();
    const account = makeAccount(world, 'practice', '@ash', 'Ash', 'a');
    makePublication(world, account, 'Long gone', -5_000, { state: 'published', group: 'done' });
    world.emit('publications');
    expect(await screen.findByText('Nothing is planned for the next 7 days.')).toBeVisible();
  });

  it('leads to linking again', async () => {
    const { user } = await mountApp('#queue');
    await user.click(await screen.findByRole('button', { name: 'Relink' }));
    const dialog = await screen.findByRole('dialog', { name: 'Relink ash-makes.bsky.social' });
    expect(within(dialog).getByRole('textbox', { name: 'Handle' })).toHaveValue('ash-makes.bsky.social');
    await waitFor(() => expect(within(dialog).getByLabelText('App password')).toHaveFocus());
  });

  it('says what went wrong and stays', async () => {
    const { user, world } = await mountApp('#queue');
    world.fail('queue_pause', { code: 'profile_busy' });
    await user.click(await screen.findByRole('button', { name: 'Pause all' }));
    expect(await screen.findByText(/Another Postroom is at work/)).toBeVisible();
  });

  it('deletes what is live after a question, and shows how far that is', async () => {
    const { user, world } = await mountApp('#queue');
    const live = world.publications().find(({ state }) => state === 'published')!;
    location.hash = `#queue/${live.id}`;
    const drawer = await screen.findByRole('dialog', { name: 'Good morning from a cold workshop' });
    const button = await within(drawer).findByRole('button', { name: 'Delete from Bluesky…' });
    expect(within(drawer).queryByRole('button', { name: 'Edit live post…' })).toBeNull();
    button.focus();
    await user.keyboard('{Enter}');
    const question = await screen.findByRole('alertdialog', { name: 'Delete from Bluesky?' });
    await user.click(within(question).getByRole('button', { name: 'Cancel' }));
    expect(callsOf(world, 'publications_delete_live')).toEqual([]);
    await user.click(button);
    await user.click(await screen.findByRole('button', { name: 'Delete it there' }));
    await waitFor(() => expect(callsOf(world, 'publications_delete_live')).toEqual([{ id: live.id }]));
    expect(await within(drawer).findByText('Being deleted')).toBeVisible();
    expect(within(drawer).getByRole('button', { name: 'Delete from Bluesky…' })).toBeDisabled();
    expect(within(drawer).queryByRole('button', { name: 'Take it back' })).toBeNull();
    const held = { ...world.detail(live.id).publication.change!, state: 'held' as const };
    world.change(live.id, { change: held });
    await user.click(await within(drawer).findByRole('button', { name: 'Take it back' }));
    await waitFor(() => expect(callsOf(world, 'publications_cancel')).toEqual([{ id: live.id }]));
    expect(await within(drawer).findByText('Not deleted')).toBeVisible();
    const change = { ...world.detail(live.id).publication.change!, state: 'done' as const };
    world.change(live.id, { change, deleted_at: world.now(), can_delete: false });
    expect((await within(drawer).findAllByText('Deleted')).length).toBeGreaterThan(0);
    expect(within(drawer).queryByRole('button', { name: 'Open post' })).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('gives what is live other words by keyboard, and keeps them when they are refused', async () => {
    const world = fediverseWorld();
    const account = world.accounts[0]!;
    const made = makePublication(world, account, 'First words', -5, {
      state: 'published',
      group: 'done',
      published_at: world.now(),
    });
    const { user } = await mountApp(`#queue/${made.id}`, world);
    const drawer = await screen.findByRole('dialog', { name: 'First words' });
    (await within(drawer).findByRole('button', { name: 'Edit live post…' })).focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Edit live post' });
    const text = within(dialog).getByRole('textbox', { name: 'Text' });
    await waitFor(() => expect(text).toHaveFocus());
    const save = within(dialog).getByRole('button', { name: 'Change it there' });
    expect(save).toBeDisabled();
    await user.keyboard('{Control>}a{/Control}Second words');
    await user.type(within(dialog).getByRole('textbox', { name: 'Content warning' }), 'Kiln');
    expect(await violations()).toEqual([]);
    world.fail('publications_edit_live', { code: 'preflight_failed' });
    save.focus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(callsOf(world, 'publications_edit_live')).toHaveLength(1));
    expect(text).toHaveValue('Second words');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(callsOf(world, 'publications_edit_live')).toHaveLength(2));
    expect(callsOf(world, 'publications_edit_live')[1]).toEqual({
      id: made.id,
      parts: [{ text: 'Second words', alts: [] }],
      options: { content_warning: 'Kiln' },
    });
    expect(await within(drawer).findByText('Being edited')).toBeVisible();
  });
});
