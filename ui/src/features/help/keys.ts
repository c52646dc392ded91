/** Keys of a row, with the word that joins each to the one before it. */
export type Keys = [join: string, key: string][];

export interface KeyGroup {
  title: string;
  rows: { keys: Keys; says: string }[];
}
