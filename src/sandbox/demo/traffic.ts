import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** Requests to one HAProxy without a pause that anybody would notice, and what became of them. */
export interface Traffic {
  readonly requests: number;
  /** Why a request did not get its answer, one line for each. */
  readonly failures: readonly string[];
  /** How many got their answer within the last second. */
  perSecond(): number;
  stop(): Promise<void>;
}

/** Enough to notice a moment without an answer, and little enough to leave the processor to the watchers. */
const PAUSE_MS = 4;
const PATIENCE_MS = 10_000;

/** Asks through a Unix socket, one request after the other, each on a connection of its own. */
export function startTraffic(socketPath: string): Traffic {
  const failures: string[] = [];
  let answered: number[] = [];
  let requests = 0;
  let isOver = false;
  const all = (async () => {
    while (!isOver) {
      requests += 1;
      await ask(socketPath).then(
        () => answered.push(performance.now()),
        (error: Error) => failures.push(error.message),
      );
      await pause(PAUSE_MS);
    }
  })();
  return {
    get requests() {
      return requests;
    },
    failures,
    perSecond() {
      const since = performance.now() - 1_000;
      answered = answered.filter((atMs) => atMs > since);
      return answered.length;
    },
    async stop() {
      isOver = true;
      await all;
    },
  };
}

/** One request; resolves when its whole answer is there and is a good one. */
export function ask(socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path: '/', agent: false, timeout: PATIENCE_MS }, (response) => {
      response.once('error', reject);
      response.once('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`HAProxy answered ${response.statusCode}`)),
      );
      response.resume();
    });
    request.once('error', reject);
    request.once('timeout', () => request.destroy(new Error('HAProxy did not answer')));
  });
}
