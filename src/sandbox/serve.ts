import { type EndpointSet, endpointSetsOf, type PodCounts } from './pods.ts';
import { LOCK_STAND_INS, type LockName, SOURCE_STAND_INS, type SourceName } from './stand-ins/index.ts';
import type { NodeSettings, SharedServers, StandIn } from './stand-ins/stand-in.ts';

export interface ServeOptions {
  /** What the setting `lock` of the nodes is, and `source`; YT and YP.SD by default. */
  readonly lock?: LockName;
  readonly source?: SourceName;
  /** 127.0.0.1 by default: nothing here is meant for a network. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly lockPort?: number;
  readonly sourcePort?: number;
  /** Uses the real services where they are installed; true by default. */
  readonly prefersReal?: boolean;
  /** Gets one line at a time. */
  readonly print: (line: string) => void;
}

export interface Sandbox {
  /** The flags by which the sandbox serves the same nodes again. */
  readonly flags: readonly string[];
  /** What the nodes use: the lock service first. */
  readonly services: readonly Pick<StandIn, 'name' | 'isReal'>[];
  /** Says how many pods there are from now on. */
  setPods(counts: PodCounts): Promise<void>;
  /** What a primer says of so many pods. */
  primerOf(counts: PodCounts): readonly EndpointSet[];
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
  const shared: SharedServers = new Map();
  const common = { host, shared, prefersReal: options.prefersReal ?? true };
  const locking = await LOCK_STAND_INS[lock]({ ...common, port: lockPort, token: sandboxToken });
  const finding = await SOURCE_STAND_INS[source]({ ...common, port: sourcePort }).catch(async (error: unknown) => {
    await locking.close();
    throw error;
  });
  const setPods = async (counts: PodCounts) => finding.setPods(endpointSetsOf(counts));
  await setPods(podsAtFirst);
  const lines = new Set([locking.about, finding.about]);
  for (const line of lines) print(line);
  return {
    flags: [
      ...(lock === 'yt' ? [] : ['--lock', lock]),
      ...(source === 'yp' ? [] : ['--source', source]),
      ...portFlag('--lock-port', locking),
      ...portFlag('--source-port', finding),
    ],
    services: [locking, finding],
    setPods,
    primerOf: (counts) => finding.inOwnWords(endpointSetsOf(counts)),
    equip: (folder) => ({ lock, ...locking.equip(folder), source, ...finding.equip(folder) }),
    async close() {
      await Promise.all([locking.close(), finding.close()]);
    },
  };
}

function portFlag(flag: string, { port }: StandIn): readonly string[] {
  return port === null ? [] : [flag, String(port)];
}
