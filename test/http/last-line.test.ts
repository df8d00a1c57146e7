/** A reply that comes line by line and may never end. */
import { expect, test } from 'vitest';
import { makeClient, never, problemOf } from './make-client.ts';
import { startServer } from './test-server.ts';

const deadlineMs = 20_000;

test('ends with its last line, and what comes after is not waited for', async () => {
  const server = await startServer((_, response) => {
    response.write('one\ntw');
    setTimeout(() => response.write('o ü\nthree\nfour\nand more'), 20);
  });
  const lines: string[] = [];
  const isLastLine = (line: string) => lines.push(line) === 3;
  const closed = new Promise((resolve) => server.http.once('connection', (socket) => socket.once('close', resolve)));
  const request = { method: 'GET', url: server.url, deadlineMs, isLastLine } as const;
  const { status, text } = await makeClient().send(request, never);
  expect([status, text, lines]).toEqual([200, 'one\ntwo ü\nthree\n', ['one', 'two ü', 'three']]);
  await closed;
});

test('is whole when it ends before', async () => {
  const server = await startServer((_, response) => response.end('one\ntwo'));
  const request = { method: 'GET', url: server.url, deadlineMs, isLastLine: () => false } as const;
  expect((await makeClient().send(request, never)).text).toBe('one\ntwo');
});

test.each([
  ['too large', { maxBytes: 1_000 }, 'tooLarge'],
  ['too slow', {}, 'timeout'],
])('that is %s is a problem like any other', async (_, options, kind) => {
  const server = await startServer((_, response) => {
    const timer = setInterval(() => response.write('a line that is not the last\n'), 1);
    response.once('close', () => clearInterval(timer));
  });
  const request = { method: 'GET', url: server.url, deadlineMs: kind === 'timeout' ? 200 : deadlineMs } as const;
  const problem = await problemOf(makeClient(options).send({ ...request, isLastLine: () => false }, never));
  expect(problem.kind).toBe(kind);
});

test('is left when the caller no longer wants it', async () => {
  const server = await startServer((_, response) => response.write('one\n'));
  const caller = new AbortController();
  const isLastLine = () => {
    caller.abort();
    return false;
  };
  const request = { method: 'GET', url: server.url, deadlineMs, isLastLine } as const;
  expect((await problemOf(makeClient().send(request, caller.signal))).kind).toBe('aborted');
});
