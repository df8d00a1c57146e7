import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '../../../machines/vocabulary.ts';
import { type Asked, askAgain } from '../../ask-again.ts';
import { Failed } from '../../failure.ts';
import type { HttpClient } from '../../http/client.ts';
import type { HttpClients } from '../../http/clients.ts';
import { HttpProblem } from '../../http/problem.ts';
import { createSemaphore } from '../../http/semaphore.ts';
import { type AskedGroup, answerWithout, type Source } from '../source.ts';
import { attemptOfProblem, attemptOfReply } from './reply.ts';

export interface YpOptions {
  readonly url: string;
  /** What YP.SD throttles and traces by; not empty. */
  readonly clientName: string;
  readonly http: HttpClients;
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** A clock that never goes back, in milliseconds. */
  readonly now?: () => number;
  readonly limits?: Partial<YpLimits>;
}

/** Durations in milliseconds. The attempts, the back-off and the time per set are those of YTsaurus' own client. */
export interface YpLimits {
  readonly attempts: number;
  readonly attemptMs: number;
  /** The first pause is up to this long; each next one up to twice as long as the one before. */
  readonly backoffMs: number;
  readonly perSetMs: number;
  /** For all sets together; sets that are not reached in this time are `unavailable`. */
  readonly totalMs: number;
  readonly concurrent: number;
  /** Of one reply, and of those of all sets together. */
  readonly maxBytes: number;
  readonly maxTotalBytes: number;
}

const defaults: YpLimits = {
  attempts: 5,
  attemptMs: 5_000,
  backoffMs: 1_000,
  perSetMs: 10_000,
  totalMs: 60_000,
  concurrent: 32,
  maxBytes: 16 * 1024 * 1024,
  maxTotalBytes: 32 * 1024 * 1024,
};

/** YP's service discovery over HTTP and JSON: each group is asked about by itself, again and again within its limits. */
export function createYpSource(options: YpOptions): Source {
  const limits = { ...defaults, ...options.limits };
  const now = options.now ?? (() => performance.now());
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }));
  const url = `${options.url.replace(/\/+$/, '')}/resolve_endpoints/json`;

  return async ({ groups }, signal) => {
    const http = options.http.client({
      maxBytes: limits.maxBytes,
      maxTotalBytes: limits.maxTotalBytes,
      maxConcurrent: limits.concurrent,
    });
    const slots = createSemaphore(limits.concurrent);
    const end = now() + limits.totalMs;

    // A set's time begins when its turn comes: a long list must not eat it up by waiting in line.
    async function inTurn(asked: AskedGroup): Promise<Answer> {
      const leave = await slots.take(signal);
      try {
        if (asked.cluster === '') return answerWithout(asked, 'invalid', 'cluster_name is empty: name a YP cluster');
        if (now() >= end) return answerWithout(asked, 'unavailable', 'discovery was too slow for its turn to come');
        return await askPatiently(http, asked, Math.min(end, now() + limits.perSetMs), signal);
      } finally {
        leave();
      }
    }

    try {
      return { answers: await Promise.all(groups.map(inTurn)) };
    } catch (error) {
      throw signal.aborted ? new Failed('aborted', 'aborted while asking discovery') : error;
    } finally {
      http.close();
    }
  };

  async function askPatiently(
    http: HttpClient,
    asked: AskedGroup,
    deadline: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { found, attempts } = await askAgain(
      (leftMs) => ask(http, asked, Math.min(limits.attemptMs, leftMs), signal),
      {
        attempts: limits.attempts,
        pauseMs: (attempt) => random() * limits.backoffMs * 2 ** (attempt - 1),
        deadline,
        now,
        sleep: (ms) => sleep(ms, signal),
      },
    );
    return afterAttempts(found, attempts);
  }

  async function ask(
    http: HttpClient,
    asked: AskedGroup,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Asked<Answer>> {
    const body = {
      cluster_name: asked.cluster,
      endpoint_set_id: asked.endpointSet,
      client_name: options.clientName,
      ruid: randomUUID(),
    };
    const headers = { Accept: 'application/json' };
    try {
      return attemptOfReply(
        asked,
        await http.send({ method: 'POST', url, headers, body, deadlineMs }, signal),
        options.url,
      );
    } catch (error) {
      if (signal.aborted || !(error instanceof HttpProblem)) throw error;
      return attemptOfProblem(asked, error, options.url);
    }
  }
}

function afterAttempts(answer: Answer, attempts: number): Answer {
  if (attempts === 1 || answer.detail === null || answer.verdict === 'ok') return answer;
  return { ...answer, detail: `${answer.detail}, after ${attempts} attempts` };
}
