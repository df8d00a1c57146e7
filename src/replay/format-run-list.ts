import type { Outcome } from '../../machines/vocabulary.ts';
import { formatTimes, isBad, sentenceOf } from '../report/sentence.ts';
import { asOneLine } from '../text/printable.ts';
import { fitText } from '../text/text-width.ts';
import { formatRefusal } from './format-replay.ts';
import { type ReplayedFile, replayFile } from './replay-file.ts';

const ID_DIGITS = 8;

/** One run, or several in a row of which the same is to be said. */
interface Row {
  readonly from: string;
  /** Enough of the run's id for `watcher explain`; of the first of several. */
  readonly id: string;
  to: string;
  runs: number;
  readonly says: string;
  readonly sign: string;
}

/**
 * Recorded runs, one a line: when, which, how it ended and why, how long it waited and refreshed. Runs in a row that say the
 * same are one line, so that a night fits a screen. `columns` is the width of the terminal, undefined where there is none.
 */
export async function formatRunList(paths: readonly string[], columns: number | undefined): Promise<string> {
  const rows: Row[] = [];
  for (const path of paths) {
    // Of each recording only its line is kept: thousands do not fit into memory.
    const row = rowOf(path, await replayFile(path));
    const last = rows.at(-1);
    if (last !== undefined && last.says === row.says) {
      last.runs += 1;
      last.to = row.from;
    } else rows.push(row);
  }
  if (rows.length === 0) return 'no run was recorded in that time\n';
  const lines = rows.map(formatRow);
  return `${(columns === undefined ? lines : lines.map((line) => fitText(line, columns))).join('\n')}\n`;
}

function rowOf(path: string, file: ReplayedFile): Row {
  if ('refused' in file) return row('unreadable'.padEnd(20), '', formatRefusal(path, file.refused), '?');
  const { recording, run, cut } = file.replayed;
  const from = `${recording.header.started_at.slice(0, 19)}Z`;
  const id = recording.header.run_id.slice(0, ID_DIGITS);
  const outcome = (recording.end?.outcome ?? null) as Outcome | null;
  if (outcome === null) return row(from, id, `cut in state ${cut?.state}: killed, or still going on`, '?');
  // Times differ from run to run; where nothing was waited for they do not matter.
  const times = run.progress.spentMs('awaitingYtLock') === null ? '' : formatTimes(outcome, run.progress);
  return row(from, id, `${sentenceOf(outcome, run.progress)}${times}`, isBad(outcome) ? '!' : ' ');
}

function row(from: string, id: string, says: string, sign: string): Row {
  return { from, id: asOneLine(id), to: from, runs: 1, says: asOneLine(says), sign };
}

function formatRow({ from, id, to, runs, says, sign }: Row): string {
  const span = runs === 1 ? '' : ` (${runs} runs until ${to.slice(0, 10) === from.slice(0, 10) ? to.slice(11) : to})`;
  return `${sign} ${from}  ${id.padEnd(ID_DIGITS)}  ${says}${span}`;
}
