import http from 'node:http';
import https from 'node:https';
import { expect, test } from 'vitest';
import { atProxy } from '../../src/http/dial-failure.ts';
import { HttpProblem } from '../../src/http/problem.ts';
import { createRoutes } from '../../src/http/routes.ts';
import { SYSTEMS_TRUST } from './systems-trust.ts';

const [PLAIN, SECURED] = [new URL('http://server/'), new URL('https://server/')];

const routes = (proxyUrl: string | null) => createRoutes({ proxyUrl, trust: SYSTEMS_TRUST });

test('without a proxy there is none, whatever the address', async () => {
  for (const [url, module] of [
    [PLAIN, http],
    [SECURED, https],
  ] as const) {
    const route = await routes(null).of(url);
    expect([route.module.request, route.config.proxy, route.between]).toEqual([module.request, false, null]);
  }
});

test.each([
  ['http://proxy', { protocol: 'http:', host: 'proxy', port: 80 }],
  ['https://proxy', { protocol: 'https:', host: 'proxy', port: 443 }],
  ['http://proxy:3128', { protocol: 'http:', host: 'proxy', port: 3_128 }],
  ['http://[2001:db8::1]:3128', { protocol: 'http:', host: '2001:db8::1', port: 3_128 }],
  [
    'http://us%40er:p%3Aw@proxy',
    { protocol: 'http:', host: 'proxy', port: 80, auth: { username: 'us@er', password: 'p:w' } },
  ],
])('the proxy %s is asked at its own port, with the credentials that are meant', async (url, proxy) => {
  expect((await routes(url).of(PLAIN)).config.proxy).toEqual(proxy);
});

test('a request is spoken to the proxy by its own protocol, and through it by that of the server', async () => {
  const module = async (proxyUrl: string, url: URL) => (await routes(proxyUrl).of(url)).module.request;
  expect(await module('http://proxy', PLAIN)).toBe(http.request);
  expect(await module('https://proxy', PLAIN)).toBe(https.request);
  expect(await module('http://proxy', SECURED)).toBe(https.request);
});

test.each([
  ['there is none', null, PLAIN, new Error('refused'), false],
  ['it is the one that is spoken to', 'http://proxy', PLAIN, new Error('refused'), true],
  ['time was over meanwhile', 'http://proxy', PLAIN, new HttpProblem('timeout', 'too late'), false],
  ['the tunnel could not be made', 'http://proxy', SECURED, atProxy(new Error('refused')), true],
  ['the tunnel was there', 'http://proxy', SECURED, new Error('reset'), false],
])('whether a request failed on its way to the proxy, when %s: %s', (_, proxyUrl, url, error, isAtProxy) => {
  expect(routes(proxyUrl).isAtProxy(url, error)).toBe(isAtProxy);
});
