import { expect, test } from 'vitest';
import { baseAddress, formatOpenWay } from '../../src/http/base-address.ts';

test.each([
  ['yt', 'http://yt'],
  ['yt:8080', 'http://yt:8080'],
  [' https://YT.example.net/api// ', 'https://yt.example.net/api'],
  ['HTTPS://yt', 'https://yt'],
  ['2001:DB8::1', 'http://[2001:db8::1]'],
  [' ::1 ', 'http://[::1]'],
  ['[::1]:80', 'http://[::1]'],
])('%j is %s', (text, expected) => {
  expect(baseAddress(text)).toBe(expected);
});

test.each([
  'http://user@yt',
  'http://:secret@yt',
  'user:secret@yt',
  'http://yt?a',
  'http://yt#a',
  'http://yt?',
  'http://yt:80/#',
  'yt:0',
  'https://yt:0/a',
  '::1:8500',
  'ftp://yt',
  'http://',
  'a b',
  '',
])('%j is none', (text) => {
  expect(baseAddress(text)).toBe(null);
});

test('a secret that travels in clear text is warned of, but not on its way within this host', () => {
  const own = ['http://localhost:80', 'http://127.0.0.1', 'http://127.1.2.3:80', 'http://[::1]:80', 'https://yt'];
  expect(formatOpenWay('yt_proxy', own, 'token')).toBe(null);
  const open = ['http://yt', 'http://localhost.example.net', 'http://my-localhost', 'http://[::2]'];
  expect(formatOpenWay('yt_proxy', [...own, ...open], 'token')).toBe(
    `yt_proxy: the token travels to ${open.join(', ')} in clear text: use https:// if that is served there`,
  );
});
