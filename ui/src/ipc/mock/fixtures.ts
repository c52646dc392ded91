import type {
  AccountState,
  AccountView,
  EffectClass,
  MediaView,
  PostView,
  PublicationView,
  Schedule,
} from '../generated';
import { platforms } from './platforms';
import { World } from './world';

const MINUTE_MS = 60_000;

function instant(minutes: number): string {
  return new Date(Date.now() + minutes * MINUTE_MS).toISOString();
}

export function schedule(at: string, zone = 'Europe/Berlin'): Schedule {
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return { at, wall: wall.format(new Date(at)).replace(' ', 'T'), zone };
}

const origins: Record<string, string> = {
  practice: 'http://127.0.0.1:4310',
  bluesky: 'https://bsky.social',
  mastodon: 'https://indie.social',
};

export function makeAccount(
  world: World,
  platform: string,
  handle: string,
  name: string,
  kind: EffectClass,
  state: AccountState = 'healthy',
): AccountView {
  const account: AccountView = {
    id: world.id('acc'),
    platform,
    remote_id: `remote-${handle}`,
    handle,
    name,
    avatar: platform === 'practice' ? '' : `avatar-${handle}`,
    kind,
    kind_name: '',
    app: null,
    origin: origins[platform] ?? '',
    custom_endpoints: false,
    method: platform === 'bluesky' ? 'app-password' : 'oauth',
    state,
    state_reason:
      state === 'needs_relink' ? 'The permission ended on 19 Nov. Posts wait; nothing is lost.' : '',
    class: kind,
    scopes: platform === 'practice' ? ['read', 'write'] : [],
    access_expires_at: instant(110),
    access: {
      state: state === 'needs_relink' ? 'expired' : state === 'restricted' ? 'restricted' : 'fine',
      reason: '',
      fix: '',
      ends_at: state === 'needs_relink' ? instant(-60 * 24) : null,
      end_moves: false,
    },
    scopes_missing: [],
    renews: true,
    limits: world.platform(platform).limits,
    options: world.platform(platform).options,
    linked_at: instant(-60 * 24 * 12),
    checked_at: instant(-42),
    waiting: 0,
    budget: [],
  };
  world.accounts.push(account);
  return account;
}

export function makePicture(world: World, name: string, width = 1600, height = 1200): MediaView {
  const id = world.id('med');
  const media: MediaView = {
    id,
    kind: 'image',
    mime: 'image/jpeg',
    bytes: 812_000,
    width,
    height,
    duration_ms: null,
    digest: id.padEnd(64, '0'),
    name,
    alt: '',
  };
  world.media.push(media);
  return media;
}

export function makePost(world: World, text: string, accounts: string[]): PostView {
  const post: PostView = {
    id: world.id('post'),
    state: 'draft',
    draft: {
      content: { parts: [{ text, media: [], card: null }], language: 'en', first_comment: '' },
      variants: [],
      accounts,
    },
    schedule: null,
    mends: null,
    publications: [],
    warnings: [],
    media: [],
    fallback: { kind: 'hold' },
    created_at: instant(-90),
    updated_at: instant(-3),
  };
  world.posts.push(post);
  return post;
}

export function makePublication(
  world: World,
  account: AccountView,
  title: string,
  minutes: number,
  change: Partial<PublicationView>,
  post = makePost(world, title, [account.id]),
): PublicationView {
  const id = world.id('pub');
  const planned = schedule(instant(minutes));
  const publication: PublicationView = {
    id,
    post: post.id,
    account: account.id,
    platform: account.platform,
    handle: account.handle,
    title,
    state: 'scheduled',
    group: 'next',
    held: null,
    reason: '',
    cause: null,
    schedule: planned,
    next_at: null,
    attempts: 0,
    parts_done: 0,
    parts: 1,
    step: '',
    url: '',
    published_at: null,
    class: account.class,
    edited_at: null,
    deleted_at: null,
    change: null,
    instead: '',
    can_delete: change.state === 'published',
    can_edit: change.state === 'published' && account.platform === 'mastodon',
    ...change,
  };
  world.details.set(id, {
    publication,
    effects: [],
    journal: [],
    raw: '',
    parts: [{ text: title, alts: [] }],
    language: '',
    options: {},
    outlook: null,
    series: null,
    edit_options: account.platform === 'mastodon' ? ['content_warning', 'sensitive', 'language'] : [],
    part_views: [
      {
        part: 0,
        text: title,
        pictures: 0,
        state: publication.state === 'published' ? 'live' : 'waiting',
        url: publication.url,
        attempts: publication.attempts,
        first_sent_at: publication.attempts > 0 ? instant(minutes) : null,
        payload: { path: '/api/posts', post: { text: title } },
        sent: publication.attempts > 0,
      },
    ],
    replies: [],
    can_mend: publication.state === 'failed',
  });
  post.state = publication.state;
  post.schedule = planned;
  post.publications.push(publication);
  account.waiting += publication.group === 'done' ? 0 : 1;
  return publication;
}

export function emptyWorld(): World {
  const world = new World();
  world.platforms = platforms();
  return world;
}

