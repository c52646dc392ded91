import type { SecretText, TypedView } from '../generated';
import type { Handlers } from './posts';
import { refuse, type World } from './world';

/** Most characters of a field, as in Rust. */
export const CHARS_MAX = 8192;

function field(world: World, id: string): string[] {
  const held = world.typed.get(id);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (!held) throw refuse('wrong_state');
  return held;
}

function replace(world: World, id: string, start: number, end: number, text: string): TypedView {
  const held = field(world, id);
  const put = [...text];
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (end > held.length || held.length + put.length > CHARS_MAX) throw refuse('invalid_request');
  held.splice(start, end - start, ...put);
  return { id, length: held.length };
}

/** A secret that a command was handed; the tests look at them too. */
export function handed(world: World, secret: SecretText): string {
  const text = typeof secret === 'string' ? secret : field(world, secret.typed).join('');
  world.handed.push(text);
  return text;
}

export const typed: Handlers<'typed'> = {
  typed_open: (world) => {
    const id = `field-${world.typed.size}-${world.calls.length}`;
    world.typed.set(id, []);
    return { id, length: 0 };
  },
  typed_change: (world, { id, start, end, text }) => replace(world, id, start, end, text),
  typed_paste: (world, { id, start, end }) =>
    world.clipboard === ''
      ? { id, length: field(world, id).length }
      : replace(world, id, start, end, world.clipboard),
  typed_same: (world, { one, other }) => ({
    same: field(world, one).join('') === field(world, other).join(''),
  }),
  typed_close: (world, { id }) => {
    world.typed.delete(id);
    return {};
  },
};
