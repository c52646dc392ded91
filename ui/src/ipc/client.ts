/**
 * The one way to Rust: every call and every event of the window passes here.
 *
 * Owns the transport and the typed `call`; knows nothing of what a command means.
 * `await call('posts_show', { id })` answers a `PostView` or rejects with a `Failure`.
 */
import type { Commands, Event, Failure } from './generated';

export type Method = keyof Commands;
export type Params<M extends Method> = Commands[M]['params'];
export type Answer<M extends Method> = Commands[M]['answer'];

/** A file being dragged over the window, let go over it, or dragged away again. */
export type Drop = { kind: 'over' } | { kind: 'leave' } | { kind: 'drop'; paths: string[] };

/** What carries calls: Tauri in the app, a rehearsed world in a browser and in tests. */
export interface Transport {
  invoke(method: Method, params: unknown): Promise<unknown>;
  /** Events from Rust, until the answered function is called. */
  listen(handler: (event: Event) => void): () => void;
  /** Files dragged from the desktop, until the answered function is called. */
  drops(handler: (drop: Drop) => void): () => void;
  /** Address of a stored picture, for `<img>`. */
  mediaUrl(digest: string): string;
}

let transport: Transport | null = null;

/** Chooses what carries calls. Called once, before anything is mounted; again by tests. */
export function setTransport(chosen: Transport): void {
  transport = chosen;
}

function chosenTransport(): Transport {
  if (transport === null) throw new Error('no transport: setTransport comes first');
  return transport;
}

function hasText(value: object, key: string): boolean {
  return typeof (value as Record<string, unknown>)[key] === 'string';
}

/** Whether a rejected call answered in the agreed shape. */
function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && hasText(value, 'code') && hasText(value, 'message');
}

/** Any rejection as a `Failure`; what is not one becomes `internal` with its words under details. */
export function toFailure(value: unknown): Failure {
  if (isFailure(value)) return value;
  const details = value instanceof Error ? value.message : typeof value === 'string' ? value : '';
  return { code: 'internal', message: '', action: '', details, findings: [] };
}

/** Calls a command; rejects with a `Failure` and nothing else. */
export async function call<M extends Method>(method: M, params: Params<M>): Promise<Answer<M>> {
  try {
    return (await chosenTransport().invoke(method, params)) as Answer<M>;
  } catch (thrown) {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is the agreed shape of a rejection
    throw toFailure(thrown);
  }
}

export function onEvent(handler: (event: Event) => void): () => void {
  return chosenTransport().listen(handler);
}

export function onDrop(handler: (drop: Drop) => void): () => void {
  return chosenTransport().drops(handler);
}

export function mediaUrl(digest: string): string {
  return chosenTransport().mediaUrl(digest);
}

/** Where the picture of an account is; empty where it has none. */
export function avatarUrl(account: { avatar: string }): string {
  return account.avatar ? mediaUrl(account.avatar) : '';
}
