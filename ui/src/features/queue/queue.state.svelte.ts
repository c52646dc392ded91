/** The queue's reads and what is done to a publication. */
import { confirm } from '$design/confirm.svelte';
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { t } from '$i18n/index';
import { when } from '$i18n/time';
import { call, toFailure } from '$ipc/client';
import type { EditLive, PublicationDetail, PublicationView, When } from '$ipc/generated';
import { Read } from '$ipc/read.svelte';
import { changes, shelves, titleOf, type Action, type Filter } from './queue.model';

/** What the queue hands to the rest of the window. */
export interface QueueExits {
  select: (id: string) => void;
  relink: (account: string) => void;
  edit: (post: string) => void;
}

const LIMIT = 500;
const SEARCH_MS = 150;

export class QueueState {
  filter = $state<Filter>('all');
  search = $state('');
  /** The publication whose time is being changed. */
  rescheduling = $state.raw<PublicationView>();
  /** The live publication whose words are being changed. */
  editing = $state.raw<PublicationDetail>();
  /** Publication something is being done to. */
  busy = $state('');
  readonly list = new Read(
    'publications_list',
    () => ({ limit: LIMIT, ...(this.search.trim() && { search: this.search.trim() }) }),
    ['publications', 'accounts'],
  );
  /** What is to be expected of the next days. */
  readonly forecast = new Read('queue_forecast', () => ({ limit: 100 }), [
    'publications',
    'accounts',
    'settings',
  ]);
  readonly shelves = $derived(shelves(this.list.data ?? [], this.filter));
  #seen: readonly PublicationView[] = [];
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly exits: QueueExits) {}

  /** Says what changed since the last read; called whenever the list was read again. */
  announce(list: readonly PublicationView[]): void {
    const said = changes(this.#seen, list);
    this.#seen = list;
    if (said.length > 0) messages.say(said.slice(0, 3).join('. '));
  }

  type(words: string): void {
    this.search = words;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.list.reload(), SEARCH_MS);
  }

  showAll(): void {
    this.filter = 'all';
    this.type('');
  }

  async pause(): Promise<void> {
    await this.#try('', async () => {
      await call('queue_pause', {});
      messages.say(t.queue.paused);
    });
  }

  async resume(): Promise<void> {
    await this.#try('', async () => {
      await call('queue_resume', {});
      messages.say(t.queue.resumed);
    });
  }

  /** A person wants a server that is left alone tried now. */
  async tryServer(server: string): Promise<void> {
    await this.#try(server, () => call('queue_try_server', { server }));
  }

  /** Every missed post goes out, a little apart. */
  async publishMissed(): Promise<void> {
    await this.#try('', () => call('queue_missed', { answer: 'publish', at: null }));
  }

  async cancelMissed(count: number): Promise<void> {
    const yes = await confirm({
      title: t.queue.confirmCancelMissedTitle(count),
      body: t.queue.confirmCancelMissedBody,
      confirm: t.queue.missedCancel,
      danger: true,
    });
    if (yes) await this.#try('', () => call('queue_missed', { answer: 'cancel', at: null }));
  }

  async run(action: Action, publication: PublicationView): Promise<void> {
    switch (action) {
      case 'details':
        return this.exits.select(publication.id);
      case 'relink':
        return this.exits.relink(publication.account);
      case 'reschedule':
        this.rescheduling = publication;
        return;
      case 'resume':
        return this.resume();
      case 'live':
        return this.#decide(publication, true);
      case 'not_live':
        return this.#decide(publication, false);
      case 'cancel':
        return this.#cancel(publication);
      case 'edit':
        return this.#edit(publication);
      case 'retry':
      case 'send_now':
        return this.#try(publication.id, () => call('publications_retry', { id: publication.id }));
      case 'open':
        return this.#try(publication.id, () => call('publications_open', { id: publication.id }));
      case 'duplicate':
        return this.#try(publication.id, async () => {
          const copy = await call('posts_duplicate', { id: publication.post });
          this.exits.edit(copy.id);
        });
    }
  }

  /** Deletes what is live, once its owner has said so. */
  async deleteLive(publication: PublicationView, platform: string): Promise<void> {
    const yes = await confirm({
      title: t.queue.live.deleteTitle(platform),
      body: t.queue.live.deleteBody(publication.handle),
      confirm: t.queue.live.deleteConfirm,
      danger: true,
    });
    if (!yes) return;
    await this.#try(publication.id, async () => {
      await call('publications_delete_live', { id: publication.id });
      messages.say(t.queue.live.asked);
    });
  }

  /** Takes back a deletion or an edit that was not made yet. */
  async withdraw(id: string): Promise<void> {
    await this.#try(id, async () => {
      await call('publications_cancel', { id });
      messages.say(t.queue.live.withdrawn);
    });
  }

  /** Gives what is live other words; the form stays open where they were refused. */
  async editLive(edit: EditLive): Promise<void> {
    await this.#try(edit.id, async () => {
      await call('publications_edit_live', edit);
      this.editing = undefined;
      messages.say(t.queue.live.asked);
    });
  }

  async reschedule(target: When): Promise<void> {
    const publication = this.rescheduling;
    if (!publication) return;
    this.rescheduling = undefined;
    await this.#try(publication.id, async () => {
      const post = await call('posts_schedule', { id: publication.post, when: target });
      if (post.schedule)
        messages.show(t.queue.rescheduled(when(new Date(post.schedule.at), post.schedule.zone, new Date())));
    });
  }

  async #decide(publication: PublicationView, live: boolean): Promise<void> {
    const where = publication.handle;
    const yes = await confirm(
      live
        ? {
            title: t.queue.confirmLiveTitle,
            body: t.queue.confirmLiveBody(where),
            confirm: t.queue.confirmLive,
          }
        : {
            title: t.queue.confirmNotTitle,
            body: t.queue.confirmNotBody(where),
            confirm: t.queue.confirmNot,
            danger: true,
          },
    );
    if (!yes) return;
    await this.#try(publication.id, () =>
      call('publications_decide', { id: publication.id, live, remote_id: null }),
    );
  }

  async #cancel(publication: PublicationView): Promise<void> {
    const yes = await confirm({
      title: t.queue.confirmCancelTitle,
      body: t.queue.confirmCancelBody(publication.handle),
      confirm: t.queue.confirmCancel,
      danger: true,
    });
    if (!yes) return;
    await this.#try(publication.id, async () => {
      await call('publications_cancel', { id: publication.id });
      messages.show(t.queue.cancelled(titleOf(publication)));
    });
  }

  async #edit(publication: PublicationView): Promise<void> {
    const yes = await confirm({
      title: t.queue.confirmEditTitle,
      body: t.queue.confirmEditBody,
      confirm: t.queue.confirmEdit,
    });
    if (!yes) return;
    await this.#try(publication.id, async () => {
      const post = await call('posts_cancel', { id: publication.post });
      this.exits.edit(post.id);
    });
  }

  async #try(id: string, act: () => Promise<unknown>): Promise<void> {
    this.busy = id;
    try {
      await act();
    } catch (thrown) {
      const words = explain(toFailure(thrown));
      messages.show(`${words.title}. ${words.body}`, { tone: 'bad' });
    } finally {
      this.busy = '';
    }
  }
}
