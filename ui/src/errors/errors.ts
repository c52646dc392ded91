/** One line per error code: how grave it is, what to say, and what the reader can do. */
import type { ErrorCode, Failure } from '$ipc/generated';
import { t } from '$i18n/index';

/** `wait`: settles by itself. `act`: needs the reader. `broken`: Postroom cannot go on here. */
export type ErrorSeverity = 'wait' | 'act' | 'broken';

export type ErrorAction = keyof typeof t.errors.actions;

export interface ErrorEntry {
  severity: ErrorSeverity;
  title: string;
  body: string;
  action: ErrorAction;
}

const behaviour = {
  invalid_request: ['broken', 'none'],
  not_found: ['act', 'none'],
  preflight_failed: ['act', 'edit'],
  wrong_state: ['act', 'none'],
  relink_needed: ['act', 'relink'],
  missing_scope: ['act', 'relink'],
  account_restricted: ['act', 'none'],
  personal_account: ['act', 'retry'],
  app_refused: ['act', 'settings'],
  credentials_refused: ['act', 'retry'],
  consent_refused: ['act', 'retry'],
  link_timed_out: ['act', 'retry'],
  link_cancelled: ['act', 'retry'],
  link_mismatch: ['act', 'retry'],
  rate_limited: ['wait', 'wait'],
  quota_exhausted: ['wait', 'wait'],
  content_rejected: ['act', 'edit'],
  media_rejected: ['act', 'edit'],
  media_unreadable: ['act', 'none'],
  media_too_large: ['act', 'none'],
  file_missing: ['act', 'edit'],
  remote_not_found: ['act', 'retry'],
  changed_elsewhere: ['act', 'look'],
  unsupported: ['act', 'none'],
  platform_unavailable: ['wait', 'wait'],
  offline: ['wait', 'wait'],
  certificate_refused: ['act', 'retry'],
  platform_protocol: ['act', 'retry'],
  outcome_unknown: ['act', 'look'],
  missed: ['act', 'retry'],
  time_moved: ['act', 'look'],
  clock_wrong: ['act', 'none'],
  vault_unavailable: ['act', 'settings'],
  vault_corrupt: ['act', 'relink'],
  profile_busy: ['broken', 'none'],
  profile_copied: ['act', 'look'],
  database_unusable: ['broken', 'none'],
  storage_failed: ['broken', 'retry'],
  not_available: ['act', 'none'],
  internal: ['broken', 'retry'],
} satisfies Record<ErrorCode, [ErrorSeverity, ErrorAction]>;

export const errorCodes = Object.keys(behaviour) as ErrorCode[];

export function errorEntry(code: ErrorCode): ErrorEntry {
  const [severity, action] = behaviour[code];
  return { severity, action, ...t.errors.words[code] };
}

/**
 * What to print for a failed call: Rust's own sentence where it has one and speaks the window's language; otherwise the
 * table's, with Rust's among the details.
 */
export function explain(failure: Failure): ErrorEntry & { next: string; details: string } {
  const entry = errorEntry(failure.code);
  if (!t.reasons.fromRust) {
    const details = [failure.message, failure.action, failure.details].filter(Boolean).join('\n');
    return { ...entry, next: '', details };
  }
  return { ...entry, body: failure.message || entry.body, next: failure.action, details: failure.details };
}
