/** Names of keys as this computer writes them. */

export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** ⌘ on a Mac, Ctrl elsewhere. */
export function commandKey(): string {
  return isMac() ? '⌘' : 'Ctrl';
}
