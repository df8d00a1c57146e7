import { Composer, type Document, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, Parser } from 'yaml';
import { ConfigError } from './config-error.ts';
import type { Raw } from './value-types.ts';

/** One `key: value` of the file, as it was written, or why the value cannot be used. */
export interface Entry {
  readonly key: string;
  /** Counted from 1. */
  readonly line: number;
  readonly value: Written<Raw>;
}

type Written<T> = { readonly raw: T } | { readonly problem: string };

/** The file needs three levels. Much deeper nesting ends the process where the parser recurses: nothing can catch that. */
const depthMax = 64;

/**
 * The entries of a YAML or JSON text whose root is a map, in its own order and with every line known. Scalars come as
 * they were written, `010` as `010`, so that a file means what the same words mean as a flag. Throws `ConfigError`
 * when the text as a whole is unusable.
 */
export function yamlEntries(path: string, content: string): readonly Entry[] {
  const lines = new LineCounter();
  const refuse: (offset: number, what: string) => never = (offset, what) => {
    throw new ConfigError([`${path}:${lines.linePos(offset).line}: ${what}`]);
  };
  lines.addNewLine(0);
  if (content.startsWith('\uFEFF')) refuse(0, 'begins with a byte order mark: save it as UTF-8 without one');

  const [document, second] = documents(content, lines, (offset) => refuse(offset, 'is nested too deeply'));
  const mistake = [...(document?.errors ?? []), ...(document?.warnings ?? [])][0];
  if (mistake) refuse(mistake.pos[0], withoutContent(mistake.message));
  if (second) refuse(second.range[0], 'a second document begins: write one only');

  const root = document?.contents ?? null;
  if (root === null || (isScalar(root) && root.value === null)) return [];
  if (!isMap<Node, Node | null>(root) || root.tag) return refuse(start(root), 'must be a map of keys and values');
  return root.items.map(({ key, value }) => {
    if (!isScalar(key) || key.tag) return refuse(start(key), 'a key must be one word');
    return {
      key: String(key.source ?? key.value),
      line: lines.linePos(start(key)).line,
      value: isSeq<Node>(value) && !value.tag ? list(value.items) : scalar(value),
    };
  });
}

/** Like `parseAllDocuments`, but it looks at the depth before anything recurses. */
function documents(
  content: string,
  lines: LineCounter,
  tooDeep: (offset: number) => never,
): readonly Document.Parsed[] {
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  for (const lexeme of new Lexer().lex(content)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > depthMax) tooDeep(parser.offset);
  }
  tokens.push(...parser.end());
  return [...new Composer({ version: '1.2', uniqueKeys: false, prettyErrors: false }).compose(tokens)];
}

function list(items: readonly Node[]): Written<Raw> {
  const raws: string[] = [];
  for (const item of items.map(scalar)) {
    if ('problem' in item) return item;
    raws.push(item.raw);
  }
  return { raw: raws };
}

function scalar(node: Node | null): Written<string> {
  if (isAlias(node)) return { problem: 'aliases are not supported: write the value itself' };
  if (node?.tag) return { problem: 'tags are not supported: write the plain value' };
  if (node !== null && !isScalar(node)) return { problem: 'needs a value or a list of values' };
  if (typeof node?.value === 'string') return { raw: node.value };
  if (node === null || node.value === null) return { problem: 'has no value: write one, or remove the line' };
  return { raw: node.source ?? String(node.value) };
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** The parser repeats unexpected text, which may be a password. */
function withoutContent(message: string): string {
  return `not valid YAML: ${message.replace(/: .*$/s, '').replace(/\s+/g, ' ')}`;
}
