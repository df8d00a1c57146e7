import { join } from 'node:path';
import { keptInFile } from './kept-in-file.ts';
import type { SourceStandIn, StandIn } from './stand-in.ts';

/** A file that the nodes share, which needs no server. */
export async function startFileLock(): Promise<StandIn> {
  return {
    name: 'the lock file',
    isReal: true,
    about: 'The lock is a file beside the nodes.',
    port: null,
    equip: (folder) => ({ lock_file: join(folder, 'cluster.lock') }),
    close: async () => {},
  };
}

/** A file that the nodes share, and that says which pods there are. */
export async function startFileSource(): Promise<SourceStandIn> {
  const { equip, ...kept } = keptInFile();
  return {
    name: 'the file with the pods',
    isReal: true,
    about: 'Service discovery is a file beside the nodes.',
    ...kept,
    equip: (folder) => ({ source_file: equip(folder) }),
  };
}
