import type { SOURCES } from '../../discovery/index.ts';
import type { LOCKS } from '../../locks/index.ts';
import { startFileLock, startFileSource } from './files.ts';
import type { SourceStandIn, StandIn, StandInOptions } from './stand-in.ts';
import { startYp } from './yp.ts';
import { startYt } from './yt.ts';

/** What stands in for each lock service, by the word that the setting `lock` has for it. */
export const LOCK_STAND_INS = { yt: startYt, file: startFileLock } as const satisfies Starters<
  keyof typeof LOCKS,
  StandIn
>;

/** What stands in for each source, by the word that the setting `source` has for it. */
export const SOURCE_STAND_INS = { yp: startYp, file: startFileSource } as const satisfies Starters<
  keyof typeof SOURCES,
  SourceStandIn
>;

export type LockName = keyof typeof LOCK_STAND_INS;
export type SourceName = keyof typeof SOURCE_STAND_INS;

type Starters<Name extends string, Kind> = Readonly<Partial<Record<Name, (options?: StandInOptions) => Promise<Kind>>>>;
