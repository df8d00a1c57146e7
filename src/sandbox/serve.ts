import { endpointSetsOf, type PodCounts } from './pods.ts';
import { LOCK_STAND_INS, type LockName, SOURCE_STAND_INS, type SourceName } from './stand-ins/index.ts';
import type { NodeSettings } from './stand-ins/stand-in.ts';

export interface ServeOptions {
  /** What the setting `lock` of the nodes is, and `source`; YT and YP.SD by default. */
  readonly lock?: LockName;
  readonly source?: SourceName;
  /** 127.0.0.1 by default: nothing here is meant for a network. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly lockPort?: number;
  readonly sourcePort?: number;
  /** Gets one line at a time. */
  readonly print: (line: string) => void;
}

export interface Sandbox {
  /** The flags by which the sandbox serves the same nodes again. */
  readonly flags: readonly string[];
  /** Says how many pods there are from now on. */
  setPods(counts: PodCounts): void;
  /** Puts what the nodes share into their folder; answers with the settings of each. */
  equip(folder: string): NodeSettings;
  close(): Promise<void>;
}

/** The token that the sandbox's lock services know; it opens nothing else. */
export const sandboxToken = 'sandbox-token';

export const podsAtFirst: PodCounts = { sas: 2, vla: 2 };

/** Starts what stands in for a lock service and for a source, with a small service to look at, and prints how to reach them. */
export async function serve(options: ServeOptions): Promise<Sandbox> {
  const { lock = 'yt', source = 'yp', host = '127.0.0.1', lockPort = 0, sourcePort = 0, print } = options;
  const locking = await LOCK_STAND_INS[lock]({ host, port: lockPort, token: sandboxToken });
  const finding = await SOURCE_STAND_INS[source]({ host, port: sourcePort }).catch(async (error: unknown) => {
    await locking.close();
    throw error;
  });
  const setPods = (counts: PodCounts) => finding.setPods(endpointSetsOf(counts));
  setPods(podsAtFirst);
  print(locking.about);
  print(finding.about);
  return {
    flags: [...locking.flags, ...finding.flags],
    setPods,
    equip: (folder) => ({ ...locking.equip(folder), ...finding.equip(folder) }),
    async close() {
      await Promise.all([locking.close(), finding.close()]);
    },
  };
}
