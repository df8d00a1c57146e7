import { explainInWords } from '../replay/explain-in-words.ts';
import { findRecordings } from '../replay/find-recordings.ts';
import { asRefused, replayFile } from '../replay/replay-file.ts';
import { refusalInWords } from '../replay/replay-in-words.ts';
import { asOneLine } from '../report/one-line.ts';
import type { Printed } from './replay.ts';

const UNREADABLE = 2;

/** `watcher explain FILE`: why a recorded run did, or did not, refresh. */
export async function explain(path: string): Promise<Printed> {
  const newest = findRecordings([path]).at(-1)!;
  if ('problem' in newest || newest.path !== path) {
    const hint = 'problem' in newest ? `but: ${newest.problem}` : `such as ${newest.path}`;
    return { text: `${asOneLine(`${path}: watcher explain needs one recording, ${hint}`)}\n`, code: UNREADABLE };
  }
  const file = await replayFile(path);
  if ('refused' in file) return { text: `${refusalInWords(path, file.refused)}\n`, code: UNREADABLE };
  try {
    return { text: `${explainInWords(file.replayed).join('\n')}\n`, code: 0 };
  } catch (error) {
    return { text: `${refusalInWords(path, asRefused(error))}\n`, code: UNREADABLE };
  }
}
