import type { LockKind } from '../scenario.ts';
import { consulLock } from './consul.ts';
import { etcdLock } from './etcd.ts';
import { fileLock } from './file.ts';
import { kubernetesLock } from './kubernetes.ts';
import type { LockService, LockWorld } from './lock-service.ts';
import { ytLock } from './yt.ts';

/** Every lock that can be simulated. */
export const lockServices: Readonly<Record<LockKind, (lock: LockWorld) => LockService>> = {
  yt: ytLock,
  etcd: etcdLock,
  consul: consulLock,
  kubernetes: kubernetesLock,
  file: fileLock,
};
