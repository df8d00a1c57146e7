import { getEventListeners, once } from 'node:events';
import { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createDnsConnection } from '../../../src/discovery/dns/connection.ts';
import { writeQuestion } from '../../../src/discovery/dns/message.ts';
import type { Behaviour } from '../../../src/sandbox/dns/server.ts';
import { afterwards } from '../../support/current-test.ts';
import { startDnsServer } from '../../support/dns-server.ts';

const { signal: never } = new AbortController();

async function bench(behave: Behaviour) {
  const server = await startDnsServer(behave);
  const connection = createDnsConnection(server);
  afterwards(() => connection.close());
  const ask = (id = 7, signal = never) =>
    connection.ask(writeQuestion(id, { name: 'shop.example.net', type: 'SRV' }), 60_000, signal);
  return { server, ask };
}

test('one connection is kept for one question after another', async () => {
  const { server, ask } = await bench(() => ({}));
  await ask();
  await ask();
  expect(server.connections()).toBe(1);
  expect(getEventListeners(never, 'abort')).toEqual([]);
});

test('many questions leave no more behind than one', async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  process.on('warning', hear);
  afterwards(() => process.off('warning', hear));
  const { ask } = await bench(() => ({}));
  for (let count = 0; count < 15; count += 1) await ask();
  await setImmediate();
  expect(warnings).toEqual([]);
});

test('a connection that is reset between two questions is made anew, and ends nothing else', async () => {
  let reset = (): Promise<unknown> => Promise.resolve();
  const { server, ask } = await bench(({ socket }) => {
    reset = async () => {
      const closed = once(socket, 'close');
      socket.resetAndDestroy();
      await closed;
    };
    return {};
  });
  await ask();
  await reset();
  await setTimeout(20);
  await ask();
  expect(server.connections()).toBe(2);
});

test('a connection whose other end is found gone when the question is written is made anew', async () => {
  const connected = vi.spyOn(Socket.prototype, 'connect');
  afterwards(() => connected.mockRestore());
  const { server, ask } = await bench(() => ({}));
  await ask();
  const asking = ask();
  (connected.mock.contexts[0] as Socket).destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await asking;
  expect(server.connections()).toBe(2);
});

test('a server that closes a fresh connection is not asked again by it', async () => {
  const { server, ask } = await bench(({ socket }) => {
    socket.destroy();
    return null;
  });
  await expect(ask()).rejects.toMatchObject({ kind: 'unavailable' });
  expect(server.connections()).toBe(1);
});

test('a connection that was used before, and is closed without an answer, is made anew once', async () => {
  const { server, ask } = await bench(({ socket, number }) => {
    if (number === 1) return {};
    socket.destroy();
    return null;
  });
  await ask();
  await ask();
  expect([server.connections(), server.asked.length]).toEqual([2, 3]);
});

test('an answer that breaks off is not asked for again, for the server had the question', async () => {
  const { server, ask } = await bench(({ socket, number }) => {
    if (number === 1) return {};
    socket.end(Buffer.from([0, 40, 0, 7, 0]));
    return null;
  });
  await ask();
  await expect(ask()).rejects.toThrow('in the middle of its answer');
  expect(server.asked).toHaveLength(2);
});

test('a question that was taken back is not asked, nor is it waited for', async () => {
  const { server, ask } = await bench(() => ({}));
  await ask();
  await expect(ask(8, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  expect(server.asked).toHaveLength(1);
});

test('a connection that is made anew has what is left of the time', async () => {
  let nowMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const timers = vi.spyOn(globalThis, 'setTimeout');
  afterwards(() => vi.restoreAllMocks());
  const { ask } = await bench(({ socket, number }) => {
    if (number !== 2) return {};
    nowMs += 45_000;
    socket.destroy();
    return null;
  });
  await ask();
  timers.mockClear();
  await ask();
  expect(timers.mock.calls.map(([, ms]) => ms)).toEqual([60_000, 15_000]);
  clock.mockRestore();
});

test('a connection on which something strange came is not used again', async () => {
  const { server, ask } = await bench(({ number }) =>
    number === 1 ? Buffer.from([0, 12, 9, 9, ...Array(10).fill(0)]) : {},
  );
  await expect(ask(1)).rejects.toMatchObject({ kind: 'invalid', message: 'what answers there is no DNS server' });
  await ask(2).catch(() => {});
  expect(server.connections()).toBe(2);
});
