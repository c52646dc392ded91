/** Words and colours of an account's state. */
import type { Access, AccountState, AccountView, BudgetView, HealthView, SecretView } from '$ipc/generated';
import type { Tone } from '$design/tone';
import { t } from '$i18n/index';
import { relative, shortDate } from '$i18n/time';

const tones: Record<AccountState, Tone> = {
  healthy: 'published',
  needs_relink: 'failed',
  restricted: 'held',
  unlinked: 'none',
};

/** A word for how an access stands, what it means, what helps; empty where nothing has to be said. */
function standing(state: Access): readonly [string, string, string] {
  return state === 'fine' || state === 'expired_renewable' ? ['', '', ''] : t.accounts.accessStates[state];
}

/** How long the access holds, in the zone the reader plans in. */
export function accessWords(account: AccountView, zone: string, now: Date): string {
  const { state, ends_at, end_moves } = account.access;
  const ends = ends_at === null || end_moves ? null : shortDate(new Date(ends_at), zone, now);
  if (state === 'expired')
    return ends === null ? t.accounts.accessStates.expired[0] : t.accounts.accessEnded(ends);
  const [word] = standing(state);
  if (word !== '' && state !== 'ends_soon') return word;
  if (account.renews) return ends === null ? t.accounts.accessRenews : t.accounts.accessRenewsUntil(ends);
  return ends === null ? t.accounts.accessNone : t.accounts.accessEnds(ends);
}

/** What is the matter with the access and what helps; empty where nothing has to be said. */
export function accessTrouble({ access }: AccountView): string {
  const [, reason, fix] = standing(access.state);
  return [reason, fix].filter((words) => words !== '').join(' ');
}

/** What the account's owner is told before anything else: its state, or what its access will come to. */
export function accountWord(account: AccountView): string {
  const [word] = standing(account.access.state);
  return account.state === 'healthy' && word !== '' ? word : t.accounts.state[account.state];
}

const accessTones: Partial<Record<Access, Tone>> = {
  fine: 'published',
  expired_renewable: 'published',
  revoked: 'failed',
  expired: 'failed',
};

/** The tone of what is told first. */
export function accountTone({ state, access }: AccountView): Tone {
  return state === 'healthy' ? (accessTones[access.state] ?? 'held') : tones[state];
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

/** The last call that failed, in words. */
export function failureWords({ failed }: HealthView, now: Date): string {
  if (failed === null) return t.accounts.failedNone;
  const when = relative(new Date(failed.at), now);
  const operation = failed.operation.replaceAll('_', ' ');
  return failed.status === null
    ? t.accounts.failedSilent(operation, when)
    : t.accounts.failedStatus(operation, failed.status, when);
}

/** What a secret is. */
export function secretWord({ kind, app_password }: SecretView): string {
  return kind === 'refresh' && app_password ? t.accounts.secrets.session : t.accounts.secrets.kinds[kind];
}

/** Those that need their owner first, then by platform and handle. */
export function inOrder(accounts: readonly AccountView[]): AccountView[] {
  const rank = ({ state, access }: AccountView): number =>
    state !== 'healthy' ? 0 : accessTones[access.state] === 'published' ? 2 : 1;
  return [...accounts].sort(
    (a, b) => rank(a) - rank(b) || a.platform.localeCompare(b.platform) || a.handle.localeCompare(b.handle),
  );
}

/** What its access allows, in words. */
export function scopesWords({ scopes, method }: AccountView): string {
  if (scopes.length > 0) return t.accounts.scopesCount(scopes.length);
  return method === 'app-password' ? t.accounts.scopesNone : t.accounts.scopesIdentity;
}
