// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { busyWorld } from '$ipc/mock/fixtures';
import type { PublicationDetail } from '$ipc/generated';
import { edited, editOf } from './live.model';

function detail(change: Partial<PublicationDetail> = {}): PublicationDetail {
  const world = busyWorld();
  const live = world.publications().find(({ state }) => state === 'published');
  return {
    ...world.detail(live?.id ?? ''),
    parts: [{ text: 'One', alts: ['A bowl'] }],
    options: { content_warning: 'Kiln' },
    language: 'en',
    outlook: null,
    edit_options: ['content_warning', 'language'],
    ...change,
  };
}

describe('editing what is live', () => {
  it('asks for nothing while nothing changes, and for what does', () => {
    const before = detail();
    const edit = editOf(before);
    expect(edit).toEqual({
      parts: [{ text: 'One', pictures: [{ alt: 'A bowl' }] }],
      warning: 'Kiln',
      language: 'en',
    });
    expect(edited(before, edit)).toBeUndefined();
    edit.parts[0]!.pictures[0]!.alt = 'A blue bowl';
    edit.warning = '';
    expect(edited(before, edit)).toEqual({
      id: before.publication.id,
      parts: [{ text: 'One', alts: ['A blue bowl'] }],
      options: { content_warning: '' },
    });
    expect(before.parts[0]!.alts).toEqual(['A bowl']);
  });

  it('offers no field the platform cannot change', () => {
    expect(editOf(detail({ edit_options: [] }))).toEqual({
      parts: [{ text: 'One', pictures: [{ alt: 'A bowl' }] }],
    });
  });
});
