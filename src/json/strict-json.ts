import { quoted } from '../text/quoted.ts';

/** Why a text is not strict JSON; the message begins with the line and the column, both counted from 1. */
export class JsonProblem extends Error {
  constructor(text: string, offset: number, what: string) {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    super(`line ${line}, column ${offset - before.lastIndexOf('\n')}: ${what}`);
    this.name = 'JsonProblem';
  }
}

export interface StrictJsonOptions {
  /** How many arrays and objects may be inside one another. */
  readonly maxDepth?: number;
  /** What becomes of an integer beyond 2^53, of which a number would lose digits: its text, or an error. */
  readonly bigNumbersAs?: 'string' | 'refuse';
}

/**
 * Parses JSON as `JSON.parse` does, and refuses what that accepts in silence: a key given twice, keys that reach an
 * object's prototype, numbers that would lose digits, nesting without bound. Throws `JsonProblem`.
 */
export function parseStrictJson(
  text: string,
  { maxDepth = 64, bigNumbersAs = 'refuse' }: StrictJsonOptions = {},
): unknown {
  let at = 0;
  const value = parseValue(0);
  skipSpace();
  if (at < text.length) throw problem('expected the end of the text');
  return value;

  function parseValue(depth: number): unknown {
    skipSpace();
    const char = text[at];
    if (char === '{' || char === '[') {
      if (depth >= maxDepth) throw problem(`more than ${maxDepth} arrays and objects inside one another`);
      return char === '{' ? parseObject(depth + 1) : parseArray(depth + 1);
    }
    if (char === '"') return parseString();
    return parseNumber() ?? parseWord();
  }

  function parseObject(depth: number): unknown {
    const object: Record<string, unknown> = {};
    at += 1;
    if (skipIf('}')) return object;
    do {
      skipSpace();
      const start = at;
      if (text[at] !== '"') throw problem('expected a key in double quotes');
      const key = parseString();
      if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
        throw problem(`the key ${quoted(key)} is not allowed`, start);
      }
      if (Object.hasOwn(object, key)) throw problem(`the key ${quoted(key)} is given twice`, start);
      if (!skipIf(':')) throw problem("expected ':'");
      object[key] = parseValue(depth);
    } while (skipIf(','));
    if (!skipIf('}')) throw problem("expected ',' or '}'");
    return object;
  }

  function parseArray(depth: number): unknown {
    const array: unknown[] = [];
    at += 1;
    if (skipIf(']')) return array;
    do array.push(parseValue(depth));
    while (skipIf(','));
    if (!skipIf(']')) throw problem("expected ',' or ']'");
    return array;
  }

  function parseString(): string {
    const start = at;
    let isPlain = true;
    at += 1;
    for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) {
      if (at >= text.length) throw problem('this string has no end', start);
      if (code < SPACE) throw problem('a control character inside a string');
      if (code === BACKSLASH) {
        checkEscape();
        isPlain = false;
      }
      at += 1;
    }
    at += 1;
    return isPlain ? text.slice(start + 1, at - 1) : (JSON.parse(text.slice(start, at)) as string);
  }

  /** Leaves `at` on the escape's second character. */
  function checkEscape(): void {
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) throw problem('an unknown escape inside a string');
    at += 1;
  }

  function parseNumber(): number | string | null {
    NUMBER.lastIndex = at;
    const [literal, fraction, exponent] = NUMBER.exec(text) ?? [];
    if (literal === undefined) return null;
    const parsed = Number(literal);
    const isInteger = fraction === undefined && exponent === undefined;
    const isTooBig = isInteger ? !Number.isSafeInteger(parsed) : !Number.isFinite(parsed);
    if (isTooBig && !isInteger) throw problem('a number too large to keep');
    if (isTooBig && bigNumbersAs === 'refuse') throw problem('an integer beyond 2^53, of which digits would be lost');
    at += literal.length;
    return isTooBig ? literal : parsed;
  }

  function parseWord(): boolean | null {
    for (const [word, value] of words) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return value;
    }
    throw problem(at >= text.length ? 'expected a value, not the end of the text' : 'expected a value');
  }

  function skipIf(char: string): boolean {
    skipSpace();
    if (text[at] !== char) return false;
    at += 1;
    return true;
  }

  function skipSpace(): void {
    for (let code = text.charCodeAt(at); code <= SPACE; code = text.charCodeAt(at)) {
      if (code !== SPACE && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      at += 1;
    }
  }

  function problem(what: string, offset = at): JsonProblem {
    return new JsonProblem(text, offset, what);
  }
}

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

const words: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
