import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { BadValue } from '../../src/config/config-error.ts';
import { keyGroup } from '../../src/config/key.ts';
import { readKey } from '../../src/config/read-key.ts';
import { fromFlags } from '../../src/config/sources.ts';
import { orNone, path, text } from '../../src/config/value-types.ts';

const key = keyGroup('Some');
const none = new Map();

test('a value that was given has its origin, and starts in the folder of who gave it', () => {
  const file = key('a_file', path, '/standard', { doc: 'A file.' });
  expect(readKey(file, fromFlags({ a_file: 'x' }, '/cwd'))).toEqual({
    value: '/cwd/x',
    shown: { key: 'a_file', value: '/cwd/x', origin: 'flag' },
  });
});

test('a value that nobody gave is the default, below the folder that is named, on this host', () => {
  const file = key('a_file', path, 'of-<hostname>', { doc: 'A file.' });
  const shown = { key: 'a_file', value: `/etc/of-${hostname()}`, origin: 'default' };
  expect(readKey(file, none, '/etc')).toEqual({ value: shown.value, shown });
  expect(readKey(file, none).value).toBe(`/of-${hostname()}`);
});

test('a secret is shown as stars, but that there is none is shown', () => {
  const word = key('a_word', orNone(text('word')), 'none', { doc: 'A word.', secret: true });
  expect(readKey(word, fromFlags({ a_word: 'hunter2' }, '/'))).toMatchObject({
    value: 'hunter2',
    shown: { value: '***' },
  });
  expect(readKey(word, none)).toMatchObject({ value: null, shown: { value: 'none' } });
});

test('a mistake begins with its place; a bug stays what it is', () => {
  const file = key('a_file', path, '~', { doc: 'A file.' });
  expect(() => readKey(file, fromFlags({ a_file: '' }, '/'))).toThrow(
    new BadValue('flag --a_file: the value is empty: give one, or leave it out'),
  );
  expect(() => readKey(file, none)).toThrow(/^default of a_file: the path "~" /);
  const bug = new TypeError('bug');
  const broken = {
    ...file.type,
    parse: () => {
      throw bug;
    },
  };
  expect(() => readKey({ ...file, type: broken }, none)).toThrow(bug);
});
