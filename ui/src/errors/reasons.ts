/**
 * Why a post stands where it stands. Rust's sentences are exact and in English; where the window speaks another
 * language, its own stand in front and Rust's stay readable behind them.
 */
import { errorEntry } from '$errors/errors';
import { t } from '$i18n/index';
import type { ErrorCode, HeldReason, LiveChangeView, PublicationState } from '$ipc/generated';

export interface Stands {
  reason: string;
  cause: ErrorCode | null;
  held: HeldReason | null;
  state: PublicationState;
  parts_done: number;
  parts: number;
}

/** The sentence in the language of the window; Rust's own where there is no other. */
export function reasonOf(stands: Stands): string {
  const { reason, cause, held, state } = stands;
  if (t.reasons.fromRust && reason) return reason;
  if (held) return t.reasons.held[held];
  if (state === 'unconfirmed' || state === 'needs_decision') return t.reasons[state];
  return reason && cause ? meaning(cause, stands) : reason;
}

/** Rust's own sentence, where the window says something else in front of it. */
export function exactly(reason: string, said: string): string {
  return t.reasons.fromRust || reason === said ? '' : reason;
}

/** What a cause means, and what of the post is live. What settles by itself does not once a post was given up. */
function meaning(cause: ErrorCode, { state, parts_done, parts }: Stands): string {
  const { title, body, severity } = errorEntry(cause);
  const live = parts_done > 0 ? t.reasons.partlyLive(parts_done, parts) : t.reasons.notLive;
  const next = severity === 'wait' && state === 'failed' ? t.reasons.givenUp : body;
  return `${title}. ${state === 'failed' || state === 'retrying' ? `${live} ` : ''}${next}`;
}

/** What became of a deletion or an edit of a live post. Nothing in it speaks of whether the post is live. */
export function changeReason({ reason, state }: LiveChangeView): string {
  return t.reasons.fromRust || !reason ? reason : t.reasons.change[state];
}

/** Why nothing sealed can be opened; empty where it can. */
export function vaultWords({ vault_reason }: { vault_reason: string }): string {
  return t.reasons.fromRust || !vault_reason ? vault_reason : errorEntry('vault_unavailable').body;
}
