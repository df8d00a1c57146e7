/** A datacenter that Consul does not have is a mistake; one that it has lost the way to may come back. */
import { expect, test } from 'vitest';
import type { Consul } from '../../src/consul/client.ts';
import { explainDatacenter } from '../../src/consul/datacenter.ts';
import { ConsulProblem } from '../../src/consul/problem.ts';
import { Failed } from '../../src/failure.ts';

const LIMITS = { deadlineMs: 1, signal: new AbortController().signal };
const LOST = new ConsulProblem('noDatacenter', 'no path');

function explain(answer: string | Error) {
  const consul: Consul = {
    hasToken: false,
    async send() {
      if (typeof answer !== 'string') throw answer;
      return { isFound: true, headers: {}, text: answer, about: 'consul' };
    },
    goElsewhere() {},
    show: (text) => text,
  };
  return explainDatacenter(consul, 'dc2', LOST, LIMITS);
}

test.each([
  ['is known', '["dc1","dc2"]', true, 'no path'],
  ['is not known', '["dc1"]', false, 'consul has no datacenter "dc2", it knows "dc1"'],
  ['cannot be asked about', new ConsulProblem('transient', 'later'), true, 'no path'],
  ['may not be asked about', new ConsulProblem('forbidden', 'no'), true, 'no path'],
  ['is answered about with something else', '{"dc1":1}', true, 'no path'],
  ['is answered about with half a list', '["dc1"', true, 'no path'],
])('one that %s', async (_, answer, mayHeal, message) => {
  const { kind, mayHeal: found, message: said } = await explain(answer);
  expect({ kind, mayHeal: found, said }).toEqual({ kind: 'noDatacenter', mayHeal, said: message });
});

test('a run that is stopped meanwhile is stopped', async () => {
  await expect(explain(new Failed('aborted', 'aborted'))).rejects.toMatchObject({ failure: { kind: 'aborted' } });
});
