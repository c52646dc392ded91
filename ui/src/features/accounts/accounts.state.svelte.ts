/** What is done to linked accounts. */
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { t } from '$i18n/index';
import { call, toFailure } from '$ipc/client';
import type { AccountView, OnUnlink, Unlinked } from '$ipc/generated';

export class AccountsState {
  /** Accounts being checked. */
  checking = $state<string[]>([]);
  /** The account about to be unlinked. */
  unlinking = $state.raw<AccountView>();
  /** Accounts, or the secrets kept of them. */
  tab = $state<'accounts' | 'secrets'>('accounts');
  /** The group shown, by its name; empty for all. */
  group = $state('');
  /** Whether the groups are open. */
  grouping = $state(false);
  /** The account just unlinked that leaves something at its platform. */
  left = $state.raw<Unlinked>();
  /** The account whose weekly slots are open. */
  slotting = $state.raw<AccountView>();

  async check(account: AccountView): Promise<void> {
    this.checking = [...this.checking, account.id];
    try {
      const { state } = await call('accounts_check', { id: account.id });
      messages.show(
        state === 'healthy'
          ? t.accounts.checkedWorking(account.handle)
          : t.accounts.checkedNot(account.handle),
        { tone: state === 'healthy' ? 'plain' : 'bad' },
      );
    } catch (thrown) {
      this.#complain(thrown);
    } finally {
      this.checking = this.checking.filter((id) => id !== account.id);
    }
  }

  async checkAll(accounts: readonly AccountView[]): Promise<void> {
    await Promise.all(accounts.map((account) => this.check(account)));
  }

  async unlink(scheduled: OnUnlink): Promise<void> {
    const account = this.unlinking;
    if (!account) return;
    this.unlinking = undefined;
    try {
      const unlinked = await call('accounts_unlink', { id: account.id, scheduled });
      if (unlinked.grant === 'ended') messages.show(t.accounts.unlinked(account.handle));
      else this.left = unlinked;
    } catch (thrown) {
      this.#complain(thrown);
    }
  }

  #complain(thrown: unknown): void {
    const words = explain(toFailure(thrown));
    messages.show(`${words.title}. ${words.body}`, { tone: 'bad' });
  }
}
