import { expect, test } from 'vitest';
import type { Consul } from '../../../src/consul/client.ts';
import { ConsulProblem } from '../../../src/consul/problem.ts';
import { Failed } from '../../../src/failure.ts';
import { createSessions } from '../../../src/locks/consul/sessions.ts';

const LIMITS = { deadlineMs: 1, signal: new AbortController().signal };

function sessionsOf(error: Error) {
  const consul: Consul = { hasToken: false, send: () => Promise.reject(error), goElsewhere() {}, show: (text) => text };
  return createSessions({ consul, datacenter: null, leaseMs: 10_000 });
}

test('a session that is not ended ends by itself, which is no failure; a stop is', async () => {
  for (const kind of ['transient', 'forbidden', 'gone'] as const)
    await expect(sessionsOf(new ConsulProblem(kind, 'no')).destroy('1', LIMITS), kind).resolves.toBeUndefined();
  await expect(sessionsOf(new Failed('aborted', 'stop')).destroy('1', LIMITS)).rejects.toThrow('stop');
});
