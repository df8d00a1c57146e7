import { expect, test } from 'vitest';
import type { Consul } from '../../../src/consul/client.ts';
import { ConsulProblem } from '../../../src/consul/problem.ts';
import { Failed } from '../../../src/failure.ts';
import { createSessions } from '../../../src/locks/consul/sessions.ts';

const LIMITS = { deadlineMs: 1, signal: new AbortController().signal };

function sessionsOf(answer: Error | object) {
  const consul: Consul = {
    hasToken: false,
    async send() {
      if (answer instanceof Error) throw answer;
      return { isFound: true, headers: {}, text: JSON.stringify(answer), about: 'consul' };
    },
    goElsewhere() {},
    show: (text) => text,
  };
  return createSessions({ consul, datacenter: null, leaseMs: 10_000 });
}

test('a session that is not ended ends by itself, which is no failure; a stop is', async () => {
  for (const kind of ['transient', 'forbidden', 'gone'] as const)
    await expect(sessionsOf(new ConsulProblem(kind, 'no')).destroy('1', LIMITS), kind).resolves.toBeUndefined();
  await expect(sessionsOf(new Failed('aborted', 'stop')).destroy('1', LIMITS)).rejects.toThrow('stop');
});

test.each([
  [[{ ID: '1', Name: 'consul lock', Node: 'n1' }], 'consul lock on node n1'],
  [[{ ID: '1', Name: '', Node: 'n1' }], 'session 1 on node n1'],
  [[], null],
])('a session like %j is described as %j', async (answer, words) => {
  expect(await sessionsOf(answer).describe('1', LIMITS)).toBe(words);
});
