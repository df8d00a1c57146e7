import { Problem } from '../problem.ts';
import { atOnce, type Work } from '../slices.ts';
import { quoted } from '../text/quoted.ts';

/** Why a text is not strict JSON; the message begins with the line and the column, both counted from 1. */
export class JsonProblem extends Problem<'notJson'> {
  constructor(text: string, offset: number, what: string) {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    super({ kind: 'notJson', where: `line ${line}, column ${offset - before.lastIndexOf('\n')}`, what });
  }
}

export interface StrictJsonOptions {
  /** How many arrays and objects may be inside one another. */
  readonly maxDepth?: number;
  /** What becomes of an integer beyond 2^53, of which a number would lose digits: its text, or an error. */
  readonly bigNumbersAs?: 'string' | 'refuse';
}

/**
 * Parses JSON as `JSON.parse` does, and refuses what that accepts in silence: a key given twice, the key that is an
 * object's prototype, numbers that would lose digits, nesting without bound. Throws `JsonProblem`.
 */
export function parseStrictJson(text: string, options: StrictJsonOptions = {}): unknown {
  return atOnce(strictJson(text, options));
}

/** An array or object that has begun and not ended. */
interface Open {
  readonly list: unknown[] | null;
  readonly object: Record<string, unknown>;
  /** Of an object: the key whose value comes next, and how many came before it. */
  key: string;
  count: number;
  /** The keys of the object before it on this level; and whether its own have been the same so far, in the same order. */
  readonly before: readonly string[];
  isAsBefore: boolean;
  hasEscapes: boolean;
}

/** The same, for a text that may be long. */
export function* strictJson(
  text: string,
  { maxDepth = 64, bigNumbersAs = 'refuse' }: StrictJsonOptions = {},
): Work<unknown> {
  let at = 0;
  const opened: Open[] = [];
  // By level, the keys of the object before: those of a list mostly have the same ones, in the same order.
  const keysBefore: string[][] = [];
  let whole: { readonly value: unknown } | null = null;
  while (whole === null) {
    whole = parseSome();
    yield;
  }
  return whole.value;

  function parseSome(): typeof whole {
    for (let count = 0; count < VALUES_AT_A_TIME; count += 1) {
      let value = parseBeginning();
      if (value === BEGUN) continue;
      for (let open = opened.at(-1); open !== undefined && !goesOn(open, value); open = opened.at(-1)) {
        opened.pop();
        value = open.list ?? open.object;
      }
      if (opened.length > 0) continue;
      skipSpace();
      if (at < text.length) throw problem('expected the end of the text');
      return { value };
    }
    return null;
  }

  /** A whole value, or the beginning of one that has others in it. */
  function parseBeginning(): unknown {
    skipSpace();
    const code = text.charCodeAt(at);
    if (code === QUOTE) return parseString();
    if (code !== OPEN_OBJECT && code !== OPEN_ARRAY) return parseNumber() ?? parseWord();
    if (opened.length >= maxDepth) throw problem(`more than ${maxDepth} arrays and objects inside one another`);
    at += 1;
    const list = code === OPEN_ARRAY ? [] : null;
    const before = keysBefore[opened.length] ?? NO_KEYS;
    const open: Open = { list, object: {}, key: '', count: 0, before, isAsBefore: true, hasEscapes: false };
    if (skipIf(list === null ? CLOSE_OBJECT : CLOSE_ARRAY)) return list ?? open.object;
    opened.push(open);
    if (list === null) parseKey(open);
    return BEGUN;
  }

  /** Takes in a value, and says whether another one comes. */
  function goesOn(open: Open, value: unknown): boolean {
    const { list, object } = open;
    if (list === null) object[open.key] = value;
    else list.push(value);
    if (skipIf(COMMA)) {
      if (list === null) parseKey(open);
      return true;
    }
    if (!skipIf(list === null ? CLOSE_OBJECT : CLOSE_ARRAY))
      throw problem(`expected ',' or '${list === null ? '}' : ']'}'`);
    if (list === null && !open.isAsBefore) keysBefore[opened.length - 1] = open.hasEscapes ? [] : Object.keys(object);
    return false;
  }

  function parseKey(open: Open): void {
    skipSpace();
    const start = at;
    const expected = open.isAsBefore ? open.before[open.count] : undefined;
    open.isAsBefore = expected !== undefined && skipKey(expected);
    open.key = open.isAsBefore ? expected! : parseOtherKey(open.object);
    open.hasEscapes ||= at - start !== open.key.length + 2;
    open.count += 1;
    if (!skipIf(COLON)) throw problem("expected ':'");
  }

  /** Steps over this key where it comes next. It is one without escapes, which no check has refused. */
  function skipKey(key: string): boolean {
    const end = at + key.length + 1;
    if (text.charCodeAt(at) !== QUOTE || text.charCodeAt(end) !== QUOTE || !text.startsWith(key, at + 1)) return false;
    at = end + 1;
    return true;
  }

  function parseOtherKey(object: object): string {
    const start = at;
    if (text.charCodeAt(at) !== QUOTE) throw problem('expected a key in double quotes');
    const key = parseString();
    // The only name that would not become a key of its own.
    if (key === '__proto__') throw problem(`the key ${quoted(key)} is not allowed`, start);
    if (Object.hasOwn(object, key)) throw problem(`the key ${quoted(key)} is given twice`, start);
    return key;
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
    // A string of its own: a longer slice would keep the whole text in memory for as long as there is one name of it.
    const isCopied = at - start < COPIED_BELOW;
    return isPlain && isCopied ? text.slice(start + 1, at - 1) : (JSON.parse(text.slice(start, at)) as string);
  }

  /** Leaves `at` on the escape's second character. */
  function checkEscape(): void {
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) throw problem('an unknown escape inside a string');
    at += 1;
  }

  function parseNumber(): number | string | null {
    const small = parseSmallNumber();
    if (small !== null) return small;
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

  /** Most numbers are a few digits, such as ports. */
  function parseSmallNumber(): number | null {
    let end = at;
    let number = 0;
    for (let code = text.charCodeAt(end); code >= ZERO && code <= NINE; code = text.charCodeAt(end)) {
      number = number * 10 + (code - ZERO);
      end += 1;
    }
    const length = end - at;
    const isWhole = length > 0 && length <= 15 && (length === 1 || text.charCodeAt(at) !== ZERO);
    if (!isWhole || FRACTION_OR_EXPONENT.test(text.charAt(end))) return null;
    at = end;
    return number;
  }

  function parseWord(): boolean | null {
    for (const [word, value] of words) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return value;
    }
    throw problem(at >= text.length ? 'expected a value, not the end of the text' : 'expected a value');
  }

  function skipIf(wanted: number): boolean {
    skipSpace();
    if (text.charCodeAt(at) !== wanted) return false;
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

const BEGUN = Symbol('begun');
const NO_KEYS: readonly string[] = [];
const VALUES_AT_A_TIME = 10_000;
/** V8 copies a slice of up to 12 characters; with its quotes it has two more. */
const COPIED_BELOW = 15;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const FRACTION_OR_EXPONENT = /[.eE]/;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

const words: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
