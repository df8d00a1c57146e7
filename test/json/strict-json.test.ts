import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonProblem, parseStrictJson } from '../../src/json/strict-json.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';

test('agrees with JSON.parse on every document that nothing is wrong with', () => {
  const document = fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }).filter(hasPlainKeysOnly);
  fc.assert(
    fc.property(document, fc.constantFrom(0, 1, '\t', '\r\n'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseStrictJson(text, { bigNumbersAs: 'string' })).toEqual(keepBigIntegers(JSON.parse(text)));
    }),
    { numRuns: 1_000 },
  );
});

test('accepts nothing that JSON.parse refuses, and what both accept is the same', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b"',
    '"\\u12',
    '"\\x"',
    '"\n"',
    ' ',
    '1',
    '-',
    '01',
    '.5',
    '1.',
  ];
  const more = [
    '1e5',
    '1E+',
    '-0',
    '\f',
    '\v',
    'true',
    'nul',
    'null',
    "'a'",
    '\u00a0',
    '\uFEFF',
    '"',
    '\\',
    '//',
    'NaN',
    '+1',
  ];
  const scraps = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.oneof(
        scraps.map((each) => each.join('')),
        fc.string(),
      ),
      (text) => {
        const strictly = attempt(() => parseStrictJson(text));
        const usually = attempt(() => JSON.parse(text));
        if (strictly.error === null) expect(strictly).toEqual(usually);
        else if (usually.error === null)
          expect(strictly.error.message).toMatch(/given twice|too large to keep|digits would be lost/);
        else expect(strictly.error).toBeInstanceOf(JsonProblem);
      },
    ),
    { numRuns: 5_000 },
  );
});

test.each([
  ['{"a": 1,\n "b": {},\n "a": 2}', 'line 3, column 2: the key "a" is given twice'],
  ['{"a":1,"\\u0061":2}', 'line 1, column 8: the key "a" is given twice'],
  ['{"__proto__": {"x": 1}}', 'line 1, column 2: the key "__proto__" is not allowed'],
  ['{"\\u005f_proto__": 1}', 'line 1, column 2: the key "__proto__" is not allowed'],
  ['\n\n{"a": "b"  "c"}', "line 3, column 12: expected ',' or '}'"],
  ['[1 2]', "line 1, column 4: expected ',' or ']'"],
  ['[1,]', 'line 1, column 4: expected a value'],
  ['{"a" 1}', "line 1, column 6: expected ':'"],
  ['{a: 1}', 'line 1, column 2: expected a key in double quotes'],
  ['{"a": 1,}', 'line 1, column 9: expected a key in double quotes'],
  ['', 'line 1, column 1: expected a value, not the end of the text'],
  ['[1', "line 1, column 3: expected ',' or ']'"],
  ['["abc', 'line 1, column 2: this string has no end'],
  ['"a\tb"', 'line 1, column 3: a control character inside a string'],
  ['"a\\qb"', 'line 1, column 3: an unknown escape inside a string'],
  ['[] []', 'line 1, column 4: expected the end of the text'],
  ['[9007199254740992]', 'line 1, column 2: an integer beyond 2^53, of which digits would be lost'],
  ['-1e999', 'line 1, column 1: a number too large to keep'],
  ['[[[[]]]]', 'line 1, column 4: more than 3 arrays and objects inside one another'],
])('%j: says where and what', (text, message) => {
  expect(() => parseStrictJson(text, { maxDepth: 3 })).toThrow(JsonProblem);
  expect(attempt(() => parseStrictJson(text, { maxDepth: 3 })).error?.message).toBe(message);
});

test('a key that names what every object has is a key like any other, and reaches no prototype', () => {
  const text = '{"constructor":{"prototype":{"polluted":1}},"prototype":2,"toString":3,"hasOwnProperty":4}';
  for (const whole of [text, `[${text},${text}]`]) expect(JSON.stringify(parseStrictJson(whole))).toBe(whole);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect(() => parseStrictJson('{"constructor":1,"constructor":2}')).toThrow('the key "constructor" is given twice');
});

