import { servedBy } from '../../machines/pods-and-servers.ts';
import type { HaproxyLook } from '../../machines/side-effects.ts';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { Failed } from '../failure.ts';
import { messageOf } from '../host/file-problem.ts';
import { askHaproxy } from './ask-haproxy.ts';
import { haproxyServers } from './servers.ts';

/** HAProxy counts its uptime in whole seconds. */
const GRANULARITY_SEC = 1;

export interface LookOptions {
  readonly socketPath: string;
  readonly expected: readonly Endpoint[];
  /** When the refresh command was started, in milliseconds of `performance.now()`. */
  readonly refreshedAtMs: number;
}

/** What HAProxy says of itself: which of the expected pods it lacks, and whether it is the process from before. */
export async function lookAtHaproxy(
  { socketPath, expected, refreshedAtMs }: LookOptions,
  signal: AbortSignal,
): Promise<HaproxyLook> {
  try {
    const uptimeSec = uptimeIn(await askHaproxy(socketPath, 'show info', signal));
    const sinceSec = (performance.now() - refreshedAtMs) / 1000;
    const servers = expected.length === 0 ? [] : await haproxyServers(socketPath, signal);
    const isServed = servedBy(servers);
    return {
      missing: expected.filter((pod) => !isServed(pod)).map(({ fqdn }) => fqdn),
      isOld: uptimeSec !== null && uptimeSec > sinceSec + GRANULARITY_SEC,
    };
  } catch (error) {
    if (signal.aborted) throw new Failed('aborted', 'aborted while asking HAProxy');
    throw new Failed('refreshIneffective', messageOf(error));
  }
}

/** Null where HAProxy does not say. */
function uptimeIn(info: string): number | null {
  const found = /^Uptime_sec: (\d+)\s*$/m.exec(info);
  return found === null ? null : Number(found[1]);
}
