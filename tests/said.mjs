// Says what the window says: reads a JSON list of failures, findings and publications, as Rust sent them, and prints for
// each the sentences that the window's own tables make of it.
//
//   node tests/said.mjs < things.json
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { runnerImport } from 'vite';

const ui = (path) => fileURLToPath(new URL(`../ui/src/${path}`, import.meta.url));
const load = async (path) =>
  (
    await runnerImport(ui(path), {
      root: fileURLToPath(new URL('../ui', import.meta.url)),
      configFile: false,
      plugins: [svelte({ configFile: '../svelte.config.js' })],
      logLevel: 'error',
      resolve: { alias: { $ipc: ui('ipc'), $i18n: ui('i18n'), $errors: ui('errors'), $design: ui('design') } },
    })
  ).module;

const { explain } = await load('errors/errors.ts');
const { findingEntry } = await load('errors/findings.ts');
const { actionsFor, stateWord } = await load('features/queue/queue.model.ts');
const { t } = await load('i18n/index.ts');

/** As `FailureNote.svelte` prints it. */
function failure(value) {
  const words = explain({ details: '', findings: [], ...value });
  return [words.title, words.body, words.next];
}

/** As `QueueRow.svelte` prints it: the tag, the reason, the buttons. */
function publication(value) {
  const buttons = actionsFor(value).row.map((action) => `[${t.queue.actions[action]}]`);
  return [stateWord(value), value.reason, buttons.join(' ')];
}

/** As `Findings.svelte` prints it: the sentence, and the button where there is one. */
function finding(value) {
  const words = findingEntry(value.finding, value.who, value.threaded);
  return [words.text, words.label && `[${words.label}]`];
}

const kinds = { failure, publication, finding };
const said = (await json(process.stdin)).map(({ kind, value }) => kinds[kind](value).filter(Boolean));
process.stdout.write(JSON.stringify(said));
