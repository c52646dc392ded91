/** What the foot of the rail says: is everything all right, and what happens next. */
import { vaultWords } from '$errors/reasons';
import type { AppState, QueueStatus } from '$ipc/generated';
import { t } from '$i18n/index';
import { relative } from '$i18n/time';

export interface Foot {
  tone: 'good' | 'held' | 'failed' | 'idle';
  line: string;
  below: string;
  /** Where it is put right. */
  to?: string;
}

export function foot(app: AppState, now: Date, onlyRead: boolean): Foot {
  const { queue, profile } = app;
  if (onlyRead) return { tone: 'failed', line: t.shell.trouble.title, below: t.shell.trouble.nothingGoes };
  if (!queue.running) return { tone: 'failed', line: t.shell.notRunning, below: t.shell.notRunningBody };
  if (queue.paused) return { tone: 'held', line: t.shell.paused, below: t.shell.pausedBody };
  if (profile.vault_state === 'locked' || profile.vault_state === 'missing')
    return { tone: 'failed', line: t.shell.vaultLocked, below: vaultWords(profile), to: '#settings/keys' };
  const planned = queue.upcoming + queue.now;
  const line = happening(queue, now);
  if (planned + queue.needs_you === 0) return { tone: 'idle', line, below: '' };
  if (queue.needs_you > 0)
    return { tone: 'held', line, below: t.shell.someWillNot(planned, queue.needs_you) };
  if (queue.outages.length > 0)
    return { tone: 'held', line, below: t.shell.inTrouble(planned, queue.outages.length) };
  return { tone: 'good', line, below: t.shell.allWillGo(planned) };
}

function happening({ next, now: atWork }: QueueStatus, now: Date): string {
  if (next !== null) return t.shell.nextPost(relative(new Date(next.at), now));
  return atWork > 0 ? t.shell.atWork(atWork) : t.shell.nothingPlanned;
}
