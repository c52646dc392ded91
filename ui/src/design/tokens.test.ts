// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { badgeGround, contrast } from './color.model';

const css = readFileSync(`${import.meta.dirname}/tokens.css`, 'utf8');

function tokens(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/gi)].map((match) => [match[1] ?? '', match[2] ?? '']),
  );
}

const [lightBlock = '', darkBlock = ''] = css.split("[data-theme='dark']");
const themes = { light: tokens(lightBlock), dark: { ...tokens(lightBlock), ...tokens(darkBlock) } };
const grounds = ['paper', 'sheet', 'rail', 'hover'];
const pairs = [
  ...['ink', 'ink-2', 'ink-3'].flatMap((ink) => grounds.map((ground) => [ink, ground])),
  ...['accent', 'failed', 'held', 'danger'].flatMap((ink) =>
    ['paper', 'sheet'].map((ground) => [ink, ground]),
  ),
  ...['scheduled', 'publishing', 'published', 'held', 'failed'].map((state) => [state, `${state}-soft`]),
  ['accent', 'accent-soft'],
  ['ink', 'accent-soft'],
  ['ink-2', 'accent-soft'],
  ['failed', 'rail'],
  ['accent-ink', 'accent'],
  ['accent-ink', 'accent-strong'],
  ['danger-ink', 'danger'],
] as [string, string][];

describe.each(Object.entries(themes))('the %s theme', (_name, theme) => {
  it.each(pairs)('%s can be read on %s', (ink, ground) => {
    expect(contrast(theme[ink] ?? '', theme[ground] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['paper', 'sheet'])('edges of fields are seen on %s', (ground) => {
    expect(contrast(theme.edge ?? '', theme[ground] ?? '')).toBeGreaterThanOrEqual(3);
  });
});

describe('badges', () => {
  it.each(['#1185fe', '#ffd400', '#000000', 'nonsense'])('white letters can be read on %s', (color) => {
    expect(contrast(badgeGround(color), '#ffffff')).toBeGreaterThanOrEqual(4.5);
  });

  it('leaves a colour alone that is dark enough', () => {
    expect(badgeGround('#563acc')).toBe('#563acc');
  });
});
