import type { LockDriver } from '../../../src/locks/backend.ts';
import { type ConsulLockOptions, createConsulLock } from '../../../src/locks/consul/lock.ts';
import { type ConsulServer, type ConsulServerOptions, startConsulServer } from '../../../src/sandbox/consul/server.ts';
import type { Datacenter } from '../../../src/sandbox/consul/state/datacenter.ts';
import { accessTo } from '../../consul/lab.ts';
import { afterwards } from '../../support/current-test.ts';

export const NAME = 'watcher/test';
export const KEY = `${NAME}/.lock`;
export const CLAIM = { reason: 'changed' } as const;
export const never = new AbortController().signal;

/** An agent of the running test's own. */
export async function agent(options: ConsulServerOptions = {}): Promise<ConsulServer & { readonly dc1: Datacenter }> {
  const server = await startConsulServer(options);
  afterwards(() => server.close());
  return { ...server, dc1: server.agent.datacenter() };
}

interface DriverOptions extends Partial<ConsulLockOptions> {
  readonly host?: string;
  readonly token?: string;
}

/** A driver of the running test's own. */
export function driver(url: string, { host = 'node-a', token, ...options }: DriverOptions = {}): LockDriver {
  const identity = { host, pid: 4_242, runId: `run-${host}` };
  const access = accessTo([url], token);
  return createConsulLock({
    access,
    name: NAME,
    datacenter: null,
    leaseMs: 10_000,
    identity,
    watchMs: 2_000,
    ...options,
  });
}
