/** Which key means what, apart from the page it is pressed on. */

export const sections = ['compose', 'queue', 'accounts', 'settings', 'help'] as const;

/** How many sections have a number; the help has only its letter. */
export const digits = 4;

export type Section = (typeof sections)[number];

export type KeyAction = { kind: 'go'; section: Section } | { kind: 'new' | 'search' | 'help' | 'prefix' };

export interface Press {
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  /** Physical key; Alt changes `key` on a Mac. */
  code: string;
}

/** After the prefix. */
export const letters: Record<string, Section> = {
  c: 'compose',
  q: 'queue',
  a: 'accounts',
  s: 'settings',
  h: 'help',
};

/** Alone. */
export const plain: Record<string, KeyAction> = {
  n: { kind: 'new' },
  g: { kind: 'prefix' },
  '/': { kind: 'search' },
  '?': { kind: 'help' },
};

/** What a key press asks for; `prefixed` after G. Letters mean nothing while somebody types. */
export function keyAction(press: Press, typing: boolean, prefixed: boolean): KeyAction | null {
  if (press.altKey && !press.ctrlKey && !press.metaKey) {
    const digit = Number(/^Digit(\d)$/.exec(press.code)?.[1] ?? 0);
    const section = digit <= digits ? sections[digit - 1] : undefined;
    return section ? { kind: 'go', section } : null;
  }
  if (typing || press.altKey || press.ctrlKey || press.metaKey) return null;
  const key = press.key.toLowerCase();
  if (prefixed) {
    const section = letters[key];
    return section ? { kind: 'go', section } : null;
  }
  return plain[key] ?? null;
}

/** Whether the element takes letters, so that single keys must be left to it. */
export function takesLetters(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    ['spinbutton', 'menuitem', 'option', 'textbox'].includes(target.getAttribute('role') ?? '')
  );
}
