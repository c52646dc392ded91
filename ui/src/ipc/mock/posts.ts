import type { CreatePost, Draft, PostView, SaveDraft, SchedulePost, When } from '../generated';
import type { Answer, Method, Params } from '../client';
import { makePicture, makePost, makePublication, schedule } from './fixtures';
import { partsFor, review } from './review';
import { refuse, type World } from './world';

export type Handlers<Prefix extends string> = {
  [M in Extract<Method, `${Prefix}_${string}`>]: (world: World, params: Params<M>) => Answer<M>;
};

function fill(world: World, post: PostView, draft: Draft): PostView {
  post.draft = structuredClone(draft);
  const used = [draft.content.parts, ...draft.variants.map((variant) => variant.parts ?? [])].flat();
  const ids = new Set(used.flatMap((part) => part.media.map((media) => media.id)));
  post.media = world.media.filter((media) => ids.has(media.id));
  post.updated_at = world.now();
  return post;
}

function save(world: World, { id, draft }: SaveDraft): PostView {
  const post = fill(world, id === null ? makePost(world, '', []) : world.post(id), draft);
  world.emit('posts', post.id);
  return structuredClone(post);
}

function instantOf(when: When): string {
  if (when.kind === 'now' || when.kind === 'next_slot') return new Date().toISOString();
  if (when.kind === 'instant') return when.at;
  const guess = new Date(`${when.wall}Z`).getTime();
  const shown = Date.parse(`${schedule(new Date(guess).toISOString(), when.zone).wall}Z`);
  return new Date(guess - (shown - guess)).toISOString();
}

function send(world: World, { id, when }: SchedulePost): PostView {
  const post = world.post(id);
  const blocking = review(world, post.draft).findings.filter((finding) => finding.severity === 'block');
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (blocking.length > 0) throw Object.assign(refuse('preflight_failed'), { findings: blocking });
  const minutes = (Date.parse(instantOf(when)) - Date.now()) / 60_000;
  post.publications.forEach((publication) => world.details.delete(publication.id));
  post.publications = [];
  for (const account of post.draft.accounts) {
    const title = partsFor(post.draft, account)[0]?.text.split('\n')[0] ?? '';
    makePublication(world, world.account(account), title, minutes, {}, post);
  }
  world.emit('posts', id);
  world.emit('publications');
  return structuredClone(post);
}

function cancel(world: World, id: string): PostView {
  const post = world.post(id);
  post.publications.forEach((publication) => world.details.delete(publication.id));
  Object.assign(post, { publications: [], schedule: null, state: 'draft' });
  world.emit('publications');
  return structuredClone(post);
}

function create(world: World, { draft, when }: CreatePost): PostView {
  const post = save(world, { id: null, draft });
  return when === null ? post : send(world, { id: post.id, when });
}

export const posts: Handlers<'posts'> = {
  posts_save: save,
  posts_create: create,
  posts_review: (world, { draft }) => review(world, draft),
  posts_list: (world, { state }) =>
    structuredClone(
      world.posts
        .filter((post) => state === undefined || post.state === state)
        .sort((a, b) => b.updated_at.localeCompare(a.updated_at)),
    ),
  posts_show: (world, { id }) => structuredClone(world.post(id)),
  posts_schedule: send,
  posts_cancel: (world, { id }) => cancel(world, id),
  posts_duplicate: (world, { id }) => save(world, { id: null, draft: world.post(id).draft }),
  posts_delete: (world, { id }) => {
    world.posts = world.posts.filter((post) => post.id !== id);
    world.emit('posts', id);
    return {};
  },
};

export const media: Handlers<'media'> = {
  media_pick: () => ({ paths: ['/home/ash/Pictures/bowl.jpg'] }),
  media_add: (world, { path }) => makePicture(world, path.split('/').at(-1) ?? path),
  media_paste: (world, { name }) => makePicture(world, name),
  media_clipboard: (world) => [makePicture(world, 'clipboard.png')],
  media_list: (world) => world.media,
};
