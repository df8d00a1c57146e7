import { expect, test } from 'vitest';
import { createActor, toPromise } from 'xstate';
import { loneCommandWith } from '../../machines/with-services.ts';
import { result } from '../support/command-result.ts';
import { type ChildScript, exits, fakeChildren, lasts, stubborn } from '../support/fake-child.ts';
import { TestClock } from '../support/test-clock.ts';

const INPUT = { command: 'source', reason: null, timeLimitMs: 60_000, killGraceMs: 10_000 } as const;

function start(script: ChildScript) {
  const children = fakeChildren({ source: [script] });
  const clock = new TestClock();
  const actor = createActor(loneCommandWith(children.service), { input: INPUT, clock });
  const ended = toPromise(actor);
  actor.start();
  return { actor, children, clock, ended };
}

test('a command that is no state of a run ends as its command does', async () => {
  const { clock, ended } = start(exits(3));
  await clock.advance(0);
  expect(await ended).toEqual(result({ code: 3 }));
});

test.each(['stopped', 'timedOut'] as const)('it is %s for the reason that it is given', async (why) => {
  const { actor, children, clock, ended } = start(lasts);
  await clock.advance(0);
  actor.send({ type: 'stop', why });
  await clock.advance(0);
  expect(await ended).toEqual(result({ how: why, code: null, signal: 'SIGTERM' }));
  expect(children.orders).toEqual(['source start', 'source go', 'source SIGTERM', 'source let go']);
});

test('it has its own time, and its own grace', async () => {
  const { children, clock, ended } = start(stubborn);
  await clock.advance(59_999);
  expect(children.orders).not.toContain('source SIGTERM');
  await clock.advance(10_000);
  expect(children.orders).toContain('source SIGTERM');
  expect(children.orders).not.toContain('source SIGKILL');
  await clock.advance(1);
  expect(await ended).toMatchObject({ how: 'timedOut', signal: 'SIGKILL' });
});
