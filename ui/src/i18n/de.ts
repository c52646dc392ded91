import type { en } from './en';
import { about } from './de/about';
import { accounts } from './de/accounts';
import { autostart } from './de/autostart';
import { common } from './de/common';
import { compose } from './de/compose';
import { doctor } from './de/doctor';
import { errors } from './de/errors';
import { findings } from './de/findings';
import { help } from './de/help';
import { keys } from './de/keys';
import { options } from './de/options';
import { queue } from './de/queue';
import { reasons } from './de/reasons';
import { settings } from './de/settings';
import { shell } from './de/shell';

export const de: typeof en = {
  about,
  accounts,
  autostart,
  common,
  compose,
  doctor,
  errors,
  findings,
  help,
  keys,
  options,
  queue,
  reasons,
  settings,
  shell,
};
