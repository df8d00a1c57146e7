import { explainInWords } from '../replay/explain-in-words.ts';
import { replayFile } from '../replay/replay-file.ts';
import { refusalInWords } from '../replay/replay-in-words.ts';
import type { Printed } from './replay.ts';

const UNREADABLE = 2;

/** `watcher explain FILE`: why a recorded run did, or did not, refresh. */
export async function explain(path: string): Promise<Printed> {
  const file = await replayFile(path);
  if ('refused' in file) return { text: `${refusalInWords(path, file.refused)}\n`, code: UNREADABLE };
  return { text: `${explainInWords(file.replayed).join('\n')}\n`, code: 0 };
}
