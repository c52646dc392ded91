import type { KindView, NeedsView, OptionField, OwnAppView, PlatformView, PostLimits } from '../generated';

const limits: PostLimits = {
  text: { graphemes_max: 300, bytes_max: 3000, url_chars: null, short_mentions: false },
  images_max: 4,
  image_max_bytes: 2_000_000,
  image_max_side: 2000,
  image_types: ['image/jpeg', 'image/png'],
  alt_max_chars: 2000,
  parts_max: 25,
  text_optional_with_media: true,
};

export const kinds: KindView[] = [
  { id: 'a', name: 'Takes a key', class: 'a' },
  { id: 'b', name: 'Stages first', class: 'b' },
  { id: 'r', name: 'Refuses repeats', class: 'r' },
  { id: 'c', name: 'Can be read back', class: 'c' },
  { id: 'd', name: 'Blind', class: 'd' },
];

const plain = { default: '', counted: false, first_part_only: false };

/** What an account on a Mastodon server has beside text and pictures. */
const options: OptionField[] = [
  {
    ...plain,
    id: 'visibility',
    label: 'visibility',
    input: {
      type: 'choice',
      choices: ['public', 'unlisted', 'private', 'direct'].map((id) => ({ id, label: `visibility_${id}` })),
    },
  },
  { ...plain, id: 'language', label: 'language', input: { type: 'language' } },
  {
    ...plain,
    id: 'content_warning',
    label: 'content_warning',
    input: { type: 'text', chars_max: 500 },
    counted: true,
  },
  { ...plain, id: 'sensitive', label: 'sensitive', input: { type: 'flag' } },
  {
    ...plain,
    id: 'poll',
    label: 'poll',
    input: { type: 'poll', answers_max: 4, answer_max_chars: 50, life_min_s: 300, life_max_s: 2_629_746 },
    first_part_only: true,
  },
];

const unneeded: NeedsView = { app: 'Not needed.', cost: 'Nothing.', review: 'None.', private: '' };

export function platforms(): PlatformView[] {
  return [
    {
      id: 'practice',
      name: 'Practice network',
      color: '#5a7d3a',
      badge: 'P',
      methods: ['oauth'],
      asks_instance: false,
      default_instance: '',
      asks_handle: false,
      consent_days: null,
      publishes: true,
      kinds,
      needs: unneeded,
      scopes: [
        { name: 'read', reason: 'To look whether a post is live' },
        { name: 'write', reason: 'To publish what you schedule' },
      ],
      limits: {
        ...limits,
        text: { graphemes_max: 500, bytes_max: null, url_chars: null, short_mentions: false },
      },
      options: [],
      endpoints: {},
      source: '',
      practice: true,
    },
    {
      id: 'bluesky',
      name: 'Bluesky',
      color: '#1185fe',
      badge: 'B',
      methods: ['app-password', 'oauth'],
      asks_instance: true,
      default_instance: 'https://bsky.social',
      asks_handle: true,
      consent_days: 14,
      publishes: true,
      kinds: [],
      needs: unneeded,
      scopes: [{ name: 'transition:generic', reason: 'To publish what you schedule, with its pictures' }],
      limits,
      options: [],
      endpoints: {},
      source: '',
      practice: false,
    },
    {
      id: 'mastodon',
      name: 'Mastodon',
      color: '#563acc',
      badge: 'M',
      methods: ['oauth'],
      asks_instance: true,
      default_instance: '',
      asks_handle: false,
      consent_days: null,
      publishes: true,
      kinds: [],
      needs: unneeded,
      scopes: [{ name: 'write:statuses', reason: 'To publish what you schedule' }],
      limits: {
        ...limits,
        text: { graphemes_max: 500, bytes_max: null, url_chars: 23, short_mentions: true },
        alt_max_chars: 1500,
      },
      options,
      endpoints: {},
      source: '',
      practice: false,
    },
  ];
}

/** Sites of people's own, by a page there or a password made there. */
export function ownSites(): PlatformView {
  return {
    ...onlyLinked(),
    id: 'wordpress',
    name: 'WordPress',
    color: '#21759b',
    badge: 'WP',
    methods: ['oauth', 'app-password'],
    asks_instance: true,
    default_instance: '',
    scopes: [{ name: 'publish_posts', reason: 'To publish them' }],
  };
}

/** A platform that accounts are only linked with. */
export function onlyLinked(): PlatformView {
  const none = { graphemes_max: 0, bytes_max: null, url_chars: null, short_mentions: false };
  const [plain] = platforms() as [PlatformView];
  return {
    ...plain,
    practice: false,
    kinds: [],
    id: 'x',
    name: 'X',
    color: '#0f1419',
    badge: 'X',
    methods: ['oauth'],
    asks_instance: false,
    default_instance: 'https://api.x.example',
    publishes: false,
    needs: {
      app: 'X lets Postroom in only through an app of your own, made in its developer console.',
      cost: 'X charges your app for what it does: 1 US cent for reading a user.',
      review: 'None for posting from your own app.',
      private: 'Nothing stays hidden until somebody has looked at it.',
    },
    limits: { ...limits, text: none, images_max: 0 },
  };
}

export function ownApps(): OwnAppView[] {
  const app = { client_id: '', accounts: 0, accounts_before: 0, level: '', levels: [] };
  const levels = [
    { id: 'pay_per_use', name: 'Pay-per-use', means: 'Each call costs credits.' },
    { id: 'free', name: 'Free', means: 'Of older apps only.' },
  ];
  return [
    { ...app, platform: 'x', secret: 'optional', redirects: ['http://127.0.0.1:28127/callback'], levels },
    { ...app, platform: 'microsoft', secret: 'none', redirects: [] },
  ];
}
