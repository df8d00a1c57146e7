/** What an operator sees of a lock in YT, and takes away, when the server is not as it was a moment ago. */
import { expect, test, vi } from 'vitest';
import { holderFrom } from '../../../src/locks/holder.ts';
import type { YtCommands } from '../../../src/locks/yt/commands.ts';
import { heldBy } from '../../../src/locks/yt/held.ts';
import { YtProblem } from '../../../src/locks/yt/problem.ts';
import { failureOf, never } from './lab.ts';

const FOUND = {
  lockId: '1-2-3-4',
  transactionId: '5-6-7-8',
  holder: holderFrom({ title: 'a' }, 0),
  waiting: 2,
};

const problem = (kind: YtProblem['kind']) => () => Promise.reject(new YtProblem(kind, `it is ${kind}`));

function held({
  reads = async () => FOUND,
  isHolding = async () => true,
  abort = async () => {},
}: Partial<World> = {}) {
  const queue = { readHolding: reads, isHolding };
  return heldBy(queue, { abort } as Partial<YtCommands> as YtCommands, never);
}

interface World {
  readonly reads: Parameters<typeof heldBy>[0]['readHolding'];
  readonly isHolding: Parameters<typeof heldBy>[0]['isHolding'];
  readonly abort: YtCommands['abort'];
}

test('the holder is shown with how many wait for it', async () => {
  expect(await held()).toMatchObject({ holder: FOUND.holder, waiting: 2 });
});

test('a lock that is free, or whose node is not there, is held by nobody', async () => {
  expect(await held({ reads: async () => null })).toBe(null);
  expect(await held({ reads: problem('missing') })).toBe(null);
});

test('the null transaction, by which YT names none, holds nothing', async () => {
  expect(await held({ reads: async () => ({ ...FOUND, transactionId: '0-0-0-0' }) })).toBe(null);
});

test.each([
  ['denied', 'lockDenied'],
  ['refused', 'lockDenied'],
  ['gone', 'lockUnavailable'],
  ['transient', 'lockUnavailable'],
] as const)('a question that ends as %s is a failure, %s', async (kind, failure) => {
  expect((await failureOf(held({ reads: problem(kind) }))).kind).toBe(failure);
  const found = await held({ isHolding: problem(kind) });
  expect((await failureOf(found!.takeAway(never))).kind).toBe(failure);
});

test('a lock is taken away by the end of the transaction that has it', async () => {
  const abort = vi.fn<YtCommands['abort']>(async () => {});
  const found = await held({ abort });
  const { signal } = new AbortController();
  expect(await found!.takeAway(signal)).toBe(true);
  expect(abort.mock.calls.map(([, ...asked]) => asked)).toEqual([[FOUND.transactionId, signal]]);
});

test('a lock that has another holder by then, or none, is not taken away', async () => {
  const abort = vi.fn<YtCommands['abort']>(async () => {});
  for (const isHolding of [async () => false, problem('missing')]) {
    expect(await (await held({ isHolding, abort }))!.takeAway(never)).toBe(false);
  }
  expect(abort).not.toHaveBeenCalled();
  expect(await (await held({ abort: problem('gone') }))!.takeAway(never)).toBe(false);
});

test.each([
  ['denied', 'lockDenied'],
  ['refused', 'lockDenied'],
  ['transient', 'lockUnavailable'],
] as const)('a transaction whose end is %s is a failure, %s', async (kind, failure) => {
  const found = await held({ abort: problem(kind) });
  expect((await failureOf(found!.takeAway(never))).kind).toBe(failure);
});
