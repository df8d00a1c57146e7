import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createHttpClients } from '../../src/http/clients.ts';
import { makeClient, never, problemOf } from './make-client.ts';
import { SYSTEMS_TRUST } from './systems-trust.ts';
import { closedPort, startServer } from './test-server.ts';

const deadlineMs = 30_000;

test('sends JSON with the headers it was given, and gives back status, headers and text as they came', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(409, { 'X-Answer': 'No' });
    response.end('{"not": parsed');
  });
  const reply = await makeClient().send(
    { method: 'POST', url: `${server.url}/a?b=c`, headers: { 'X-Key': 'k' }, body: { x: [1, 'ü'] }, deadlineMs },
    never,
  );
  expect(reply).toMatchObject({ status: 409, headers: { 'x-answer': 'No' }, text: '{"not": parsed' });
  expect(server.seen).toMatchObject([
    {
      method: 'POST',
      path: '/a?b=c',
      body: '{"x":[1,"ü"]}',
      headers: { 'x-key': 'k', 'content-type': 'application/json', 'user-agent': 'watcher/test' },
    },
  ]);
});

test('sends no body and no content type where there is nothing to send', async () => {
  const server = await startServer((_, response) => response.end());
  const client = makeClient();
  await client.send({ method: 'POST', url: server.url, deadlineMs }, never);
  await client.send({ method: 'GET', url: server.url, deadlineMs }, never);
  expect(server.seen.map(({ method, body }) => [method, body])).toEqual([
    ['POST', ''],
    ['GET', ''],
  ]);
  expect(server.seen.map(({ headers }) => headers['content-type'])).toEqual([undefined, undefined]);
});

test('what a request says in a header counts before what all of them say', async () => {
  const server = await startServer((_, response) => response.end());
  const headers = { Accept: 'application/yaml', 'Content-Type': 'application/merge-patch+json' };
  await makeClient().send({ method: 'PATCH', url: server.url, headers, body: {}, deadlineMs }, never);
  expect(server.seen[0]!.headers).toMatchObject({
    accept: 'application/yaml',
    'content-type': headers['Content-Type'],
  });
});

test('sends text as it is, and calls it text', async () => {
  const server = await startServer((_, response) => response.end());
  await makeClient().send({ method: 'PUT', url: server.url, text: '{"as": it is}', deadlineMs }, never);
  expect(server.seen).toMatchObject([
    { body: '{"as": it is}', headers: { 'content-type': 'text/plain; charset=utf-8' } },
  ]);
});

test('whoever wants to hear of replies hears of each, from every client of a run', async () => {
  const server = await startServer((_, response, count) => response.writeHead(count === 1 ? 200 : 500).end());
  const heard: unknown[] = [];
  const clients = createHttpClients({
    ...{ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/test' },
    onReply: (url, { status }) => heard.push([url, status]),
  });
  onTestFinished(() => clients.close());
  for (const path of ['a', 'b'])
    await clients
      .client({ maxBytes: 100, maxConcurrent: 1 })
      .send({ method: 'GET', url: `${server.url}/${path}`, deadlineMs }, never);
  expect(heard).toEqual([
    [`${server.url}/a`, 200],
    [`${server.url}/b`, 500],
  ]);
});

test('unpacks gzip, and drops one byte order mark', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' });
    response.end(gzipSync('\uFEFF{"a":1}'));
  });
  const reply = await makeClient().send({ method: 'GET', url: server.url, deadlineMs }, never);
  expect(reply.text).toBe('{"a":1}');
});

test('a redirect is a reply: the server it points to sees nothing', async () => {
  const stranger = await startServer((_, response) => response.end());
  const server = await startServer((_, response) => {
    response.writeHead(307, { Location: stranger.url });
    response.end();
  });
  const request = { method: 'POST', url: server.url, headers: { 'X-YT-Token': 'secret' }, deadlineMs } as const;
  expect((await makeClient().send(request, never)).status).toBe(307);
  expect(stranger.connections()).toBe(0);
});

test('a server that nobody runs has refused', async () => {
  const url = `http://127.0.0.1:${await closedPort()}/x`;
  expect(await problemOf(makeClient().send({ method: 'GET', url, deadlineMs }, never))).toMatchObject({
    kind: 'refused',
    message: `GET ${url}: no connection (ECONNREFUSED)`,
  });
});

test('a name that cannot exist does not resolve', async () => {
  const problem = await problemOf(makeClient().send({ method: 'GET', url: 'http://a.invalid/', deadlineMs }, never));
  expect(problem.kind).toBe('dns');
});

