/** Which key means what, apart from the page it is pressed on. */

export const sections = ['compose', 'queue', 'accounts', 'settings'] as const;

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

const byLetter: Record<string, Section> = { c: 'compose', q: 'queue', a: 'accounts', s: 'settings' };

/** What a key press asks for; `prefixed` after G. Letters mean nothing while somebody types. */
export function keyAction(press: Press, typing: boolean, prefixed: boolean): KeyAction | null {
  if (press.altKey && !press.ctrlKey && !press.metaKey) {
    const section = sections[Number(/^Digit([1-4])$/.exec(press.code)?.[1] ?? 0) - 1];
    return section ? { kind: 'go', section } : null;
  }
  if (typing || press.altKey || press.ctrlKey || press.metaKey) return null;
  const key = press.key.toLowerCase();
  if (prefixed) {
    const section = byLetter[key];
    return section ? { kind: 'go', section } : null;
  }
  const plain: Record<string, KeyAction> = {
    n: { kind: 'new' },
    g: { kind: 'prefix' },
    '/': { kind: 'search' },
    '?': { kind: 'help' },
  };
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