function decide(world: World, account: AccountView): void {
  const doubtful = makePublication(world, account, 'We are hiring a studio assistant for spring', -95, {
    state: 'needs_decision',
    group: 'needs_you',
    cause: 'outcome_unknown',
    reason:
      'The practice network did not answer after we sent it, and this account cannot be read back. Is it on your profile?',
    attempts: 1,
  });
  const detail = world.detail(doubtful.id);
  detail.part_views = detail.part_views.map((part) => ({ ...part, state: 'asks' }));
  detail.raw = 'connection closed before the response was complete';
  detail.effects = [
    {
      id: world.id('eff'),
      part: 0,
      kind: 'publish',
      class: 'd',
      state: 'undecided',
      key: '',
      fingerprint: '9f2c41d8a0b37756e1c04f8a9d2be6634c5a1f00b7e2d9a863417fce5580aa12',
      attempts: 1,
      remote_id: '',
      url: '',
    },
  ];
  detail.journal = [
    { at: instant(-95), event: 'intent', part: 0, text: 'Part 1 is about to be sent.' },
    { at: instant(-94), event: 'silence', part: 0, text: 'No answer came within 30 seconds.' },
    {
      at: instant(-93),
      event: 'asked',
      part: 0,
      text: 'Nothing can tell whether it is live; the owner is asked.',
    },
  ];
}

/** One account on a Mastodon server and nothing written yet. */
export function fediverseWorld(): World {
  const world = emptyWorld();
  makeAccount(world, 'mastodon', '@ash@indie.social', 'Ash', 'a');
  return world;
}

export function busyWorld(): World {
  const world = emptyWorld();
  const sky = makeAccount(world, 'bluesky', 'ashstudio.bsky.social', 'Ash Studio', 'a');
  const town = makeAccount(world, 'practice', '@ash', 'Ash, practising', 'a');
  const blind = makeAccount(world, 'practice', '@ash-blind', 'Ash, blind', 'd');
  const old = makeAccount(world, 'bluesky', 'ash-makes.bsky.social', 'Ash makes', 'a', 'needs_relink');
  world.groups = [{ name: 'Pottery', accounts: [sky.id, old.id] }];
  world.practice = {
    running: true,
    url: 'http://127.0.0.1:4310',
    timeline_url: 'http://127.0.0.1:4310/timeline',
    folder: '/home/ash/.local/share/postroom/practice',
  };
  decide(world, blind);
  makePublication(world, old, 'Ash glaze no. 4, four pictures', 60 * 20, {
    state: 'held',
    group: 'needs_you',
    held: 'relink',
    reason: 'Bluesky ended the permission on 19 Nov. The post waits; nothing is lost.',
  });
  makePublication(world, town, 'Kiln opening, in four parts', -1, {
    state: 'publishing',
    group: 'now',
    step: 'Sending part 3 of 4',
    parts: 4,
    parts_done: 2,
  });
  const glaze = 'Three glaze tests came out of the kiln this morning';
  const shared = makePost(world, glaze, [sky.id, town.id]);
  makePublication(world, sky, glaze, 12, {}, shared);
  makePublication(world, town, glaze, 12, {}, shared);
  makePublication(world, town, 'Open studio on Sunday', 300, {
    state: 'retrying',
    reason: 'The practice network is limiting this account. Nothing was published yet.',
    cause: 'rate_limited',
    attempts: 2,
    next_at: instant(16),
  });
  makePublication(world, sky, 'Good morning from a cold workshop', -170, {
    state: 'published',
    group: 'done',
    reason: 'The reply was lost; we looked, found it live, and sent nothing twice.',
    url: 'https://bsky.app/profile/ashstudio.bsky.social/post/3l',
    published_at: instant(-170),
    parts_done: 1,
    attempts: 1,
  });
  makePublication(world, sky, 'Bowls, finally', -60 * 26, {
    state: 'cancelled',
    group: 'done',
    reason: 'You cancelled it.',
  });
  addDraft(world, [sky.id, town.id]);
  addNotices(world);
  return world;
}

function addDraft(world: World, accounts: string[]): void {
  const draft = makePost(
    world,
    'Three glaze tests came out of the kiln this morning. The ash one cracked like a river delta, and I like it better than the plan.\n\nNotes and recipe: ash.studio/ash-no-4 #ceramics',
    accounts,
  );
  draft.updated_at = instant(-0.04);
  const [bowl, kiln] = [makePicture(world, 'bowl.jpg'), makePicture(world, 'kiln.jpg', 1200, 1200)];
  draft.media = [bowl, kiln];
  const [part] = draft.draft.content.parts;
  if (part)
    part.media = [
      { id: bowl.id, alt: 'A grey bowl with cracks like a river delta' },
      { id: kiln.id, alt: '' },
    ];
}

function addNotices(world: World): void {
  const [doubtful] = world.publications();
  world.notices = [
    {
      id: world.id('note'),
      code: 'outcome_unknown',
      title: 'Is this post live?',
      body: '“We are hiring a studio assistant for spring” was sent, but no answer came.',
      publication: doubtful?.id ?? null,
      account: null,
      at: instant(-93),
      read: false,
    },
    {
      id: world.id('note'),
      code: 'relink_needed',
      title: 'ash-makes.bsky.social must be linked again',
      body: 'Bluesky ended the permission. One post waits.',
      publication: null,
      account: world.accounts.find((account) => account.state === 'needs_relink')?.id ?? null,
      at: instant(-60 * 24),
      read: true,
    },
  ];
}
