import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { LOCK_PATH } from '../support/balancers.ts';
import { until } from '../support/until.ts';
import { expectOneAtATime } from './aftermath.ts';
import { type Bench, NEXT_RUN } from './parking.ts';
import { processesOf } from './processes-of.ts';
import { runIdOf } from './recorded.ts';

/** Waits until no process of the victim's recorded run is left. */
export async function untilVictimIsGone({ recording }: Bench): Promise<void> {
  if (!existsSync(recording)) return;
  const runId = runIdOf(recording);
  await until('no process of the run is left', () => processesOf(runId).length === 0);
}

/**
 * The next run refreshes, beside one of another node where that is asked for, one at a time, and nothing of them and of
 * the victim stays with the lock service.
 */
export async function expectNextRunsToRefresh(
  { victim, other, yt, refreshes }: Bench,
  isBesideOther: boolean,
  endLease: () => void,
): Promise<void> {
  const nodes = isBesideOther ? [victim, other] : [victim];
  const next = await Promise.all(nodes.map((node) => node.run(NEXT_RUN)));
  expect(next).toMatchObject(nodes.map(() => ({ code: 10, stderr: '' })));
  expectOneAtATime(refreshes());
  expect(yt.inspect.locks(LOCK_PATH)).toEqual([]);
  // A request that was under way may have been granted to nobody since.
  endLease();
  expect(yt.inspect.transactions()).toEqual([]);
}
