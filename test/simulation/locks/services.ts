import type { LockKind } from '../scenario.ts';
import { etcdLock } from './etcd.ts';
import { KubernetesLock } from './kubernetes.ts';
import type { LockService, LockWorld } from './lock-service.ts';
import { SessionKeyLock } from './session-key.ts';
import { YtLock } from './yt.ts';

/** Every lock service that can be simulated. */
export const lockServices: Readonly<Record<LockKind, (lock: LockWorld) => LockService>> = {
  yt: (lock) => new YtLock(lock),
  etcd: etcdLock,
  consul: (lock) => new SessionKeyLock(lock, 'consul'),
  kubernetes: (lock) => new KubernetesLock(lock),
};
