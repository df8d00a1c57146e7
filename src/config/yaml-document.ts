import { Composer, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { ConfigError } from './config-error.ts';

/** Files need few levels. Much deeper nesting ends the process where the parser recurses: nothing can catch that. */
const depthMax = 64;

export interface YamlText {
  /** Null where nothing is written. */
  readonly document: Document.Parsed | null;
  /** The line of an offset, counted from 1. */
  readonly lineOf: (offset: number) => number;
  /** Throws `ConfigError` that begins with the place. */
  readonly refuse: (offset: number, what: string) => never;
}

/** The one document of a YAML or JSON text. Throws `ConfigError`, with the line, when the text as a whole is unusable. */
export function yamlDocument(path: string, content: string, { uniqueKeys = false } = {}): YamlText {
  const lines = new LineCounter();
  const lineOf = (offset: number) => lines.linePos(offset).line;
  const refuse: (offset: number, what: string) => never = (offset, what) => {
    throw new ConfigError([`${path}:${lineOf(offset)}: ${what}`]);
  };
  lines.addNewLine(0);
  if (content.startsWith('\uFEFF')) refuse(0, 'begins with a byte order mark: save it as UTF-8 without one');

  const tooDeep = (offset: number) => refuse(offset, 'is nested too deeply');
  const [document, second] = documents(content, lines, tooDeep, uniqueKeys);
  const mistake = [...(document?.errors ?? []), ...(document?.warnings ?? [])][0];
  if (mistake) refuse(mistake.pos[0], withoutContent(mistake.message));
  if (second) refuse(second.range[0], 'a second document begins: write one only');
  return { document: document ?? null, lineOf, refuse };
}

/** Like `parseAllDocuments`, but it looks at the depth before anything recurses. */
function documents(
  content: string,
  lines: LineCounter,
  tooDeep: (offset: number) => never,
  uniqueKeys: boolean,
): readonly Document.Parsed[] {
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  for (const lexeme of new Lexer().lex(content)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > depthMax) tooDeep(parser.offset);
  }
  tokens.push(...parser.end());
  return [...new Composer({ version: '1.2', uniqueKeys }).compose(tokens)];
}

/** The parser repeats unexpected text, which may be a password. */
function withoutContent(message: string): string {
  return `not valid YAML: ${message.replace(/: .*/s, '').replace(/\s+/g, ' ')}`;
}
