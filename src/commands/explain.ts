import { ConfigError } from '../config/config-error.ts';
import { parseDuration } from '../config/duration.ts';
import type { Flags } from '../config/sources.ts';
import { explain as explanationOf } from '../replay/format-explanation.ts';
import { formatRefusal } from '../replay/format-replay.ts';
import { formatRunList } from '../replay/format-run-list.ts';
import type { InvalidRecording } from '../replay/invalid-recording.ts';
import { asRefused, replayFile } from '../replay/replay-file.ts';
import { asOneLine } from '../text/printable.ts';
import { quoted } from '../text/quoted.ts';
import { formatRows } from '../text/rows.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';
import { findRun, recordDir, recordingsSince } from './kept-recordings.ts';
import { pageOf } from './page-of.ts';

const CODES = ANSWER_CODES.explain;
const TITLE_WIDTH = 10;

/**
 * `watcher explain [RUN]`: why a recorded run did, or did not, refresh. RUN is a file, a folder (its newest recording
 * counts) or the id of a run in `record_dir`; without it, it is the newest recording there. Throws `ConfigError` where
 * there is no such recording.
 */
export async function explain(words: readonly string[], flags: Flags): Promise<Answer> {
  const path = await findRun(words[0] ?? null, flags);
  const file = await replayFile(path);
  if ('refused' in file) return unreadable(path, file.refused);
  try {
    const which = words[0] === path ? [] : [['recording', asOneLine(path)] as const];
    const rows = [...which, ...explanationOf(file.replayed)].map(([title, text]) => ({ title, text }));
    return { text: formatRows(rows, TITLE_WIDTH, pageOf(process.stdout)), code: CODES.explained.code };
  } catch (error) {
    return unreadable(path, asRefused(error));
  }
}

function unreadable(path: string, refused: InvalidRecording): Answer {
  return { text: '', code: CODES.unreadable.code, warnings: [formatRefusal(path, refused)] };
}

/** `watcher explain --since 6h`: the runs of that time, one a line. Throws `ConfigError` for what is no duration. */
export async function explainSince(since: string, words: readonly string[], flags: Flags): Promise<Answer> {
  const sinceMs = duration(since);
  const folder = words[0] ?? (await recordDir(flags));
  const paths = recordingsSince(folder, Date.now() - sinceMs);
  return { text: await formatRunList(paths, process.stdout.columns), code: CODES.explained.code };
}

function duration(text: string): number {
  try {
    const ms = parseDuration(text);
    if (ms > 0) return ms;
  } catch (error) {
    throw new ConfigError([`flag --since: ${(error as Error).message}`]);
  }
  throw new ConfigError([`flag --since: ${quoted(text)} is not a time ago: write 6h`]);
}
