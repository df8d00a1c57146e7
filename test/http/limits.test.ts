import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createHttpClients } from '../../src/http/clients.ts';
import { makeClient, never, problemOf } from './make-client.ts';
import { SYSTEMS_TRUST } from './systems-trust.ts';
import { startServer } from './test-server.ts';

/** Short, so that the tests are; whoever misses it by a hundred times has no deadline at all. */
const deadlineMs = 200;
const farTooLongMs = 120_000;

function stall(response: ServerResponse): void {
  response.writeHead(200);
  response.flushHeaders();
}

function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
}

test.each([
  ['never answers', () => undefined],
  ['stops after the headers', stall],
  ['sends a byte now and then', drip],
])('one deadline ends a request to a server that %s', async (_, reply) => {
  const server = await startServer((_, response) => reply(response));
  const start = performance.now();
  const problem = await problemOf(makeClient().send({ method: 'GET', url: server.url, deadlineMs }, never));
  expect(problem).toMatchObject({ kind: 'timeout', message: `GET ${server.url}/: no whole reply within 200 ms` });
  expect(performance.now() - start).toBeLessThan(farTooLongMs);
});

test('never has more requests under way than it may, and serves them all', async () => {
  let underWay = 0;
  let most = 0;
  const server = await startServer(async (_, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await sleep(5);
    underWay -= 1;
    response.end();
  });
  const warned = vi.fn();
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  const client = makeClient({ maxConcurrent: 3 });
  const request = { method: 'GET', url: server.url, deadlineMs: farTooLongMs } as const;
  const replies = await Promise.all(Array.from({ length: 60 }, () => client.send(request, never)));
  expect(replies.map(({ status }) => status)).toEqual(Array(60).fill(200));
  expect(most).toBe(3);
  expect(warned).not.toHaveBeenCalled();
});

test('waiting in line counts against the deadline, and whoever leaves the line holds nobody up', async () => {
  const answers: ServerResponse[] = [];
  const server = await startServer((_, response) => answers.push(response));
  const client = makeClient({ maxConcurrent: 1 });
  const request = { method: 'GET', url: server.url } as const;
  const first = client.send({ ...request, deadlineMs: farTooLongMs }, never);
  expect((await problemOf(client.send({ ...request, deadlineMs }, never))).kind).toBe('timeout');
  const third = client.send({ ...request, deadlineMs: farTooLongMs }, never);
  await vi.waitFor(() => expect(answers).toHaveLength(1), farTooLongMs);
  answers[0]!.end('first');
  await vi.waitFor(() => expect(answers).toHaveLength(2), farTooLongMs);
  answers[1]!.end('third');
  expect([(await first).text, (await third).text]).toEqual(['first', 'third']);
});

test('keeps its connection for the next request', async () => {
  const server = await startServer((_, response) => response.end());
  const client = makeClient();
  for (let count = 0; count < 5; count += 1) {
    await client.send({ method: 'GET', url: server.url, deadlineMs: farTooLongMs }, never);
  }
  expect([server.seen.length, server.connections()]).toEqual([5, 1]);
});

test.each(['the caller', 'close()'])('%s ends a request at once', async (who) => {
  const server = await startServer(() => undefined);
  const client = makeClient();
  const caller = new AbortController();
  const sending = client.send({ method: 'GET', url: server.url, deadlineMs: 600_000 }, caller.signal);
  const ended = problemOf(sending);
  await vi.waitFor(() => expect(server.seen).toHaveLength(1), farTooLongMs);
  if (who === 'the caller') caller.abort();
  else client.close();
  expect(await ended).toMatchObject({ kind: 'aborted', message: `GET ${server.url}/: aborted` });
});

test('all clients of a run are closed with it', async () => {
  const server = await startServer(() => undefined);
  const http = createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/test' });
  const request = { method: 'GET', url: server.url, deadlineMs: farTooLongMs } as const;
  const ended = [1, 2].map(() => problemOf(http.client({ maxBytes: 100, maxConcurrent: 1 }).send(request, never)));
  await vi.waitFor(() => expect(server.seen).toHaveLength(2), farTooLongMs);
  http.close();
  expect((await Promise.all(ended)).map(({ kind }) => kind)).toEqual(['aborted', 'aborted']);
});

test('sends nothing once it is aborted or closed', async () => {
  const server = await startServer((_, response) => response.end());
  const client = makeClient();
  const request = { method: 'GET', url: server.url, deadlineMs: farTooLongMs } as const;
  expect((await problemOf(client.send(request, AbortSignal.abort()))).kind).toBe('aborted');
  client.close();
  expect((await problemOf(client.send(request, never))).kind).toBe('aborted');
  expect(server.connections()).toBe(0);
});

test('all good replies of a client together have a limit, and one that fails takes nothing of it', async () => {
  const server = await startServer((request, response) => void response.end('x'.repeat(Number(request.path.slice(1)))));
  const client = makeClient({ maxBytes: 500, maxTotalBytes: 1_000 });
  const get = (bytes: number) =>
    client.send({ method: 'GET', url: `${server.url}/${bytes}`, deadlineMs: farTooLongMs }, never);
  for (let turn = 0; turn < 5; turn += 1) expect(await problemOf(get(501))).toMatchObject({ kind: 'tooLarge' });
  await get(500);
  await get(400);
  expect(await problemOf(get(101))).toMatchObject({
    kind: 'tooLarge',
    message: expect.stringContaining('all replies together are larger than the limit of 1000 bytes'),
  });
  expect((await get(100)).text).toHaveLength(100);
});
