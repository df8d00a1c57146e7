import { expect, test } from 'vitest';
import { formatOpenWay } from '../../../src/http/base-address.ts';
import { proxyUrl } from '../../../src/locks/yt/proxy-url.ts';

test.each([
  ['locke.yt.yandex-team.ru', 'http://locke.yt.yandex-team.ru'],
  ['locke', 'http://locke'],
  ['yt.example:8080', 'http://yt.example:8080'],
  ['localhost:80', 'http://localhost'],
  ['http://yt.example/', 'http://yt.example'],
  ['https://yt.example', 'https://yt.example'],
  ['https://gate.example/yt//', 'https://gate.example/yt'],
  ['2a02:6b8::1', 'http://[2a02:6b8::1]'],
  ['[2a02:6b8::1]:81', 'http://[2a02:6b8::1]:81'],
])('%s is %s', (text, url) => {
  expect(proxyUrl(text)).toBe(url);
});

test.each([
  '',
  '  ',
  'ftp://yt.example',
  'http://',
  'a b',
  'http://u:CANARY@yt.example',
  'yt.example?q=CANARY',
  'yt.example#x',
])('"%s" is no proxy, and what it may hide is not repeated', (text) => {
  expect(() => proxyUrl(text)).toThrow(/^yt_proxy is no address/);
  expect(() => proxyUrl(text)).not.toThrow(/CANARY/);
});

test('only https, and what stays on this host, keeps a token from being read', () => {
  const urls = ['http://yt.example', 'https://yt.example', 'http://[2a02::1]:80'];
  expect(formatOpenWay('yt_proxy', urls, 'token')).toBe(
    'yt_proxy: the token travels to http://yt.example, http://[2a02::1]:80 in clear text: use https:// if that is served there',
  );
  const closed = ['https://yt.example', 'http://127.0.0.1:81', 'http://[::1]', 'http://localhost'];
  expect(formatOpenWay('yt_proxy', closed, 'token')).toBeNull();
});
