/** Short messages at the foot of the window, and words only a screen reader hears. */

interface Message {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  /** One button; the message goes when it is pressed. */
  action?: { label: string; run: () => void };
}

const LIFE_MS = 10_000;

class Messages {
  shown = $state<Message[]>([]);
  /** Said politely, not shown. */
  spoken = $state('');
  /** Height of what stands at the foot of the window, in px. */
  below = $state(0);
  #next = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(text: string, options: { tone?: Message['tone']; action?: Message['action'] } = {}): void {
    // The same again takes the place of the one before; what has a button is about something of its own.
    if (!options.action) {
      const same = this.shown.find((message) => message.text === text && !message.action);
      if (same) this.dismiss(same.id);
    }
    const id = this.#next++;
    this.shown.push({ id, text, tone: options.tone ?? 'plain', action: options.action });
    while (this.shown.length > 3) this.dismiss(this.shown[0]?.id ?? 0);
    this.resume(id);
  }

  dismiss(id: number): void {
    this.hold(id);
    this.shown = this.shown.filter((message) => message.id !== id);
  }

  /** Keeps a message while the pointer or the focus is on it. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    this.hold(id);
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), LIFE_MS),
    );
  }

  /** Keeps the messages above something that stands at the foot of the window; the answer ends that. */
  stayAbove(height: number): () => void {
    this.below = height;
    return () => (this.below = 0);
  }

  say(text: string): void {
    this.spoken = text;
  }

  clear(): void {
    this.shown.forEach((message) => this.hold(message.id));
    this.shown = [];
    this.spoken = '';
  }
}

export const messages = new Messages();
