// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { progress, steps } from './checklist.model';

describe('first steps', () => {
  it('points at the first one that is not done', () => {
    const list = steps({ linked: true, scheduled: false, published: false, dismissed: false });
    expect(list.map((step) => step.next)).toEqual([false, true, false]);
    expect(progress(list)).toBe(1);
  });

  it('points at none when all are done', () => {
    const list = steps({ linked: true, scheduled: true, published: true, dismissed: false });
    expect(list.some((step) => step.next)).toBe(false);
    expect(progress(list)).toBe(3);
  });
});
