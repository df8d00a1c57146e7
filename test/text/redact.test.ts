import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asOneLine } from '../../src/text/printable.ts';
import { createRedactor } from '../../src/text/redact.ts';
import { anyCharacter } from '../support/any-character.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';

const secret = 'AQAD-7f3b/1c9e+"\\=';
const redact = createRedactor([secret]);

test('a secret is gone, as it is and in every usual spelling', () => {
  const spellings = [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase(),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    encodeURIComponent(Buffer.from(secret).toString('base64')),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('hex').toUpperCase(),
    eachByte((hex) => `%${hex}`),
    eachByte((hex) => `%25${hex}`),
    eachByte((hex) => `\\x${hex}`),
    eachByte((hex) => `\\u00${hex}`),
    eachByte((hex) => `&#x${hex};`),
    eachByte((hex) => `&#${Number.parseInt(hex, 16)};`),
    eachByte((hex) => `\\${Number.parseInt(hex, 16).toString(8).padStart(3, '0')}`),
    eachByte((hex) => `${hex}:`).slice(0, -1),
    eachByte((hex) => `0x${hex}, `).slice(2, -2),
    secret.replace('"', '&quot;'),
    secret.toUpperCase(),
  ];
  for (const spelling of spellings) expect(redact(`before ${spelling} after`)).toMatch(/^before (?:0x)?\*\*\* after$/);
});

test('a secret is gone from the base64 of a longer text, wherever it stands in there', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), (before, after) => {
      const encoded = Buffer.from(`${before}${secret}${after}`).toString('base64');
      const decoded = Buffer.from(redact(encoded).split('***')[0] ?? '', 'base64').toString('latin1');
      expect(redact(encoded)).toContain('***');
      expect(decoded).not.toContain(secret.slice(0, 6));
    }),
  );
});

test('text without the secret stays as it is', () => {
  for (const text of [
    'the cluster lock is held by front-2 AQAD 7f3b',
    '100% of C:\\new & "old" … \\u0041 %41 Ä 😀 \ud800',
    '12:34:56 00 01 02 03 04 05 06 07',
  ]) {
    expect(redact(text)).toBe(text);
    expect(createRedactor([])(text)).toBe(text);
    expect(createRedactor([''])(text)).toBe(text);
  }
});

test('a secret of fewer than four characters goes only where it is a word of its own', () => {
  const short = createRedactor(['abc', '1']);
  expect(short('abc, x=abc and abcde; 1 of 12')).toBe('***, x=*** and abcde; *** of 12');
  expect(short('YWJj 616263')).toBe('YWJj 616263');
  expect(short('abc abcd abc', 4)).toBe('abcd ***');
  expect(createRedactor(['a', 'a.b'])('a.b axb')).toBe('*** axb');
});

test('of two secrets, one the beginning of the other, nothing stays', () => {
  expect(createRedactor(['token', 'token-extended'])('a token-extended b token')).toBe('a *** b ***');
});

test('no secret of any characters breaks the redactor or survives it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 4 }), (any) => {
      expect(createRedactor([any])(`<${any}>`)).toBe('<***>');
    }),
  );
});

test('what stands before the beginning is looked at and left out', () => {
  const text = `left out ${secret} kept`;
  expect(redact(text, 9)).toBe('*** kept');
  expect(redact(text, 20)).toBe('*** kept');
  expect(redact(text, text.length)).toBe('');
  expect(redact('left out, and kept', 10)).toBe('and kept');
});

/** Four characters of a token help nobody; seven bytes are what is left at a cut at the most. */
const READABLE_MAX = 7;

const spellings: readonly ((byte: string) => string)[] = [
  (byte) => byte,
  (byte) => `%${hexOf(byte)}`,
  (byte) => `%${hexOf(byte).toUpperCase()}`,
  (byte) => `%25${hexOf(byte)}`,
  (byte) => `\\u00${hexOf(byte)}`,
  (byte) => `\\\\u00${hexOf(byte)}`,
  (byte) => `\\x${hexOf(byte)}`,
  (byte) => `&#${byte.charCodeAt(0)};`,
  (byte) => `&#x${hexOf(byte)};`,
  (byte) => JSON.stringify(byte).slice(1, -1),
];

const tokens = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=%\\&"'),
  minLength: 16,
  maxLength: 60,
});

