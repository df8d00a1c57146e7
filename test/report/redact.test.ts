import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../../src/report/redact.ts';

const secret = 'AQAD-7f3b/1c9e+"\\=';
const redact = createRedactor([secret]);

test('a secret is gone, as it is and in every usual spelling', () => {
  const spellings = [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase().replace('aqad', 'AQAD'),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ];
  for (const spelling of spellings) expect(redact(`before ${spelling} after`)).toBe('before *** after');
  expect(redact(`${secret}${secret}`)).toBe('******');
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
  const text = 'the cluster lock is held by front-2 AQAD 7f3b';
  expect(redact(text)).toBe(text);
  expect(createRedactor([])('anything')).toBe('anything');
  expect(createRedactor([''])('anything')).toBe('anything');
});

test('a secret of fewer than four characters goes only where it is a word of its own', () => {
  const short = createRedactor(['abc', '1']);
  expect(short('abc, x=abc and abcde; 1 of 12')).toBe('***, x=*** and abcde; *** of 12');
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
