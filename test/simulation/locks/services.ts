import type { LockKind } from '../scenario.ts';
import type { LockService, LockWorld } from './lock-service.ts';
import { YtLock } from './yt.ts';

/** Every lock service that can be simulated. */
export const lockServices: Readonly<Record<LockKind, (lock: LockWorld) => LockService>> = {
  yt: (lock) => new YtLock(lock),
  etcd: (lock) => new YtLock(lock),
  consul: (lock) => new YtLock(lock),
  kubernetes: (lock) => new YtLock(lock),
};
