import { keptInFile } from './kept-in-file.ts';
import type { SourceStandIn } from './stand-in.ts';

/** A command that prints which pods there are. */
export async function startCommandSource(): Promise<SourceStandIn> {
  const { equip, ...kept } = keptInFile();
  return {
    name: 'the command',
    isReal: true,
    about: 'Service discovery is a command: cat of a file beside the nodes.',
    ...kept,
    equip: (folder) => ({ source_command: `cat '${equip(folder).replaceAll("'", "'\\''")}'` }),
  };
}
