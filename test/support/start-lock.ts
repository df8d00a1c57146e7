import type { AnyStateMachine } from 'xstate';
import type { ClusterLockInput } from '../../machines/lock-context.ts';
import { withServices } from '../../machines/with-services.ts';
import { fakeChildren } from './fake-child.ts';
import { type Answers, fakeServices } from './fake-services.ts';
import { type Owned, startOwned } from './start-owned.ts';
import { TestClock } from './test-clock.ts';

export interface Lock extends Owned {
  /** What the lock service does next. */
  readonly answers: Answers;
  /** When it was asked this, in milliseconds since the start. */
  timesOf(name: keyof Answers): number[];
  /** True when the last question of this name was told to stop. */
  wasLeft(name: keyof Answers): boolean;
  /** What of the news speaks of this. */
  notice(type: string): Record<string, unknown>[];
}

const LEASE_MS = 30_000;

/** The cluster lock's machine in front of a fake lock service; nobody has asked for the lock yet. */
export async function startLock(answers: Partial<Answers> = {}, input: Partial<ClusterLockInput> = {}): Promise<Lock> {
  const clock = new TestClock();
  const fakes = fakeServices(answers, fakeChildren(), () => clock.now());
  const machine = withServices(fakes.services).implementations.actors['clusterLock'] as AnyStateMachine;
  const policy = { leaseMs: LEASE_MS, killGraceMs: 10_000, jitterSeed: 1, refreshDelayMs: 0, ...input };
  const owned = await startOwned(machine, policy, clock);
  return {
    ...owned,
    answers: fakes.answers,
    timesOf: (name) => fakes.calls.filter((call) => call.name === name).map(({ atMs }) => atMs),
    wasLeft: (name) => fakes.calls.findLast((call) => call.name === name)!.signal.aborted,
    notice: (type) => owned.news.filter((event) => event.type === type),
  };
}
