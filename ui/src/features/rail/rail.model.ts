/** What the foot of the rail says: is everything all right, and what happens next. */
import { vaultWords } from '$errors/reasons';
import type { AppState } from '$ipc/generated';
import { t } from '$i18n/index';
import { relative } from '$i18n/time';

export interface Foot {
  tone: 'good' | 'held' | 'failed' | 'idle';
  line: string;
  below: string;
}

export function foot(app: AppState, now: Date, onlyRead: boolean): Foot {
  const { queue, profile } = app;
  if (onlyRead) return { tone: 'failed', line: t.shell.trouble.title, below: t.shell.trouble.nothingGoes };
  if (!queue.running) return { tone: 'failed', line: t.shell.notRunning, below: t.shell.notRunningBody };
  if (queue.paused) return { tone: 'held', line: t.shell.paused, below: t.shell.pausedBody };
  if (profile.vault_state === 'locked' || profile.vault_state === 'missing')
    return { tone: 'failed', line: t.shell.vaultLocked, below: vaultWords(profile) };
  const planned = queue.upcoming + queue.now;
  const below =
    queue.needs_you > 0 ? t.shell.someWillNot(planned, queue.needs_you) : t.shell.allWillGo(planned);
  if (queue.next === null)
    return planned + queue.needs_you > 0
      ? { tone: queue.needs_you > 0 ? 'held' : 'good', line: t.shell.nothingPlanned, below }
      : { tone: 'idle', line: t.shell.nothingPlanned, below: '' };
  const line = t.shell.nextPost(relative(new Date(queue.next.at), now));
  return { tone: queue.needs_you > 0 ? 'held' : 'good', line, below };
}
