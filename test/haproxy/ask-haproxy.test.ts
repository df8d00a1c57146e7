/** One question at a stats socket: it has an end, whatever becomes of HAProxy, and leaves nothing behind. */
import { getEventListeners } from 'node:events';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { askHaproxy } from '../../src/haproxy/ask-haproxy.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A stats socket that does that with each connection. */
async function statsSocket(answer: (socket: Socket) => void): Promise<string> {
  const path = join(tempFolder(), 'stats.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  afterwards(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return path;
}

const silent = () => {};

test('a question is stopped at once, also one that was stopped before it was asked', async () => {
  const path = await statsSocket(silent);
  const words = { message: `${path}: HAProxy cannot be asked "show info": it was stopped` };
  const controller = new AbortController();
  const asked = askHaproxy(path, 'show info', controller.signal);
  controller.abort();
  await expect(asked).rejects.toMatchObject(words);
  await expect(askHaproxy(path, 'show info', AbortSignal.abort())).rejects.toMatchObject(words);
});

test('questions that were answered, or could not be, leave no listener with the run', async () => {
  const path = await statsSocket((socket) => socket.on('data', () => socket.end('Name: HAProxy\n')));
  const { signal } = new AbortController();
  expect(await askHaproxy(path, 'show info', signal)).toBe('Name: HAProxy\n');
  await expect(askHaproxy(`${path}.none`, 'show info', signal)).rejects.toThrow('no such file or folder');
  await expect.poll(() => getEventListeners(signal, 'abort').length).toBe(0);
});

test('a socket that is silent, also in the middle of its answer, is asked for five seconds', async () => {
  const limits: number[] = [];
  const { setTimeout: limit } = Socket.prototype;
  const limited = vi.spyOn(Socket.prototype, 'setTimeout').mockImplementation(function (this: Socket, ms, act) {
    limits.push(ms);
    return limit.call(this, ms / 100, act);
  });
  afterwards(() => limited.mockRestore());
  for (const answer of [silent, (socket: Socket) => void socket.write('Name: HAProxy\n')]) {
    const closed: Promise<unknown>[] = [];
    const path = await statsSocket((socket) => {
      closed.push(new Promise((resolve) => socket.once('close', resolve)));
      socket.resume();
      answer(socket);
    });
    const asked = askHaproxy(path, 'show info', new AbortController().signal);
    await expect(asked).rejects.toThrow(`${path}: HAProxy cannot be asked "show info": no answer in 5s`);
    await Promise.all(closed);
  }
  expect(limits).toEqual([5_000, 5_000]);
});
