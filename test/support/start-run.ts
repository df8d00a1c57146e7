import { expect } from 'vitest';
import { createActor, type StateValue } from 'xstate';
import { LOCK_LEFT, SLOW_REPORT } from '../../machines/failures.ts';
import type { RunState } from '../../machines/state-names.ts';
import type { AbortSignalName, Failure, Notice, Outcome, RunInput, RunReport } from '../../machines/vocabulary.ts';
import { withServices } from '../../machines/with-services.ts';
import { type ChildScript, type FakeChildren, fakeChildren } from './fake-child.ts';
import { type Answers, type FakeServices, fakeServices } from './fake-services.ts';
import { runInput } from './run-input.ts';
import { settle, TestClock } from './test-clock.ts';

export interface Situation {
  readonly run?: Partial<RunInput>;
  readonly answers?: Partial<Answers>;
  readonly handbrake?: readonly ChildScript[];
  readonly refresh?: readonly ChildScript[];
  readonly verify?: readonly ChildScript[];
}

export interface Run {
  readonly clock: TestClock;
  readonly children: FakeChildren;
  readonly answers: Answers;
  readonly calls: FakeServices['calls'];
  readonly notice: readonly Notice[];
  /** The path of the current state: `holdingRunLock.reading`. */
  state(): string;
  /** Sends SIGTERM, or these signals one right after the other, for as long as the run goes on. */
  abort(...signals: readonly AbortSignalName[]): Promise<void>;
  advance(ms: number): Promise<void>;
  /** Goes from timer to timer until the run is in a state of this name. */
  reach(name: RunState): Promise<void>;
  /** Goes on to the end, sees to it that everything taken was reported and given back, and answers the outcome. */
  end(): Promise<Outcome>;
  /** What the statistics were told; undefined when they were told nothing. */
  report(): RunReport | undefined;
  countOf(name: keyof Answers): number;
}

const STEPS_MAX = 20_000;

/** Starts the real machines in a world of fakes, under a clock that only the test moves. */
export function startRun({ run, answers, handbrake, refresh, verify }: Situation = {}): Run {
  const clock = new TestClock();
  const children = fakeChildren({
    ...(handbrake && { handbrake }),
    ...(refresh && { refresh }),
    ...(verify && { verify }),
  });
  const fakes = fakeServices(answers ?? {}, children, () => clock.now());
  const notice: Notice[] = [];
  const actor = createActor(withServices(fakes.services), { id: 'watcher', input: runInput(run), clock });
  actor.on('*', (event) => notice.push(event));
  // A machine that breaks is seen by `end`, not by whoever catches stray errors.
  actor.subscribe({ error: () => {} });
  actor.start();

  const state = () => pathOf(actor.getSnapshot().value);
  const countOf = (name: keyof Answers) => fakes.calls.filter((call) => call.name === name).length;
  const goOnUntil = async (reached: () => boolean, what: string) => {
    await settle();
    for (let step = 0; !reached(); step += 1) {
      const due = clock.nextDueMs;
      if (due === null || step > STEPS_MAX) throw new Error(`${what} is not reached: the run stays in ${state()}`);
      clock.set(due);
      await settle();
    }
  };
  const report = () => fakes.calls.find((call) => call.name === 'writeReport')?.input as RunReport | undefined;

  return {
    clock,
    children,
    answers: fakes.answers,
    calls: fakes.calls,
    notice,
    state,
    countOf,
    report,
    async abort(...signals) {
      for (const signal of signals.length === 0 ? (['SIGTERM'] as const) : signals) {
        if (actor.getSnapshot().status === 'active') actor.send({ type: 'abort', signal });
      }
      await settle();
    },
    advance: (ms) => clock.advance(ms),
    reach: (name) => goOnUntil(() => state().split('.').includes(name), name),
    async end() {
      await goOnUntil(() => actor.getSnapshot().status !== 'active', 'the end');
      const { status, output, error } = actor.getSnapshot();
      expect(error).toBeUndefined();
      expect(status).toBe('done');
      expect(state()).toBe(output!.kind);
      const isWarnedOf = ({ message }: Failure) =>
        notice.some((each) => each.type === 'warned' && each.failure.message === message);
      expectEverythingGivenBack(
        fakes.calls.map(({ name }) => name),
        { isLockLeft: isWarnedOf(LOCK_LEFT), isReportLeft: isWarnedOf(SLOW_REPORT) },
      );
      return output!;
    },
  };
}

/**
 * The law of every path: what took the run lock reports once and drops it last, unless the report may still be written;
 * what asked for the cluster lock releases it, or leaves it.
 */
function expectEverythingGivenBack(
  names: readonly string[],
  { isLockLeft, isReportLeft }: { readonly isLockLeft: boolean; readonly isReportLeft: boolean },
): void {
  const held = names.includes('readPrimer') || names.includes('writeReport');
  expect(names.filter((name) => name === 'writeReport').length).toBe(held ? 1 : 0);
  expect(names.filter((name) => name === 'dropRunLock').length).toBe(held && !isReportLeft ? 1 : 0);
  if (held && !isReportLeft) expect(names.at(-1)).toBe('dropRunLock');
  expect(names.includes('releaseLock')).toBe(names.includes('requestLock') && !isLockLeft);
}

export function pathOf(value: StateValue): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([name, inner]) => (inner === undefined ? name : `${name}.${pathOf(inner)}`))
    .join(',');
}
