import { once } from 'node:events';
import net from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startSender } from './start-sender.ts';
import { startServer } from './test-server.ts';

// A sender whose requests would take up to a minute, or whose idle connections would live that long, must be gone in a
// fraction of it.
const quickMs = 40_000;

test('a closed client with a kept connection does not hold up the exit', async () => {
  const server = await startServer((_, response) => response.end());
  server.http.keepAliveTimeout = 600_000;
  const start = performance.now();
  const { lines, code } = await startSender(['-', server.url, server.url]).ended;
  expect([lines, code, server.connections()]).toEqual([['200', '200'], 0, 1]);
  expect(performance.now() - start).toBeLessThan(quickMs);
});

test('a client that is closed with a request under way lets the process exit', async () => {
  const server = await startServer(() => undefined);
  const start = performance.now();
  const sender = startSender(['-', server.url]);
  await vi.waitFor(() => expect(server.seen).toHaveLength(1), quickMs);
  sender.close();
  expect(await sender.ended).toMatchObject({ lines: ['aborted'], code: 0 });
  expect(performance.now() - start).toBeLessThan(quickMs);
});

test('a proxy that never answers does not hold up the exit', async () => {
  const sockets: net.Socket[] = [];
  const proxy = net.createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });
  const start = performance.now();
  const sender = startSender([`http://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`, 'https://127.0.0.1:9/']);
  await vi.waitFor(() => expect(sockets).toHaveLength(1), quickMs);
  sender.close();
  expect(await sender.ended).toMatchObject({ lines: ['aborted'], code: 0 });
  expect(performance.now() - start).toBeLessThan(quickMs);
});
