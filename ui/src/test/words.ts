/** Finds words a person reads that stand in a source file instead of the language files. */
import { parse } from 'svelte/compiler';
import ts from 'typescript';

/** Attributes whose value a person reads or hears, of elements and of our own components. */
const SPOKEN = [
  'aria-label',
  'aria-description',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'title',
  'placeholder',
  'alt',
  'label',
  'description',
  'body',
  'hint',
];

interface Node {
  type: string;
  name?: string;
  data?: string;
  value?: unknown;
  [key: string]: unknown;
}

const readable = (text: string): boolean => /\p{L}{2}/u.test(text);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Words an expression can come to: its own literals and branches, not what it compares or passes on. */
function spoken(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' && readable(node.value) ? [node.value] : [];
    case 'TemplateLiteral': {
      const quasis = node.quasis as { value: { raw: string } }[];
      const text = quasis.map((each) => each.value.raw).join('');
      return [...(readable(text) ? [text] : []), ...(node.expressions as unknown[]).flatMap(spoken)];
    }
    case 'ConditionalExpression':
      return [...spoken(node.consequent), ...spoken(node.alternate)];
    case 'LogicalExpression':
    case 'BinaryExpression':
      return ['&&', '||', '??', '+'].includes(String(node.operator))
        ? [...spoken(node.left), ...spoken(node.right)]
        : [];
    default:
      return [];
  }
}

function inValue(value: unknown): string[] {
  const parts = Array.isArray(value) ? value : [value];
  return parts.flatMap((part: unknown) => {
    if (!isNode(part)) return [];
    if (part.type === 'Text') return readable(part.data ?? '') ? [part.data ?? ''] : [];
    return spoken(part.expression);
  });
}

function inMarkup(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(inMarkup);
  if (!isNode(node)) return [];
  if (node.type === 'Text') return readable(node.data ?? '') ? [(node.data ?? '').trim()] : [];
  if (node.type === 'ExpressionTag' || node.type === 'HtmlTag') return spoken(node.expression);
  if (node.type.endsWith('Directive')) return [];
  if (node.type === 'Attribute') return SPOKEN.includes(node.name ?? '') ? inValue(node.value) : [];
  return Object.values(node).flatMap((value) => (typeof value === 'object' ? inMarkup(value) : []));
}

/** A capital, a lower-case word, a space and another word: said to a person, not to a machine. */
const SENTENCE = /^\p{Lu}\p{Ll}+[\s,]+\p{L}{2}|\p{Ll}[.!?]$/u;

/** Sentences among the string literals of a script; regular expressions, imports and types hold none. */
export function sentences(script: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isThrowStatement(node)) return;
    if ((ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) && SENTENCE.test(node.text))
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('script.ts', script, ts.ScriptTarget.Latest));
  return found;
}

/** Words written into a component: its markup, what its attributes speak, and sentences in its script. */
export function literalWords(component: string): string[] {
  const { fragment, instance, module } = parse(component, { modern: true });
  const scripts = [instance, module].flatMap((script) => {
    if (!script) return [];
    const { start, end } = script.content as unknown as { start: number; end: number };
    return sentences(component.slice(start, end));
  });
  return [...inMarkup(fragment), ...scripts];
}
