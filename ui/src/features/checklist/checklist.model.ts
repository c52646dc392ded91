/** The first steps, derived from what really happened. */
import type { Checklist } from '$ipc/generated';

export interface Step {
  id: 'link' | 'schedule' | 'see';
  done: boolean;
  /** The first one that is not done. */
  next: boolean;
}

export function steps(list: Checklist): Step[] {
  const done: [Step['id'], boolean][] = [
    ['link', list.linked],
    ['schedule', list.scheduled],
    ['see', list.published],
  ];
  const first = done.find(([, ready]) => !ready)?.[0];
  return done.map(([id, ready]) => ({ id, done: ready, next: id === first }));
}

export function progress(list: readonly Step[]): number {
  return list.filter((step) => step.done).length;
}
