import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { processIds } from '../../src/host/process-table.ts';
import { ownerOfName } from '../../src/host-lock/name-owner.ts';

vi.mock('../../src/host/process-table.ts', { spy: true });

test('a name that is given back while its owner is looked for is nobody’s, though another has it by then', async () => {
  const name = randomUUID();
  const first = await bound(name);
  expect(ownerOfName(name)).toEqual({ kind: 'trusted', pid: process.pid });
  let second: Server | null = null;
  vi.mocked(processIds).mockImplementationOnce(() => {
    first.close();
    second = listening(name);
    return [];
  });
  expect(ownerOfName(name)).toEqual({ kind: 'nobody' });
  expect(second).not.toBeNull();
  expect(ownerOfName(name)).toEqual({ kind: 'trusted', pid: process.pid });
});

test('a name whose owner may not be looked at is that of nobody who is known', async () => {
  const name = randomUUID();
  await bound(name);
  vi.mocked(processIds).mockReturnValueOnce([]);
  expect(ownerOfName(name)).toEqual({ kind: 'unknown' });
});

async function bound(name: string): Promise<Server> {
  const server = listening(name);
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

function listening(name: string): Server {
  const server = createServer().listen({ path: `\0${name}`, exclusive: true });
  onTestFinished(() => void server.close());
  return server;
}
