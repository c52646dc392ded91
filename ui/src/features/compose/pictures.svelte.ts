/** Brings pictures into the document: picked, dropped or pasted. */
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { call, toFailure } from '$ipc/client';
import type { MediaView } from '$ipc/generated';
import type { Editor } from './editor.svelte';

async function base64(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(new Error(reader.error?.message ?? ''));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}

/** Pictures on the clipboard; none when it holds text. */
export function pastedPictures(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));
}

/**
 * Whether the page was shown nothing of what is on the clipboard. WebKit on Linux hides pictures that are no files;
 * the desktop is asked for them.
 */
export function hidesSomething(data: DataTransfer | null): boolean {
  return data !== null && data.types.length === 0;
}

export class Pictures {
  /** How many are on their way. */
  adding = $state(0);
  /** Whether files are held over the window. */
  over = $state(false);

  constructor(private readonly editor: Editor) {}

  async pick(part: number): Promise<void> {
    try {
      const { paths } = await call('media_pick', {});
      await this.addPaths(part, paths);
    } catch (thrown) {
      this.#complain(thrown);
    }
  }

  /** One after the other, so that they stand in the order they were given. */
  async addPaths(part: number, paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.#add(part, async () => [await call('media_add', { path, alt: '' })]);
  }

  async addFiles(part: number, files: readonly File[]): Promise<void> {
    for (const file of files)
      await this.#add(part, async () => [
        await call('media_paste', { name: file.name, base64: await base64(file) }),
      ]);
  }

  /** The picture on the system's clipboard, where the page cannot see it. */
  async addClipboard(part: number): Promise<void> {
    await this.#add(part, () => call('media_clipboard', {}));
  }

  async #add(part: number, fetch: () => Promise<readonly MediaView[]>): Promise<void> {
    this.adding += 1;
    try {
      for (const picture of await fetch()) this.editor.addPicture(part, picture);
    } catch (thrown) {
      this.#complain(thrown);
    } finally {
      this.adding -= 1;
    }
  }

  #complain(thrown: unknown): void {
    const words = explain(toFailure(thrown));
    messages.show(`${words.title}. ${words.body}`, { tone: 'bad' });
  }
}
