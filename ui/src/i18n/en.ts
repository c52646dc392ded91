import { about } from './en/about';
import { accounts } from './en/accounts';
import { autostart } from './en/autostart';
import { common } from './en/common';
import { compose } from './en/compose';
import { doctor } from './en/doctor';
import { errors } from './en/errors';
import { findings } from './en/findings';
import { help } from './en/help';
import { keys } from './en/keys';
import { options } from './en/options';
import { queue } from './en/queue';
import { reasons } from './en/reasons';
import { settings } from './en/settings';
import { shell } from './en/shell';

export const en = {
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
