// @vitest-environment node
import { expect, it } from 'vitest';
import { literalWords, sentences } from './words';

it.each([
  ['text', '<p>Hello there</p>', ['Hello there']],
  ['text in a block', '{#if a}<b>Ja</b>{/if}', ['Ja']],
  ['a branch', "{open ? 'Open' : t.shut}", ['Open']],
  ['a template', '<p>{`Post ${n}`}</p>', ['Post ']],
  ['a name', '<button aria-label="Close it"></button>', ['Close it']],
  ['a title', "<a title={'Go on'} href='#x'>{t.a}</a>", ['Go on']],
  ['a placeholder', '<input placeholder="Type" />', ['Type']],
  ['an alternative', '<img alt="A kiln" src="x.png" />', ['A kiln']],
  ['a part of ours', '<Field label="Name" {hint} />', ['Name']],
  ['a script', "<script>\n  let a = 'Nothing was sent';\n</script>{a}", ['Nothing was sent']],
])('finds words in %s', (_, component, found) => {
  expect(literalWords(component)).toEqual(found);
});

it.each([
  ['words from the language files', '<p title={t.a}>{t.b(n)}</p>'],
  ['what a machine reads', '<p class="big one" data-kind="Some thing" role="group">{t.a}</p>'],
  ['comparisons', "{#if state === 'Open it'}{t.a}{/if}"],
  ['marks and numbers', '<p>… {n} / 300 ·</p>'],
])('leaves %s alone', (_, component) => {
  expect(literalWords(component)).toEqual([]);
});

it('tells a sentence from a name, also where it begins a template', () => {
  const script =
    "import a from 'Some thing'; say('It is gone', 'posts_list', 'Enter', `Moved to ${when}`, 'gone.');";
  expect(sentences(script)).toEqual(['It is gone', 'Moved to ', 'gone.']);
});
