import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndpointSet } from '../pods.ts';
import type { SourceStandIn } from './stand-in.ts';

interface KeptInFile extends Pick<SourceStandIn, 'port' | 'inOwnWords' | 'setPods' | 'close'> {
  /** Writes the file into a folder, now and whenever the pods change; answers where it is. */
  equip(folder: string): string;
}

/** Endpoint sets in a file beside the nodes, which no server has to read. */
export function keptInFile(): KeptInFile {
  let path: string | null = null;
  let known: readonly EndpointSet[] = [];
  const write = () => path && writeFileSync(path, `${JSON.stringify({ endpoint_sets: known }, null, 2)}\n`);
  return {
    port: null,
    equip(folder) {
      path = join(folder, 'discovery.json');
      write();
      return path;
    },
    inOwnWords: (sets) => sets,
    setPods(sets) {
      known = sets;
      write();
    },
    close: async () => {},
  };
}
