import { onTestFinished } from 'vitest';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../../src/http/client.ts';
import type { LockDriver } from '../../../src/locks/backend.ts';
import { createEtcdLock } from '../../../src/locks/etcd/lock.ts';
import type { User } from '../../../src/locks/etcd/tokens.ts';
import type { Clocks } from '../../../src/locks/lease-clock.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';

const NAME = '/watcher/test';
export const CLAIM = { reason: 'changed' } as const;
export const never = new AbortController().signal;

export interface DriverOptions {
  readonly endpoints: readonly string[];
  readonly name?: string;
  readonly host?: string;
  readonly leaseMs?: number;
  readonly user?: User | null;
  readonly note?: (line: string) => void;
  readonly watchMs?: number;
  readonly clocks?: Clocks;
  /** Sees each request before it is sent, and may throw in its place. */
  readonly before?: (request: HttpRequest) => void;
  /** Sees each request that was answered, and may throw in place of the answer. */
  readonly after?: (request: HttpRequest) => void;
}

/** A driver of the running test's own. */
export function driver({ host = 'node-a', before, after, ...options }: DriverOptions): LockDriver {
  const real = createHttpClient({
    proxyUrl: null,
    trust: SYSTEMS_TRUST,
    maxBytes: 1_000_000,
    maxConcurrent: 8,
    userAgent: 'watcher/test',
  });
  onTestFinished(() => real.close());
  const client: HttpClient = {
    async send(request, signal) {
      before?.(request);
      const reply = await real.send(request, signal);
      after?.(request);
      return reply;
    },
    close: real.close,
  };
  const identity = { host, pid: 4_242, runId: `run-${host}` };
  return createEtcdLock({ name: NAME, leaseMs: 60_000, user: null, identity, client: async () => client, ...options });
}
