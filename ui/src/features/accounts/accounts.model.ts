/** Words and colours of an account's state. */
import type { AccountState, AccountView, BudgetView } from '$ipc/generated';
import type { Tone } from '$design/tone';
import { t } from '$i18n/index';
import { relative, shortDate } from '$i18n/time';

const tones: Record<AccountState, Tone> = {
  healthy: 'published',
  needs_relink: 'failed',
  restricted: 'held',
  unlinked: 'none',
};

export function stateTone(state: AccountState): Tone {
  return tones[state];
}

/** How long the access holds, in the zone the reader plans in. */
export function accessWords(account: AccountView, zone: string, now: Date): string {
  const ends = account.access_expires_at === null ? null : new Date(account.access_expires_at);
  if (account.state === 'needs_relink' && ends !== null && ends < now)
    return t.accounts.accessEnded(shortDate(ends, zone, now));
  if (account.renews) return t.accounts.accessRenews;
  return ends === null ? t.accounts.accessNone : t.accounts.accessEnds(shortDate(ends, zone, now));
}

/** The limits worth showing: those of publishing, and others once a fifth of them is used. */
export function shownLimits({ budget }: AccountView): BudgetView[] {
  return budget.filter(
    ({ name, per_post, used, allowed }) => (per_post > 0 && name !== 'calls') || used * 5 >= allowed,
  );
}

/** What of a limit is used, what is left and until when. */
export function limitWords({ allowed, used, left, resets_at }: BudgetView, now: Date): string {
  const words = t.accounts.limitUsed(used, allowed, left);
  return resets_at === null ? words : t.accounts.limitUntil(words, relative(new Date(resets_at), now));
}

/** Those that need their owner first, then by platform and handle. */
export function inOrder(accounts: readonly AccountView[]): AccountView[] {
  const rank = (account: AccountView): number => (account.state === 'healthy' ? 1 : 0);
  return [...accounts].sort(
    (a, b) => rank(a) - rank(b) || a.platform.localeCompare(b.platform) || a.handle.localeCompare(b.handle),
  );
}
