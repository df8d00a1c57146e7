import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '../../machines/vocabulary.ts';
import { type Asked, askAgain } from '../ask-again.ts';
import { Failed } from '../failure.ts';
import { createSemaphore } from '../http/semaphore.ts';
import { type KnownPods, withKnown } from './known-pods.ts';
import { type AskedGroup, answerWithout } from './source.ts';

/** Durations in milliseconds. The attempts, the back-off and the time per set are those of YTsaurus' own client. */
export interface AskLimits {
  readonly attempts: number;
  readonly attemptMs: number;
  /** The first pause is up to this long; each next one up to twice as long as the one before. */
  readonly backoffMs: number;
  readonly perSetMs: number;
  /** For all sets together; sets that are not reached in this time are `unavailable`. */
  readonly totalMs: number;
  readonly concurrent: number;
}

export const ASK_LIMITS: AskLimits = {
  attempts: 5,
  attemptMs: 5_000,
  backoffMs: 1_000,
  perSetMs: 10_000,
  totalMs: 60_000,
  concurrent: 32,
};

/** Time and chance; those of the process by default. */
export interface AskTools {
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** A clock that never goes back, in milliseconds. */
  readonly now?: () => number;
}

interface AskEach extends AskTools {
  readonly limits: AskLimits;
  readonly known?: KnownPods | undefined;
  /** One question about one group. */
  readonly ask: (asked: AskedGroup, deadlineMs: number) => Promise<Asked<Answer>>;
}

/** Asks about each group by itself, again and again within its limits. Rejects when aborted, with `Failed`. */
export async function askEachGroup(
  groups: readonly AskedGroup[],
  signal: AbortSignal,
  { limits, known, ask, ...tools }: AskEach,
): Promise<readonly Answer[]> {
  const now = tools.now ?? (() => performance.now());
  const random = tools.random ?? Math.random;
  const sleep = tools.sleep ?? ((ms, until) => wait(ms, undefined, { signal: until }));
  const slots = createSemaphore(limits.concurrent);
  const end = now() + limits.totalMs;

  // A set's time begins when its turn comes: a long list must not eat it up by waiting in line.
  async function inTurn(asked: AskedGroup): Promise<Answer> {
    const leave = await slots.take(signal);
    try {
      if (now() >= end) return answerWithout(asked, 'unavailable', 'discovery was too slow for its turn to come');
      const answer = await askPatiently(asked, Math.min(end, now() + limits.perSetMs));
      return known === undefined ? answer : withKnown(answer, known.of(asked));
    } finally {
      leave();
    }
  }

  async function askPatiently(asked: AskedGroup, deadline: number): Promise<Answer> {
    const { found, attempts } = await askAgain((leftMs) => ask(asked, Math.min(limits.attemptMs, leftMs)), {
      attempts: limits.attempts,
      pauseMs: (attempt) => random() * limits.backoffMs * 2 ** (attempt - 1),
      deadline,
      now,
      sleep: (ms) => sleep(ms, signal),
    });
    return afterAttempts(found, attempts);
  }

  try {
    return await Promise.all(groups.map(inTurn));
  } catch (error) {
    throw signal.aborted ? new Failed('aborted', 'aborted while asking discovery') : error;
  }
}

function afterAttempts(answer: Answer, attempts: number): Answer {
  if (attempts === 1 || answer.detail === null || answer.verdict === 'ok') return answer;
  return { ...answer, detail: `${answer.detail}, after ${attempts} attempts` };
}
