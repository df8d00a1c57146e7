import { type Found, findRecordings } from '../replay/find-recordings.ts';
import { Refused } from '../replay/refused.ts';
import { replayAsData } from '../replay/replay-as-data.ts';
import { asRefused, type ReplayedFile, replayFile } from '../replay/replay-file.ts';
import {
  differenceInWords,
  refusalInWords,
  remarks,
  replayInWords,
  verdictInWords,
} from '../replay/replay-in-words.ts';
import { counted } from '../report/changes-in-words.ts';
import { asOneLine } from '../report/one-line.ts';
import { printableJson } from '../report/printable.ts';

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
  const told: unknown[] = [];
  const inWords = (file: ReplayedFile) => (found.length === 1 ? tellFully(file) : [tellBriefly(file)]);
  for (const one of found) {
    // Thousands of recordings do not fit into memory: of each only what is said of it is kept.
    const { result, said } = describe(await replayFound(one), options.json ? asData : inWords);
    counts[result] += 1;
    told.push(...said);
  }
  if (found.length > 1 && !options.json) told.push(summary(counts));
  const text = options.json ? printableJson({ ...counts, recordings: told }) : told.join('\n');
  return { text: `${text}\n`, code: Math.max(...resultsIn(counts).map((result) => CODES[result])) };
}

async function replayFound(found: Found): Promise<ReplayedFile> {
  if ('problem' in found) return { file: found.path, refused: new Refused(null, found.problem) };
  return replayFile(found.path);
}

/** What is said of one file. One that cannot be described is unreadable, and stops none of the others. */
function describe(file: ReplayedFile, say: (file: ReplayedFile) => readonly unknown[]) {
  try {
    return { result: resultOf(file), said: say(file) };
  } catch (error) {
    const refused = { file: file.file, refused: asRefused(error) };
    return { result: resultOf(refused), said: say(refused) };
  }
}

function asData(file: ReplayedFile): readonly unknown[] {
  return [{ file: file.file, result: resultOf(file), ...replayAsData(file) }];
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

function tellBriefly(file: ReplayedFile): string {
  if ('refused' in file) return `unreadable  ${refusalInWords(file.file, file.refused)}`;
  const { difference } = file.replayed.fold;
  const more = [...(difference === null ? [] : differenceInWords(difference)), ...remarks(file.replayed)];
  const details = more.map((line) => `; ${line.replace(/ {2,}/, ' ')}`).join('');
  return asOneLine(`${resultOf(file).padEnd(10)}  ${file.file}: ${verdictInWords(file.replayed)}${details}`);
}

function summary(counts: Readonly<Record<Result, number>>): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const each = Object.entries(counts).map(([result, count]) => `${count} ${result}`);
  return `${counted(all, 'recording')}: ${each.join(', ')}`;
}

function resultsIn(counts: Readonly<Record<Result, number>>): Result[] {
  return (Object.keys(CODES) as Result[]).filter((result) => counts[result] > 0);
}
