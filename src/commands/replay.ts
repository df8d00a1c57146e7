import { type Found, findRecordings } from '../replay/find-recordings.ts';
import { Refused } from '../replay/refused.ts';
import { replayAsData } from '../replay/replay-as-data.ts';
import { type ReplayedFile, replayFile } from '../replay/replay-file.ts';
import {
  differenceInWords,
  refusalInWords,
  remarks,
  replayInWords,
  verdictInWords,
} from '../replay/replay-in-words.ts';
import { counted } from '../report/changes-in-words.ts';
import { asOneLine } from '../report/one-line.ts';

/** What a command prints, and the code it exits with. */
export interface Printed {
  readonly text: string;
  readonly code: number;
}

/** The worst of all files counts. */
const CODES = { same: 0, differs: 1, unreadable: 2 } as const;

type Result = keyof typeof CODES;

/** `watcher replay FILE…`: takes recorded runs through today's machines and says where they go another way. */
export async function replayCommand(words: readonly string[], options: { readonly json: boolean }): Promise<Printed> {
  const found = findRecordings(words);
  const counts: Record<Result, number> = { same: 0, differs: 0, unreadable: 0 };
  const data: unknown[] = [];
  const lines: string[] = [];
  for (const one of found) {
    // Thousands of recordings do not fit into memory: of each only what is said of it is kept.
    const file = await replayFound(one);
    const result = resultOf(file);
    counts[result] += 1;
    if (options.json) data.push({ file: file.file, result, ...replayAsData(file) });
    else lines.push(...(found.length === 1 ? tellFully(file) : [tellBriefly(file, result)]));
  }
  if (found.length > 1) lines.push(summary(counts));
  const text = options.json ? JSON.stringify({ ...counts, recordings: data }, null, 2) : lines.join('\n');
  return { text: `${text}\n`, code: Math.max(...resultsIn(counts).map((result) => CODES[result])) };
}

async function replayFound(found: Found): Promise<ReplayedFile> {
  if ('problem' in found) return { file: found.path, refused: new Refused(null, found.problem) };
  return replayFile(found.path);
}

function resultOf(file: ReplayedFile): Result {
  if ('refused' in file) return 'unreadable';
  return file.replayed.fold.difference === null ? 'same' : 'differs';
}

function tellFully(file: ReplayedFile): string[] {
  if ('refused' in file) return [refusalInWords(file.file, file.refused)];
  const { replayed } = file;
  const { difference } = replayed.fold;
  return [
    asOneLine(`${file.file}: ${verdictInWords(replayed)}`),
    ...(difference === null ? [] : differenceInWords(difference).map((line) => `  ${line}`)),
    ...replayInWords(replayed),
  ];
}

function tellBriefly(file: ReplayedFile, result: Result): string {
  if ('refused' in file) return `unreadable  ${refusalInWords(file.file, file.refused)}`;
  const { difference } = file.replayed.fold;
  const more = [...(difference === null ? [] : differenceInWords(difference)), ...remarks(file.replayed)];
  const details = more.map((line) => `; ${line.replace(/ {2,}/, ' ')}`).join('');
  return asOneLine(`${result.padEnd(10)}  ${file.file}: ${verdictInWords(file.replayed)}${details}`);
}

function summary(counts: Readonly<Record<Result, number>>): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const each = Object.entries(counts).map(([result, count]) => `${count} ${result}`);
  return `${counted(all, 'recording')}: ${each.join(', ')}`;
}

function resultsIn(counts: Readonly<Record<Result, number>>): Result[] {
  return (Object.keys(CODES) as Result[]).filter((result) => counts[result] > 0);
}