test.each(['', 'nowhere', 'ftp://127.0.0.1/', '/etc/passwd', 'data:,x'])('refuses %j for a URL', async (url) => {
  expect((await problemOf(makeClient().send({ method: 'GET', url, deadlineMs }, never))).kind).toBe('broken');
});

test.each([
  ['with a length', { 'Content-Length': '100' }],
  ['in chunks', {}],
  ['with gzip', { 'Content-Encoding': 'gzip' }],
] as const)('a body cut short, sent %s, is truncated and not an answer', async (_, headers) => {
  const server = await startServer((_, response) => {
    response.writeHead(200, headers);
    response.write(gzipSync('x'.repeat(1000)).subarray(0, 12), () => response.destroy());
  });
  expect((await problemOf(makeClient().send({ method: 'GET', url: server.url, deadlineMs }, never))).kind).toBe(
    'truncated',
  );
});

test('a connection reset before the reply is truncated: the server may have seen the request', async () => {
  const server = await startServer((_, response) => response.socket!.resetAndDestroy());
  expect((await problemOf(makeClient().send({ method: 'GET', url: server.url, deadlineMs }, never))).kind).toBe(
    'truncated',
  );
});

test.each([
  ['not HTTP', 'SSH-2.0-x\r\n\r\n', 'notHttp'],
  ['not gzip', 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello', 'broken'],
  ['not UTF-8', Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff', 'latin1'), 'notUtf8'],
  ['endless headers', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`, 'tooLarge'],
  ['more than its declared length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}, and more', 'broken'],
  ['two different lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx', 'broken'],
] as const)('%s is a problem of its own', async (_, reply, kind) => {
  const server = await startServer((_, response) => response.socket!.end(reply));
  expect((await problemOf(makeClient().send({ method: 'GET', url: server.url, deadlineMs }, never))).kind).toBe(kind);
});

test('a gzip bomb is refused at the cap, and memory stays flat', async () => {
  const member = gzipSync(Buffer.alloc(10_000_000));
  const bomb = Buffer.concat(Array.from({ length: 60 }, () => member));
  const server = await startServer((_, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' });
    response.end(bomb);
  });
  const before = process.memoryUsage().rss;
  const problem = await problemOf(makeClient().send({ method: 'GET', url: server.url, deadlineMs }, never));
  expect(problem.kind).toBe('tooLarge');
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
});

test('a request larger than the cap is not sent', async () => {
  const server = await startServer((_, response) => response.end());
  const request = { method: 'POST', url: server.url, body: 'x'.repeat(2_000_000), deadlineMs } as const;
  await problemOf(makeClient().send(request, never));
  expect(server.seen).toEqual([]);
});

test('no problem shows the query, a header or a body', async () => {
  const server = await startServer((_, response) => response.destroy());
  const problem = await problemOf(
    makeClient().send(
      {
        method: 'POST',
        url: `${server.url}/path?token=s3cret`,
        headers: { Authorization: 'OAuth s3cret' },
        body: { password: 's3cret' },
        deadlineMs,
      },
      never,
    ),
  );
  expect(problem.message).toContain(`POST ${server.url}/path: `);
  expect(inspect(problem, { depth: 20, showHidden: true }) + JSON.stringify(problem)).not.toContain('s3cret');
});

test('a request that is over leaves nothing behind on the signal of its run', async () => {
  const server = await startServer((_, response, count) => (count === 2 ? response.destroy() : response.end('{}')));
  const client = makeClient({ maxConcurrent: 1 });
  const { signal } = new AbortController();
  const ask = () => client.send({ method: 'GET', url: server.url, deadlineMs }, signal).catch(() => {});
  await ask();
  await ask();
  await Promise.all([ask(), ask(), ask()]);
  expect(server.seen).toHaveLength(5);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a request that is over leaves nothing behind on what ends all requests of its client either', async () => {
  const server = await startServer((_, response) => response.end('{}'));
  const client = makeClient();
  const listening = vi.spyOn(AbortSignal.prototype, 'addEventListener');
  onTestFinished(() => listening.mockRestore());
  await client.send({ method: 'GET', url: server.url, deadlineMs }, never);
  const signals = new Set(listening.mock.contexts as AbortSignal[]);
  listening.mockRestore();
  expect(signals.size).toBeGreaterThan(1);
  expect([...signals].flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
});
