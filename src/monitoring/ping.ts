import type { HttpClients } from '../http/clients.ts';
import { HttpProblem } from '../http/problem.ts';

/** A ping is no part of the run: it has little time, and no second try. */
const LIMIT_MS = 5_000;

/** What comes back is of no interest. */
const MAX_BYTES = 64 * 1024;

export interface PingOptions {
  readonly url: string;
  readonly runId: string;
  readonly http: HttpClients;
  /** Hears of a ping that did not arrive. */
  readonly note: (line: string) => void;
}

export interface Ping {
  /** Waits for the last ping, and for the first where that is still under way. Never rejects. */
  ended(isGood: boolean, body: unknown): Promise<void>;
}

/**
 * Pings as healthchecks.io takes them (https://healthchecks.io/docs/http_api/): `/start` now, the address itself at a
 * good end, `/fail` at a bad one; `rid` keeps the two of a run together.
 */
export function startPings({ url, runId, http, note }: PingOptions): Ping {
  const client = http.client({ maxBytes: MAX_BYTES, maxConcurrent: 2 });
  const send = async (suffix: string, body?: unknown): Promise<void> => {
    try {
      const request = { method: 'POST', url: `${url.replace(/\/+$/, '')}${suffix}?rid=${uuidOf(runId)}` } as const;
      const { status } = await client.send({ ...request, body, deadlineMs: LIMIT_MS }, new AbortController().signal);
      if (status >= 300) note(`report_url: answered with HTTP status ${status}`);
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      // Its message has the address, which is a secret.
      note(`report_url: the ping did not arrive: ${error.kind}`);
    }
  };
  const started = send('/start');
  return {
    async ended(isGood, body) {
      await Promise.all([started, send(isGood ? '' : '/fail', body)]);
    },
  };
}

/** The service takes nothing but a UUID for the id of a run. */
function uuidOf(runId: string): string {
  return runId.padStart(32, '0').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
