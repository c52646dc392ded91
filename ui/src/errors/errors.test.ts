// @vitest-environment node
import { describe, expect, it } from 'vitest';
import generated from '$ipc/generated.ts?raw';
import { t } from '$i18n/index';
import { errorCodes, errorEntry, explain } from './errors';
import { findingCodes, findingEntry } from './findings';
import type { Finding } from '$ipc/generated';

/** Members of a union in the generated bindings. */
function members(name: string): string[] {
  const line = new RegExp(`export type ${name} = ([^;]+);`).exec(generated)?.[1] ?? '';
  return [...line.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
}

describe('the error table', () => {
  it('has one line for every code Rust can send', () => {
    expect([...errorCodes].sort()).toEqual(members('ErrorCode').sort());
    expect(errorCodes.length).toBeGreaterThan(20);
  });

  it('speaks in sentences and names an action that has words', () => {
    for (const code of errorCodes) {
      const entry = errorEntry(code);
      expect(entry.title, code).toMatch(/^[A-Z].+[^.]$/);
      expect(entry.body, code).toMatch(/[.!?]$/);
      expect(t.errors.actions, code).toHaveProperty(entry.action);
    }
  });

  it('prefers the sentence of the failure and keeps the platform’s words for the details', () => {
    const words = explain({
      code: 'offline',
      message: 'bsky.social did not answer.',
      action: 'Wait.',
      details: 'x',
      findings: [],
    });
    expect(words).toMatchObject({
      title: 'No connection',
      body: 'bsky.social did not answer.',
      next: 'Wait.',
      details: 'x',
    });
  });

  it('falls back to its own sentence', () => {
    expect(explain({ code: 'internal', message: '', action: '', details: '', findings: [] }).body).toContain(
      'defect',
    );
  });
});

describe('the finding table', () => {
  const finding = (code: Finding['code']): Finding => ({
    code,
    severity: 'block',
    account: null,
    part: 1,
    media: null,
    actual: 330,
    option: null,
    limit: 300,
  });

  it('has one line for every code Rust can send', () => {
    expect([...findingCodes].sort()).toEqual(members('FindingCode').sort());
  });

  it('gives a sentence, and a label wherever there is an action', () => {
    for (const code of findingCodes) {
      const entry = findingEntry(finding(code), 'Bluesky', true);
      expect(entry.text, code).toMatch(/[.?]$/);
      expect(entry.label !== '', code).toBe(entry.action !== null);
    }
  });

  it('counts what is too much and names the part only in a thread', () => {
    expect(findingEntry(finding('text_too_long'), 'Bluesky', true).text).toBe(
      'Part 2: 30 too many for Bluesky, which takes 300 characters. Nothing is cut by itself.',
    );
    expect(findingEntry(finding('text_too_long'), 'Bluesky', false).text).toMatch(/^30 too many/);
  });
});