test.each([
  ['[{"a":1,"b":2},{"a":3,"a":4}]', 'line 1, column 23: the key "a" is given twice'],
  ['[{"a":1,"b":2},{"a":3,"b":4,"b":5}]', 'line 1, column 29: the key "b" is given twice'],
  ['[{"a":1},{"a":2,"__proto__":3}]', 'line 1, column 17: the key "__proto__" is not allowed'],
  ['[{"a":{"b":1}},{"a":{"b":1,"b":2}}]', 'line 1, column 28: the key "b" is given twice'],
  ['[{"a":1},{xa":2}]', 'line 1, column 11: expected a key in double quotes'],
  ['[{"a\\"b":1},{"a"b":2}]', "line 1, column 17: expected ':'"],
  ['[{"a\\n":1},{"a\n":2}]', 'line 1, column 15: a control character inside a string'],
])('%j: an object that begins as the one before is held to all the same', (text, message) => {
  expect(attempt(() => parseStrictJson(text)).error?.message).toBe(message);
});

test('objects that follow each other may have the same keys, others, fewer, more, or the same in another order', () => {
  const keys = fc.constantFrom('a', 'b', 'c', '1', '2', 'a"b', 'a\nb', '\u00e9', '');
  const objects = fc.array(fc.dictionary(keys, fc.oneof(fc.nat(), fc.dictionary(keys, fc.nat()))));
  fc.assert(
    fc.property(objects, (list) => {
      const text = JSON.stringify(list);
      expect(JSON.stringify(parseStrictJson(text))).toBe(text);
    }),
    { numRuns: 1_000 },
  );
});

test('a key is its own, whatever stands before it, and a string may have spaces', () => {
  const text = '[{"a":1,",":2},{"a":3,"x":"a b"}]';
  expect(parseStrictJson(text)).toEqual(JSON.parse(text));
});

test('integers beyond 2^53 can be kept as their own digits', () => {
  const text = '[9007199254740991, 9007199254740993, -18446744073709551616, 1e3, 0.1]';
  const expected = [9007199254740991, '9007199254740993', '-18446744073709551616', 1000, 0.1];
  expect(parseStrictJson(text, { bigNumbersAs: 'string' })).toEqual(expected);
  expect(() => parseStrictJson('1e999', { bigNumbersAs: 'string' })).toThrow('too large');
});

test('a key that only looks like an inherited one is a key like any other', () => {
  const parsed = parseStrictJson('{"toString": 1, "hasOwnProperty": 2}') as Record<string, unknown>;
  expect(parsed['toString']).toBe(1);
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('sixty-four levels are enough for anybody by default, and no number of levels ends the process', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(() => parseStrictJson(nested(64))).not.toThrow();
  expect(() => parseStrictJson(nested(65))).toThrow(JsonProblem);
  expect(() => parseStrictJson('['.repeat(1_000_000))).toThrow('more than 64');
});

test('a document ten times as long takes about ten times as long, not a hundred', () => {
  const document = (rows: number) =>
    JSON.stringify(Array.from({ length: rows }, (_, row) => ({ id: row, s: '\\"é'.repeat(9) })));
  const [short, long] = [document(3_000), document(30_000)];
  const time = (text: string) => cpuTimeOf(() => parseStrictJson(text));
  time(short);
  expect(time(long) / time(short)).toBeLessThan(60);
});

function attempt(act: () => unknown): { readonly value: unknown; readonly error: Error | null } {
  try {
    return { value: act(), error: null };
  } catch (error) {
    return { value: null, error: error as Error };
  }
}

function hasPlainKeysOnly(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, each]) => key !== '__proto__' && hasPlainKeysOnly(each));
}

function keepBigIntegers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keepBigIntegers);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, keepBigIntegers(each)]));
  }
  const isBig = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(JSON.stringify(value));
  return isBig ? JSON.stringify(value) : value;
}

test.each(['"\\u00E9"', '"\\u00e9"', '"\u00e9"'])('%s is one letter, in whatever digits', (text) => {
  expect(parseStrictJson(text)).toBe('\u00e9');
});
