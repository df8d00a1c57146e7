import { type Identity, newIdentity } from '../identity.ts';
import type { LockDriver } from '../locks/backend.ts';
import { LOCKS } from '../locks/index.ts';
import { createDiscovery, type DiscoveryOptions } from './discovery.ts';

export interface OpenLock {
  readonly lock: LockDriver;
  /** Drops idle connections. */
  close(): void;
}

/** The lock service that is configured, for those who are no run. Throws `Failed` for settings that no lock can be made of. */
export function openLock(options: Omit<DiscoveryOptions, 'wantsAddresses' | 'onReply'>): OpenLock {
  const { settings, runId, environment, secretFiles, note } = options;
  const identity: Identity = { ...newIdentity(), runId };
  const { http, ask: askCommand, close } = createDiscovery({ ...options, wantsAddresses: false });
  try {
    const context = { leaseMs: settings.lockLeaseMs, identity, http, secretFiles, askCommand, environment, note };
    return { lock: LOCKS[settings.lock].create(settings, context), close };
  } catch (error) {
    close();
    throw error;
  }
}
