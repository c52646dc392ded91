// @vitest-environment node
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MediaView, PostView } from '$ipc/generated';
import type { ComposeState } from './compose.state.svelte';
import { ALL, Editor } from './editor.svelte';
import { fix, type Hands } from './fixes';
import { countsFor, names } from './names.model';

const picture = (id: string): MediaView =>
  ({ id, alt: '', digest: id, name: `${id}.png` }) as unknown as MediaView;

let editor: Editor;
const heard = vi.fn();

beforeEach(() => {
  heard.mockClear();
  editor = new Editor(heard);
  editor.clear(['acc_1', 'acc_2']);
});

const texts = (): string[] => editor.shown.map((part) => part.text);

describe('the editor', () => {
  it('tells of every change', () => {
    editor.write(0, 'hello');
    editor.toggle('acc_2');
    expect(heard).toHaveBeenCalledTimes(2);
    expect(editor.draft()).toEqual({
      content: { parts: [{ text: 'hello', media: [], card: null }], language: '', first_comment: '' },
      variants: [],
      accounts: ['acc_1'],
    });
  });

  it('adds, moves and removes thread parts, and keeps the last one', () => {
    editor.write(0, 'one');
    editor.addPart();
    editor.write(1, 'two');
    editor.movePart(1, 0);
    expect(texts()).toEqual(['two', 'one']);
    editor.removePart(0);
    editor.removePart(0);
    expect(texts()).toEqual(['one']);
  });

  it('gives an account a version of its own and takes it back', () => {
    editor.write(0, 'for all');
    editor.customise('acc_1');
    editor.write(0, 'for one');
    expect(editor.parts[0]?.text).toBe('for all');
    expect(editor.draft().variants).toEqual([
      { account: 'acc_1', parts: [{ text: 'for one', media: [], card: null }], options: {} },
    ]);
    editor.uncustomise('acc_1');
    expect(editor.draft().variants).toEqual([]);
    expect(texts()).toEqual(['for all']);
  });

  it('leaves the desk of an account that is no longer chosen', () => {
    editor.customise('acc_1');
    editor.toggle('acc_1');
    expect(editor.version).toBe(ALL);
  });

  it('adds a picture once, describes, moves and removes it', () => {
    editor.addPicture(0, picture('med_1'));
    editor.addPicture(0, picture('med_1'));
    editor.addPicture(0, picture('med_2'));
    editor.setAlt(0, 'med_2', 'A bowl');
    editor.movePicture(0, 1, 0);
    expect(editor.shown[0]?.media).toEqual([
      { id: 'med_2', alt: 'A bowl' },
      { id: 'med_1', alt: '' },
    ]);
    editor.removePicture(0, 'med_2');
    expect(editor.shown[0]?.media).toHaveLength(1);
  });

  it('splits one part and leaves the others', () => {
    editor.write(0, 'alpha beta gamma');
    editor.addPart();
    editor.write(1, 'end');
    editor.split(0, 11);
    expect(texts()).toEqual(['alpha beta', 'gamma', 'end']);
  });

  it('writes back what it read, options and language included', () => {
    const draft: PostView['draft'] = {
      content: {
        parts: [{ text: 'x', media: [{ id: 'med_1', alt: 'y' }], card: null }],
        language: 'de',
        first_comment: '',
      },
      variants: [{ account: 'acc_1', parts: null, options: { visibility: 'unlisted' } }],
      accounts: ['acc_1'],
    };
    editor.load({ draft, media: [picture('med_1')] } as unknown as PostView);
    expect(editor.draft()).toEqual(draft);
    expect(editor.pictures.med_1?.name).toBe('med_1.png');
    expect(heard).not.toHaveBeenCalled();
  });
});

describe('cures', () => {
  function hands(): Hands {
    const compose = {
      editor,
      chosen: [{ id: 'acc_1' }, { id: 'acc_2' }],
      mode: 'now',
    } as unknown as ComposeState;
    return { compose, focus: vi.fn(), relink: vi.fn(), describe: vi.fn() };
  }

  const finding = (code: 'text_too_long' | 'alt_missing' | 'time_past', limit: number | null = null) =>
    ({
      code,
      severity: 'block',
      account: 'acc_1',
      part: 0,
      media: null,
      actual: 16,
      limit,
      option: null,
    }) as const;

  it('splits only for the account that needs it', () => {
    editor.write(0, 'alpha beta gamma');
    fix('split', { finding: finding('text_too_long', 11), accounts: ['acc_1'] }, hands());
    expect(texts()).toEqual(['alpha beta', 'gamma']);
    expect(editor.version).toBe('acc_1');
    expect(editor.parts).toHaveLength(1);
  });

  it('splits for all when all need it', () => {
    editor.write(0, 'alpha beta gamma');
    fix('split', { finding: finding('text_too_long', 11), accounts: ['acc_1', 'acc_2'] }, hands());
    expect(editor.version).toBe(ALL);
    expect(editor.parts).toHaveLength(2);
  });

  it('opens the first picture without alt text', () => {
    editor.addPicture(0, picture('med_1'));
    const given = hands();
    fix('alt_text', { finding: finding('alt_missing'), accounts: [] }, given);
    expect(given.describe).toHaveBeenCalledWith(0, 'med_1');
  });

  it('turns to the time fields', () => {
    const given = hands();
    fix('pick_time', { finding: finding('time_past'), accounts: [] }, given);
    expect(given.compose.mode).toBe('at');
    expect(given.focus).toHaveBeenCalled();
  });

  it('sends now what should have gone out before', () => {
    const given = hands();
    given.compose.mode = 'at';
    fix('now', { finding: finding('time_past'), accounts: [] }, given);
    expect(given.compose.mode).toBe('now');
  });
});

describe('names and counters', () => {
  const accounts = [
    { id: 'acc_1', platform: 'bluesky', handle: 'a.example' },
    { id: 'acc_2', platform: 'practice', handle: '@b' },
    { id: 'acc_3', platform: 'practice', handle: '@c' },
  ] as unknown as Parameters<typeof names>[0];
  const called = names(accounts, (id) => id.toUpperCase());
  const review = {
    accounts: accounts.map(({ id }) => ({
      account: id,
      counts: [{ used: 3, max: 10 }],
      parts: [],
      class: 'a' as const,
    })),
    findings: [],
  };

  it('uses the handle only where the platform is not enough', () => {
    expect([...called.values()]).toEqual(['BLUESKY', '@b', '@c']);
  });

  it('counts the common text for those without a version, and a version for its account', () => {
    const variants = { acc_2: [] };
    const desk = (version: string) => ({ reviewer: { review }, editor: { version, variants } });
    expect(countsFor(desk(ALL), called, 0).map((each) => each.name)).toEqual(['BLUESKY', '@c']);
    expect(countsFor(desk('acc_2'), called, 0).map((each) => each.name)).toEqual(['@b']);
    expect(countsFor(desk(ALL), called, 5)).toEqual([]);
  });
});
