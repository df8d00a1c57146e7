import type { LockServices } from '../../machines/side-effects.ts';
import type { Settings } from '../config/settings.ts';
import type { HttpClient } from '../http/client.ts';
import { createFileLock } from './file.ts';
import type { Identity } from './holder.ts';
import { createYtLock } from './yt/lock.ts';

export interface ClusterLockOptions {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly client: HttpClient;
  /** Told what does not stop a run but ought to be put right. */
  readonly note: (line: string) => void;
}

/** The driver of the cluster lock that the settings choose. */
export function createClusterLock({ settings, identity, client, note }: ClusterLockOptions): LockServices {
  const { lockLeaseMs: leaseMs } = settings;
  switch (settings.lock) {
    case 'file': {
      const owner = { runId: identity.runId, title: `watcher on ${identity.host}` };
      return createFileLock({ path: settings.lockFile, owner, leaseMs });
    }
    case 'yt': {
      const { ytProxy: proxy, ytPath: path, ytTokenPath: tokenPath } = settings;
      return createYtLock({ proxy, path, tokenPath, leaseMs, identity, client, note });
    }
  }
}
