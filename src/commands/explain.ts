import { ConfigError } from '../config/config-error.ts';
import { findRecordings } from '../replay/find-recordings.ts';
import { formatExplanation } from '../replay/format-explanation.ts';
import { formatRefusal } from '../replay/format-replay.ts';
import { asRefused, replayFile } from '../replay/replay-file.ts';
import { asOneLine } from '../text/printable.ts';
import { quoted } from '../text/quoted.ts';
import type { Answer } from './command.ts';
import { namedRecordings } from './named-recordings.ts';

const UNREADABLE = 2;

/** `watcher explain FILE`: why a recorded run did, or did not, refresh. Throws `ConfigError` unless one is named. */
export async function explain(words: readonly string[]): Promise<Answer> {
  const [path, second] = namedRecordings(words, 'watcher explain needs one recording');
  if (second !== undefined) {
    throw new ConfigError([`unexpected argument ${quoted(second)}, for watcher explain takes one recording`]);
  }
  const newest = findRecordings([path]).at(-1)!;
  if ('problem' in newest || newest.path !== path) {
    const hint = 'problem' in newest ? `but: ${newest.problem}` : `such as ${newest.path}`;
    return { text: `${asOneLine(`${path}: watcher explain needs one recording, ${hint}`)}\n`, code: UNREADABLE };
  }
  const file = await replayFile(path);
  if ('refused' in file) return { text: `${formatRefusal(path, file.refused)}\n`, code: UNREADABLE };
  try {
    return { text: `${formatExplanation(file.replayed).join('\n')}\n`, code: 0 };
  } catch (error) {
    return { text: `${formatRefusal(path, asRefused(error))}\n`, code: UNREADABLE };
  }
}
