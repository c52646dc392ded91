/** The words of the window. A second language is a second object of type `Strings`. */
import { en } from './en';

export type Strings = typeof en;

export const t: Strings = en;