test('however a token is spelled, and wherever it is cut before or after, no long piece of it stays readable', () => {
  const mixed = tokens.chain((token) =>
    fc.record({
      token: fc.constant(token),
      choices: fc.array(fc.nat(spellings.length - 1), { minLength: token.length, maxLength: token.length }),
      before: fc.string({ unit: anyCharacter, maxLength: 30 }),
      after: fc.string({ unit: anyCharacter, maxLength: 30 }),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      keepsEnd: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(mixed, ({ token, choices, before, after, cut, keepsEnd }) => {
      const spelled = [...token].map((byte, at) => spellings[choices[at]!]!(byte));
      const text = before + spelled.join('') + after;
      const at = Math.floor(cut * text.length);
      const cleaned = createRedactor([token])(keepsEnd ? text.slice(at) : text.slice(0, at));
      // Every way to spell nine characters of it, as they were spelled here.
      for (let first = 0; first + READABLE_MAX + 2 <= spelled.length; first += 1) {
        const piece = spelled.slice(first, first + READABLE_MAX + 2).join('');
        if (!before.includes(piece) && !after.includes(piece)) expect(cleaned.includes(piece)).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

test('encoded as a whole, at any offset and cut anywhere, no long piece of it stays readable', () => {
  const encodings = ['base64', 'base64url', 'hex'] as const;
  fc.assert(
    fc.property(
      tokens,
      fc.constantFrom(...encodings),
      fc.string({ unit: 'binary-ascii', maxLength: 12 }),
      fc.string({ unit: 'binary-ascii', maxLength: 12 }),
      fc.nat(160),
      (token, encoding, before, after, cut) => {
        const text = Buffer.from(`${before}${token}${after}`).toString(encoding);
        for (const kept of [text.slice(cut), text.slice(0, cut)]) {
          const cleaned = createRedactor([token])(kept);
          for (const part of cleaned.split('***')) {
            for (const offset of [0, 1, 2, 3]) {
              const readable = Buffer.from(part.slice(offset), encoding).toString('latin1');
              for (let at = 0; at + READABLE_MAX + 2 <= token.length; at += 1) {
                const piece = token.slice(at, at + READABLE_MAX + 2);
                if (!before.includes(piece) && !after.includes(piece)) expect(readable.includes(piece)).toBe(false);
              }
            }
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('of a password, which is shorter, the mark of a cut leaves nothing that could be read', () => {
  const password = 'hunter2-Zq9!';
  const clean = createRedactor([password]);
  for (const spelled of [password, Buffer.from(password).toString('base64'), Buffer.from(password).toString('hex')]) {
    for (let length = 0; length <= spelled.length; length += 1) {
      const cut = asOneLine(`${'p'.repeat(50)}${spelled}`, 50 + length);
      const cleaned = clean(`"${cut}" said the server`);
      const left = cleaned.replace(/^"p+|(?:\*\*\*)?…?" said the server$/g, '');
      expect(left.length, cleaned).toBeLessThan(3);
    }
  }
});

test('the time grows with the text, and with nothing that the text says', () => {
  const long = 'a'.repeat(60_000);
  const evil = createRedactor([`${'a'.repeat(40)}b`, 'aaab', '%%%%41'.repeat(8)]);
  const costs = [
    long,
    '%'.repeat(60_000),
    '\\'.repeat(60_000),
    '…'.repeat(20_000),
    '&#'.repeat(30_000),
    '%25'.repeat(20_000),
  ];
  for (const text of costs) {
    expect(cpuTimeOf(() => evil(text), 1)).toBeLessThan(5_000);
  }
});

test('to know a long secret takes not many times as long as to go through it once', () => {
  const long = randomBytes(96 * 1_024).toString('base64');
  const once = cpuTimeOf(() => {
    const pieces = new Set<string>();
    for (let at = 0; at + 8 <= long.length; at += 1) pieces.add(long.slice(at, at + 8));
    return pieces;
  }, 3);
  expect(cpuTimeOf(() => createRedactor([long]), 3)).toBeLessThan(20 * once);
  expect(createRedactor([long])(`<${long.slice(50_000, 50_100)}>`)).toBe('<***>');
});

function eachByte(spell: (hex: string) => string): string {
  return [...Buffer.from(secret)].map((byte) => spell(byte.toString(16).padStart(2, '0'))).join('');
}

function hexOf(byte: string): string {
  return byte.charCodeAt(0).toString(16).padStart(2, '0');
}
