/** Goal: whatever answers in place of Consul is one line with the cure, and what cannot heal ends at once. */
import { describe, expect, test } from 'vitest';
import { startServer } from '../http/test-server.ts';
import { agent, CLAIM, driver, never } from '../locks/consul/lab.ts';
import { failureOf } from '../locks/yt/lab.ts';

const html = '<!DOCTYPE html><html><body>Sign in</body></html>';

async function failureAt(url: string) {
  const failure = await failureOf(driver(url).requestLock(CLAIM, never));
  expect(failure.message).toMatch(/^[^\p{C}]{10,1000}$/u);
  expect(failure.message).toContain(new URL(url).host);
  expect(failure.message).not.toContain('html>');
  return failure;
}

describe('at once, for good', () => {
  test.each([
    ['a page', 200, {}, html, /is consul_url right\?/],
    ['a page that is not there', 404, {}, html, /is consul_url right\?/],
    ['another API', 405, {}, 'no such method', /is consul_url right\?/],
    [
      'a redirect',
      301,
      { location: 'https://consul.example.net/' },
      '',
      /set consul_url: https:\/\/consul\.example\.net/,
    ],
    ['a proxy that asks who we are', 401, {}, html, /HTTP status 401/],
    [
      'a Consul that wants none of it',
      400,
      { 'x-consul-default-acl-policy': 'allow' },
      'Bad',
      /"Bad" \(HTTP status 400\)/,
    ],
  ] as const)('%s', async (_, status, headers, body, words) => {
    const { url, seen } = await startServer((__, response) => response.writeHead(status, headers).end(body));
    expect(await failureAt(url)).toMatchObject({ kind: 'lockDenied', message: expect.stringMatching(words) });
    expect(seen).toHaveLength(1);
  });

  test('an answer that is larger than any of Consul’s', async () => {
    const { url, faults } = await agent();
    faults.add('*', { kind: 'huge', bytes: 5 * 1024 * 1024 });
    expect(await failureAt(url)).toMatchObject({ kind: 'lockDenied', message: expect.stringContaining('too large') });
  });
});

describe('as trouble that may pass', () => {
  test.each([
    [
      'a proxy without Consul behind it',
      async () => (await startServer((_, response) => response.writeHead(502).end(html))).url,
      /HTTP status 502/,
    ],
    [
      'a Consul that has no leader',
      async () => {
        const { url, agent: there } = await agent();
        there.leader.isKnown = false;
        return url;
      },
      /"No cluster leader"/,
    ],
    [
      'an answer that is cut',
      async () => {
        const { url, faults } = await agent();
        faults.add('*', { kind: 'cut' });
        return url;
      },
      /not JSON/,
    ],
    [
      'a connection that ends',
      async () => {
        const { url, faults } = await agent();
        faults.add('*', { kind: 'dropReply' });
        return url;
      },
      /ended before .*set consul_url: https:/,
    ],
  ] as const)('%s', async (_, open, words) => {
    expect(await failureAt(await open())).toMatchObject({
      kind: 'lockUnavailable',
      message: expect.stringMatching(words),
    });
  });
});
