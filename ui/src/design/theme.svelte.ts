/** Light or dark on the root, live: the setting where it says so, the system otherwise. */

const DARK = '(prefers-color-scheme: dark)';

function paint(setting: string, systemDark: boolean): void {
  const dark = setting === 'dark' || (setting !== 'light' && systemDark);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

/** Paints by `setting` (`system`, `light`, `dark`) and follows the system until the answered function is called. */
export function followTheme(setting: string): () => void {
  const query = matchMedia(DARK);
  const follow = (): void => paint(setting, query.matches);
  follow();
  query.addEventListener('change', follow);
  return () => query.removeEventListener('change', follow);
}
