import { expect, test } from 'vitest';
import { formatOtherScheme, formatWrongAddress } from '../../src/http/wrong-address.ts';

const ASKED = 'http://yt.example.net';

function about(status: number, location?: string, text = ''): string | null {
  return formatWrongAddress({ status, headers: location === undefined ? {} : { location }, text }, ASKED, 'yt_proxy');
}

test('a redirect to another server says which one to set, without what leads on from there', () => {
  const elsewhere = 'redirected to https://sso.example.net: set yt_proxy: https://sso.example.net';
  for (const status of [300, 302, 399]) expect(about(status, 'https://sso.example.net/login?token=x')).toBe(elsewhere);
  expect(about(302, 'http://sso.example.net/')).toContain('set yt_proxy: http://sso.example.net');
  expect(about(308, 'https://yt.example.net/')).toContain('set yt_proxy: https://yt.example.net');
});

test('a redirect that leads to the same server, nowhere, or to another protocol says no more than that', () => {
  for (const location of ['/login', `${ASKED}/login`, '', 'ftp://yt.example.net', 'http://[', undefined])
    expect(about(302, location)).toBe('a redirect that leads to no other server: is yt_proxy right?');
});

test('the server is the same whatever the path of the address', () => {
  const reply = { status: 302, headers: { location: '/login' }, text: '' };
  expect(formatWrongAddress(reply, `${ASKED}/api/v3`, 'yt_proxy')).toContain('leads to no other server');
});

test('any other reply says nothing of the address', () => {
  for (const status of [200, 299, 400, 404, 500]) expect(about(status, 'https://sso.example.net')).toBe(null);
});

test('a server that speaks TLS says so in the words of whoever made it', () => {
  const words = [
    'Client sent an HTTP request to an HTTPS server.',
    '<h1>400</h1>The plain HTTP request was sent to HTTPS port',
    "You're speaking plain HTTP to an SSL-enabled server port.",
  ];
  for (const text of words)
    expect(about(400, undefined, text)).toBe('the server there speaks TLS: set yt_proxy: https://yt.example.net');
  expect(about(200, undefined, words[0])).toBe(null);
});

test('the other scheme is that of the address, however it is written', () => {
  expect(formatOtherScheme('http://a', 'key')).toBe('set key: https://a');
  expect(formatOtherScheme('HTTPS://a', 'key')).toBe('set key: http://a');
});
