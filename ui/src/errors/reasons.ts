/**
 * Why a post stands where it stands. Rust's sentences are exact and in English; where the window speaks another
 * language, its own stand in front and Rust's stay readable behind them.
 */
import { errorEntry } from '$errors/errors';
import { t } from '$i18n/index';
import type { ChangeState, ErrorCode, HeldReason, PublicationState } from '$ipc/generated';

export interface Stands {
  reason: string;
  cause: ErrorCode | null;
  held: HeldReason | null;
  state: PublicationState | ChangeState;
}

/** The sentence in the language of the window; Rust's own where there is no other. */
export function reasonOf({ reason, cause, held, state }: Stands): string {
  if (t.reasons.fromRust && reason) return reason;
  if (held) return t.reasons.held[held];
  if (state === 'unconfirmed' || state === 'needs_decision') return t.reasons[state];
  return reason && cause ? meaning(cause, state) : reason;
}

/** Rust's own sentence, where the window says something else in front of it. */
export function exactly(stands: Stands): string {
  return t.reasons.fromRust || reasonOf(stands) === stands.reason ? '' : stands.reason;
}

/** What a cause means. What settles by itself elsewhere does not once a post was given up. */
function meaning(cause: ErrorCode, state: Stands['state']): string {
  const { title, body, severity } = errorEntry(cause);
  return `${title}. ${severity === 'wait' && state === 'failed' ? t.reasons.givenUp : body}`;
}

/** Why nothing sealed can be opened; empty where it can. */
export function vaultWords({ vault_reason }: { vault_reason: string }): string {
  return t.reasons.fromRust || !vault_reason ? vault_reason : errorEntry('vault_unavailable').body;
}
