import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndpointSet } from '../pods.ts';
import type { SourceStandIn, StandIn } from './stand-in.ts';

/** A file that the nodes share, which needs no server. */
export async function startFileLock(): Promise<StandIn> {
  return {
    about: 'The lock is a file beside the nodes.',
    flags: ['--lock', 'file'],
    equip: (folder) => ({ lock: 'file', lock_file: join(folder, 'cluster.lock') }),
    close: async () => {},
  };
}

/** A file that the nodes share, and that says which pods there are. */
export async function startFileSource(): Promise<SourceStandIn> {
  let path: string | null = null;
  let known: readonly EndpointSet[] = [];
  const write = () => path && writeFileSync(path, `${JSON.stringify({ endpoint_sets: known }, null, 2)}\n`);
  return {
    about: 'Service discovery is a file beside the nodes.',
    flags: ['--source', 'file'],
    equip(folder) {
      path = join(folder, 'discovery.json');
      write();
      return { source: 'file', source_file: path };
    },
    setPods(sets) {
      known = sets;
      write();
    },
    close: async () => {},
  };
}
