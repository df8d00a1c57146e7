import { setMaxListeners } from 'node:events';

/** At most `count` holders at once; the others wait in line, first come first served. */
export interface Semaphore {
  /** Resolves with the function that gives the slot back. Rejects with the signal's reason when it aborts first. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createSemaphore(count: number): Semaphore {
  const line: (() => void)[] = [];
  let free = count;
  const giveBack = (): void => {
    const next = line.shift();
    if (next === undefined) free += 1;
    else next();
  };

  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (free > 0) {
          free -= 1;
          return resolve(giveBack);
        }
        const enter = (): void => {
          signal.removeEventListener('abort', leave);
          resolve(giveBack);
        };
        const leave = (): void => {
          line.splice(line.indexOf(enter), 1);
          reject(signal.reason);
        };
        line.push(enter);
        // The whole line may wait on one signal; beyond ten Node would warn of a leak on stderr.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', leave, { once: true });
      }),
  };
}
