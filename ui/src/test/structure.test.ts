// @vitest-environment node
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { literalWords, sentences } from './words';

const root = join(import.meta.dirname, '..');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|svelte)$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
/** The packages only the client may import. */
const TAURI = ['@tauri', 'apps'].join('-');
const sources = files.filter(({ file }) => !/\.test\.ts$|^test\/|generated\.ts$/.test(file));

describe('words', () => {
  const components = sources.filter(({ file }) => file.endsWith('.svelte'));

  it.each(components)('$file has its words from the language files', ({ text }) => {
    expect(literalWords(text)).toEqual([]);
  });

  it('of the rest are not sentences', () => {
    const plain = sources.filter(
      ({ file }) => !file.endsWith('.svelte') && !/^(i18n|ipc\/mock)\//.test(file),
    );
    const found = plain.flatMap(({ file, text }) => sentences(text).map((each) => `${file}: ${each}`));
    expect(found).toEqual([]);
  });
});

describe('modules', () => {
  it('are of a size one can hold in mind', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 400).map(({ file }) => file);
    expect(long.filter((file) => !file.endsWith('generated.ts'))).toEqual([]);
  });

  it('have no cycles', () => {
    const names = new Set(sources.map(({ file }) => file));
    const target = (from: string, path: string): string | undefined => {
      const plain = path.startsWith('$') ? path.slice(1) : relative(root, join(root, from, '..', path));
      return [plain, `${plain}.ts`, `${plain}.svelte`].find((name) => names.has(name));
    };
    const graph = new Map(
      sources.map(({ file, text }) => {
        const paths = [...text.matchAll(/^\s*(?:import|export)(?! type)[^'"]*? from '([$.][^']+)'/gm)];
        return [file, paths.flatMap((match) => target(file, match[1] ?? '') ?? [])];
      }),
    );
    const done = new Set<string>();
    const visit = (file: string, path: string[]): string[] => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return [];
      for (const next of graph.get(file) ?? []) {
        const cycle = visit(next, [...path, file]);
        if (cycle.length > 0) return cycle;
      }
      done.add(file);
      return [];
    };
    for (const file of graph.keys()) expect(visit(file, [])).toEqual([]);
  });

  it('talk to Tauri in one place only', () => {
    expect(sources.filter(({ text }) => text.includes(`'${TAURI}/`)).map(({ file }) => file)).toEqual([
      'ipc/tauri.ts',
    ]);
  });

  it('know features only from views, and no feature another', () => {
    const wrong = sources.filter(
      ({ file, text }) =>
        (!file.startsWith('views/') && file !== 'main.ts' && /from '\$(features|views)\//.test(text)) ||
        (/^(ipc|i18n|errors)\//.test(file) && /from '\$design\//.test(text)),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });
});
