/** The packages Postroom is made of, as `cargo xtask gen` writes them. */

export interface Package {
  name: string;
  version: string;
  /** SPDX expression. */
  licence: string;
  /** Numbers of its texts. */
  texts: number[];
}

/** Packages whose name contains what is wanted. */
export function matching(packages: readonly Package[], wanted: string): Package[] {
  const part = wanted.trim().toLowerCase();
  return packages.filter(({ name }) => name.toLowerCase().includes(part));
}
