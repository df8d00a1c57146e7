import { createActor, SimulatedClock, toPromise } from 'xstate';
import type { Outcome, RunInput } from '../../machines/vocabulary.ts';
import { withServices } from '../../machines/with-services.ts';
import { createReporter, type ReporterOptions } from '../../src/report/reporter.ts';
import { createRedactor } from '../../src/text/redact.ts';
import { type ChildScript, type FakeChildren, fakeChildren, lasts } from '../support/fake-child.ts';
import { type Answers, fakeServices, ONE_MORE_POD } from '../support/fake-services.ts';
import { runInput } from '../support/run-input.ts';
import { FakeStderr } from './fake-stderr.ts';

export interface FakeRun {
  readonly answers?: Partial<Answers>;
  readonly children?: FakeChildren;
  readonly input?: Partial<RunInput>;
  readonly report?: Partial<Omit<ReporterOptions, 'stderr'>>;
  readonly stderr?: FakeStderr;
  /** Called before each tenth of a simulated second. */
  readonly eachTick?: () => void;
}

/** Drives the real machine, with one pod added, over fake services; its reporter logs to stderr unless told otherwise. */
export async function fakeRun(run: FakeRun = {}): Promise<{ readonly outcome: Outcome; readonly stderr: FakeStderr }> {
  const clock = new SimulatedClock();
  const stderr = run.stderr ?? new FakeStderr();
  const reporter = createReporter({
    runId: '1f3a9c2e7b5d0468',
    logFile: '-',
    logLevel: 'INFO',
    logFormat: 'text',
    stderr,
    environment: {},
    redact: createRedactor([]),
    facts: { pid: 4711 },
    clocks: { wallMs: () => Date.UTC(2026, 10, 23, 3, 40) + clock.now(), monotonicMs: () => clock.now() },
    ...run.report,
  });
  const answers = { resolveGroups: { answers: ONE_MORE_POD }, ...run.answers };
  const { services } = fakeServices(answers, run.children ?? fakeChildren(), () => clock.now());
  const input = runInput({ refreshDelayMs: 1_000, killGraceMs: 1_000, ...run.input });
  const actor = createActor(withServices(services), { id: 'watcher', input, inspect: reporter.inspect, clock });
  actor.on('*', reporter.notice);
  const ended = toPromise(actor);
  actor.start();
  while (actor.getSnapshot().status === 'active') {
    await new Promise((resolve) => setImmediate(resolve));
    run.eachTick?.();
    clock.increment(100);
  }
  const outcome = await ended;
  reporter.ended(outcome);
  reporter.close();
  return { outcome, stderr };
}

/** A command that prints, then exits. */
export function printing(code: number, stdout: string, stderr = ''): ChildScript {
  const output = { stdout, stderr, droppedBytes: 0 };
  return { ...lasts, go: [{ type: 'childExited', code, signal: null, output, survivors: 0, ranMs: 0 }] };
}

/** The lines without what is the same in all of them. */
export function story({ lines }: FakeStderr): string[] {
  return lines.map((line) => line.replace(/^2026-11-23T03:4\S+ (\S+ *) run=1f3a9c2e7b5d0468 /, '$1 '));
}
