/** Which spellings of a secret are looked for, at the lengths where that changes. */
import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/text/redact.ts';

const SHORT = 'aB3-xy9!Qw7_zK5'; // 15 bytes
const LONG = 'aB3-xy9!Qw7_zK5~'; // 16 bytes
const WIDE = 'пароль-я'; // 8 letters, 15 bytes
const WIDER = 'пароль-яж'; // 9 letters, 17 bytes

const base64 = (text: string, offset = 0, encoding: BufferEncoding = 'base64') =>
  Buffer.from(`${'~'.repeat(offset)}${text}`).toString(encoding);

test.each<[string, string, string, boolean]>([
  ['a piece of a short one', SHORT, SHORT.slice(0, 8), false],
  ['a piece of a long one', LONG, LONG.slice(3, 11), true],
  ['less than a piece of a long one', LONG, LONG.slice(3, 10), false],
  ['a short one in capitals', SHORT, SHORT.toUpperCase(), false],
  ['a long one in capitals', LONG, LONG.toUpperCase(), true],
  ['a long one in small letters', LONG, LONG.toLowerCase(), true],
  ['a piece of what is short in bytes', WIDE, 'пароль', false],
  ['a piece of what is long in bytes alone', WIDER, 'пароль', true],
  ['hex', SHORT, Buffer.from(SHORT).toString('hex'), true],
  ['hex in capitals', SHORT, Buffer.from(SHORT).toString('hex').toUpperCase(), true],
  ['hex of a long one in capitals', LONG, Buffer.from(LONG).toString('hex').toUpperCase(), true],
  ['a piece of the hex of a short one', SHORT, Buffer.from(SHORT).toString('hex').slice(0, 16), false],
  ['a piece of the hex of a long one', LONG, Buffer.from(LONG).toString('hex').slice(4, 20), true],
  ['a piece of the base64 of a short one', SHORT, base64(SHORT).slice(0, 11), false],
  ['a piece of the base64 of a long one', LONG, base64(LONG).slice(3, 14), true],
  ['a piece of the base64 of a long one that begins later', LONG, base64(LONG, 1).slice(2, 13), true],
  ['a piece of the base64 of a long one that begins later still', LONG, base64(LONG, 2).slice(3, 14), true],
  ['the shortest that is looked for inside of words', 'xY7z', 'axY7zb', true],
  ['one that is shorter', 'xY7', 'axY7b', false],
  ['a beginning that was cut', SHORT, `${SHORT.slice(0, 5)}…`, true],
  ['two beginnings that were cut', SHORT, `a …${SHORT.slice(0, 5)}…`, true],
  ['a beginning that was cut before its last letter', SHORT, `${SHORT.slice(0, -1)}…`, true],
  ['a beginning that was cut in an escape sequence', SHORT, `${SHORT.slice(0, 3)}%2…`, true],
  ['a beginning that was cut in an escape sequence early in a text', SHORT, `${SHORT.slice(0, 3)}%2… and more`, true],
  ['half an escape sequence', SHORT, 'a %2…', false],
  ['what little escapes stand for', '%41%42', 'AB', false],
  ['a beginning that gives nothing away', SHORT, `${SHORT.slice(0, 2)}…`, false],
])('%s', (_, secret, text, isGone) => {
  const shown = createRedactor([secret])(text);
  expect(shown.includes('***'), `of ${text} is shown ${shown}`).toBe(isGone);
});

// Their letters are such that both alphabets differ at each offset.
const SECRETS = ['~?>~?>~?>~?>~?>', '~?>~?>~?>~?>~', '~?>~?>~?>~?>~?'];

test.each(
  SECRETS.flatMap((secret) => (['base64', 'base64url'] as const).map((encoding) => [secret, encoding] as const)),
)('what %s looks like in %s, wherever it begins and ends, is gone', (secret, encoding) => {
  const redact = createRedactor([secret]);
  for (const offset of [0, 1, 2]) {
    for (const after of ['', 'a', 'zz']) {
      const text = base64(`${secret}${after}`, offset, encoding);
      expect(redact(text), `${encoding} from offset ${offset}, before ${after}: ${text}`).toContain('***');
    }
  }
});
