/** Making and changing groups of accounts. */
import { call, toFailure } from '$ipc/client';
import type { Failure, GroupView } from '$ipc/generated';

export class GroupsState {
  /** The group being changed, by its name; `null` for a new one. */
  before = $state<string | null>(null);
  name = $state('');
  accounts = $state.raw<string[]>([]);
  failure = $state.raw<Failure>();

  /** Starts on a group, or on a new one. */
  begin(group?: GroupView): void {
    this.before = group?.name ?? null;
    this.name = group?.name ?? '';
    this.accounts = [...(group?.accounts ?? [])];
    this.failure = undefined;
  }

  toggle(account: string): void {
    const there = this.accounts.includes(account);
    this.accounts = there ? this.accounts.filter((each) => each !== account) : [...this.accounts, account];
  }

  async save(): Promise<void> {
    const { name, accounts, before } = this;
    if (name.trim() === '') return;
    await this.#do(() => call('groups_set', { ...(before === null ? {} : { before }), name, accounts }));
  }

  async remove(name: string): Promise<void> {
    await this.#do(() => call('groups_remove', { name }));
  }

  async #do(change: () => Promise<unknown>): Promise<void> {
    try {
      await change();
      this.begin();
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }
}
