import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Failed } from '../../../src/failure.ts';
import { createSecretFiles } from '../../../src/files/secret-files.ts';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../../src/http/client.ts';
import type { Trust } from '../../../src/http/trust.ts';
import type { LockDriver } from '../../../src/locks/backend.ts';
import type { Clocks } from '../../../src/locks/lease-clock.ts';
import { createYtLock } from '../../../src/locks/yt/lock.ts';
import { readToken, type TokenFile } from '../../../src/locks/yt/token.ts';
import type { SandboxClock } from '../../../src/sandbox/http/clock.ts';
import { startYtProxy, type YtProxy } from '../../../src/sandbox/yt/server.ts';
import type { Cluster } from '../../../src/sandbox/yt/state/cluster.ts';
import { emptyMap, type Node } from '../../../src/sandbox/yt/state/tree.ts';
import { createNode } from '../../../src/sandbox/yt/state/writes.ts';
import { parseYPath } from '../../../src/sandbox/yt/ypath.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export const token = 'CANARY-2b7e1516';
export const path = '//home/market_sre/watcher/test';
export const leaseMs = 30_000;

/** A run's own way to a token file. */
export function tokenAt(tokenPath: string): () => Promise<TokenFile> {
  const files = createSecretFiles({ allowUnsafe: false });
  return () => readToken(tokenPath, files);
}

/** Time that goes only when told, for the server's leases and the drivers' clocks alike. */
class HandClock implements SandboxClock {
  #nowMs = 1_000;
  #timers: { readonly callback: () => void; readonly atMs: number }[] = [];

  now = (): number => this.#nowMs;

  setTimeout(callback: () => void, delayMs: number): unknown {
    const timer = { callback, atMs: this.#nowMs + delayMs };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#nowMs);
    for (const timer of due) this.clearTimeout(timer);
    for (const { callback } of due) callback();
  }
}

export interface DriverOptions {
  readonly host?: string;
  readonly path?: string;
  readonly leaseMs?: number;
  readonly token?: string;
  /** In place of `token`: a file that the driver reads as a run does. */
  readonly tokenFile?: string;
  readonly proxy?: string;
  readonly note?: (line: string) => void;
  readonly trust?: Trust;
  /** Sees each request before it is sent, and may throw in its place. */
  readonly watch?: (request: HttpRequest) => void;
}

export interface Lab {
  readonly proxy: YtProxy;
  readonly clock: HandClock;
  driver(options?: DriverOptions): LockDriver;
}

/** A YT proxy of the running test's own, on handmade time, and drivers that use it. */
export async function openLab(): Promise<Lab> {
  const clock = new HandClock();
  const proxy = await startYtProxy({ clock, tokens: { [token]: 'robot' } });
  onTestFinished(() => proxy.close());
  return { proxy, clock, driver: (options = {}) => driver(clock, { proxy: proxy.url, ...options }) };
}

function driver(clock: HandClock, options: DriverOptions & { readonly proxy: string }): LockDriver {
  const { host = 'node-a', watch = () => {}, trust = SYSTEMS_TRUST, ...rest } = options;
  const tokenPath = options.tokenFile ?? join(tempFolder(), 'token');
  if (options.tokenFile === undefined) writeFileSync(tokenPath, options.token ?? token, { mode: 0o600 });
  const files = createSecretFiles({ allowUnsafe: false });
  const shown = { token: () => readToken(tokenPath, files), tokenRefused: () => files.refused(tokenPath) };
  const real = createHttpClient({
    proxyUrl: null,
    trust,
    maxBytes: 1_000_000,
    maxConcurrent: 4,
    userAgent: 'watcher/test',
  });
  onTestFinished(() => real.close());
  const client: HttpClient = {
    send: async (request, signal) => {
      watch(request);
      return real.send(request, signal);
    },
    close: real.close,
  };
  const clocks: Clocks = { monotonicMs: clock.now, bootMs: clock.now, wallMs: () => 1_700_000_000_000 + clock.now() };
  const identity = { host, pid: 4_242, runId: `run-${host}` };
  return createYtLock({ path, leaseMs, identity, client, clocks, ...rest, ...shown });
}

/** Makes the node and those above it. */
export function makeNode(cluster: Cluster, nodePath: string): Node {
  const { names } = parseYPath(nodePath);
  return createNode(cluster, { from: cluster.tree.root, names, transaction: null, recursive: true }, emptyMap);
}

/** The failure that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<Failed['failure']> {
  const error = await call.then(
    (value) => new Error(`expected a failure, not ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

/** A signal that never aborts. */
export const never = new AbortController().signal;
