/** Reads that every view looks at: the state of the app, accounts, platforms and settings. */
import { getContext, setContext } from 'svelte';
import { Read } from './read.svelte';
import type { AccountView, PlatformView } from './generated';

const KEY = Symbol('session');

export class Session {
  readonly app = new Read('app_state', () => ({}), [
    'accounts',
    'posts',
    'publications',
    'notices',
    'settings',
    'practice',
  ]);
  readonly accounts = new Read('accounts_list', () => ({}), ['accounts', 'publications', 'practice']);
  /** People define some of them, which is told with the accounts. */
  readonly platforms = new Read('platforms_list', () => ({}), ['practice', 'accounts']);
  readonly groups = new Read('groups_list', () => ({}), ['accounts']);
  readonly settings = new Read('settings_show', () => ({}), ['settings']);

  /** Accounts that are still linked. */
  readonly linked = $derived((this.accounts.data ?? []).filter((account) => account.state !== 'unlinked'));
  /** Those of them that posts can go out through. */
  readonly publishing = $derived(
    this.linked.filter((account) => this.platform(account.platform)?.publishes ?? true),
  );

  /** Zone in which new posts are planned: the one chosen in the settings, else the computer's. */
  readonly zone = $derived(this.settings.data?.zone || this.app.data?.zone || 'UTC');

  start(): () => void {
    const reads = [this.app, this.accounts, this.platforms, this.groups, this.settings];
    const stops = reads.map((read) => read.start());
    return () => stops.forEach((stop) => stop());
  }

  platform(id: string): PlatformView | undefined {
    return this.platforms.data?.find((platform) => platform.id === id);
  }

  account(id: string): AccountView | undefined {
    return this.accounts.data?.find((account) => account.id === id);
  }
}

export function provideSession(session: Session): Session {
  return setContext(KEY, session);
}

export function useSession(): Session {
  return getContext<Session>(KEY);
}
