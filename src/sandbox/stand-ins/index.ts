import type { SOURCES } from '../../discovery/index.ts';
import type { LOCKS } from '../../locks/index.ts';
import { startCommandSource } from './command.ts';
import { startConsulLock, startConsulSource } from './consul.ts';
import { startDns } from './dns.ts';
import { startEtcd } from './etcd.ts';
import { startFileLock, startFileSource } from './files.ts';
import { startKubernetesLock, startKubernetesSource } from './kubernetes.ts';
import type { SourceStandIn, StandIn, StandInOptions } from './stand-in.ts';
import { startYp } from './yp.ts';
import { startYt } from './yt.ts';

/** What stands in for each lock service, by the word that the setting `lock` has for it. */
export const LOCK_STAND_INS = {
  yt: startYt,
  etcd: startEtcd,
  consul: startConsulLock,
  kubernetes: startKubernetesLock,
  file: startFileLock,
} as const satisfies Starters<keyof typeof LOCKS, StandIn>;

/** What stands in for each source, by the word that the setting `source` has for it. */
export const SOURCE_STAND_INS = {
  yp: startYp,
  consul: startConsulSource,
  kubernetes: startKubernetesSource,
  dns: startDns,
  command: startCommandSource,
  file: startFileSource,
} as const satisfies Starters<keyof typeof SOURCES, SourceStandIn>;

export type LockName = keyof typeof LOCK_STAND_INS;
export type SourceName = keyof typeof SOURCE_STAND_INS;

type Starters<Name extends string, Kind> = Readonly<Partial<Record<Name, (options?: StandInOptions) => Promise<Kind>>>>;
