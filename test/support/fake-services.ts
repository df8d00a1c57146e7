import type {
  BoardServices,
  Gone,
  LockServices,
  RenewAnswer,
  RunServices,
  Services,
  Standing,
} from '../../machines/side-effects.ts';
import type { Answer, Group } from '../../machines/vocabulary.ts';
import type { FakeChildren } from './fake-child.ts';
import { answer, group, pod } from './pods.ts';

type Calls = RunServices & BoardServices & LockServices;
type Output<Name extends keyof Calls> = Awaited<ReturnType<Calls[Name]>>;

/** What a fake service does when it is asked: answers, rejects with an error, or follows a function of its own. */
export type Step<Name extends keyof Calls> = Output<Name> | Error | Calls[Name];
export type Answers = { [Name in keyof Calls]: Step<Name> };

/** A service that does not answer before its signal aborts. */
export function silent(_input: unknown, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** A service that must not be called: who calls it has a bug, and the run says so. */
export function refuse(): Promise<never> {
  return Promise.reject(new Error('a service was asked that must not be asked'));
}

/** One answer after another; the last one is given again and again. */
export function inTurn<Output>(...steps: readonly (Output | Error)[]): () => Promise<Output> {
  let asked = 0;
  return () => {
    const step = steps[Math.min(asked, steps.length - 1)] as Output | Error;
    asked += 1;
    return step instanceof Error ? Promise.reject(step) : Promise.resolve(step);
  };
}

/** Answers the first time, and never again. */
export function onceThenSilent<Output>(output: Output): (input: unknown, signal: AbortSignal) => Promise<Output> {
  let isAsked = false;
  return (input, signal) => {
    if (isAsked) return silent(input, signal);
    isAsked = true;
    return Promise.resolve(output);
  };
}

export const HELD: Standing = { standing: 'held', holder: null, ahead: null, leaseLeftMs: 30_000 };
export const RENEWED: RenewAnswer = { standing: 'renewed', leaseLeftMs: 30_000 };
export const GONE: Gone = { standing: 'gone', detail: 'no such transaction' };

/** In line behind `ahead` others, the holder included. */
export function queued(ahead: number, title = 'balancer-2'): Standing {
  const holder = {
    title,
    host: null,
    pid: null,
    runId: null,
    reason: null,
    transaction: null,
    since: null,
    heldForMs: null,
  };
  return { standing: 'queued', holder, ahead, leaseLeftMs: 30_000 };
}

export const KNOWN_GROUPS: readonly Group[] = [group([pod('a'), pod('b')])];
export const SAME_PODS: readonly Answer[] = [answer([pod('a'), pod('b')])];
export const ONE_MORE_POD: readonly Answer[] = [answer([pod('a'), pod('b'), pod('c')])];

/** A quiet world: nobody in the way, nothing changed, everything answers at once. */
export const calm: Answers = {
  checkRunLock: { owner: null },
  checkReadiness: { notes: [] },
  takeRunLock: { owner: null, orphan: null, memory: { generations: {}, lastRefresh: null }, notes: [] },
  readPrimer: { groups: KNOWN_GROUPS },
  resolveGroups: { answers: SAME_PODS },
  lookAtHaproxy: { missing: [], isOld: false },
  writeReport: { notes: [] },
  dropRunLock: { notes: [] },
  requestLock: HELD,
  checkLock: HELD,
  renewLock: RENEWED,
  releaseLock: { released: true },
  readBrake: { marks: [], notes: [] },
  writeBrake: { written: true },
  readNodeRecord: { record: null, version: '1.0.0' },
  writeNodeRecord: { written: true },
};

/** One question that a fake service was asked, and what it was told with it. */
export interface Call {
  readonly name: keyof Calls;
  readonly input: unknown;
  readonly signal: AbortSignal;
  readonly atMs: number;
}

export interface FakeServices {
  readonly services: Services;
  /** What each service does next; a test changes it while the run goes on. */
  readonly answers: Answers;
  readonly calls: readonly Call[];
}

/** Services of a calm world in which something is otherwise; `now` stamps the calls. */
export function fakeServices(
  overrides: Partial<Answers>,
  children: FakeChildren,
  now: () => number = () => 0,
): FakeServices {
  const answers: Answers = { ...calm, ...overrides };
  const calls: Call[] = [];
  const ask = (name: keyof Calls) => (input: unknown, signal: AbortSignal) => {
    calls.push({ name, input, signal, atMs: now() });
    const step: unknown = answers[name];
    if (typeof step === 'function') return step(input, signal);
    return step instanceof Error ? Promise.reject(step) : Promise.resolve(step);
  };
  const named = Object.fromEntries((Object.keys(calm) as (keyof Calls)[]).map((name) => [name, ask(name)]));
  return { services: { ...(named as unknown as Calls), child: children.service }, answers, calls };
}
