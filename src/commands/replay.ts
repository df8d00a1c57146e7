import { ConfigError } from '../config/config-error.ts';
import { type Found, findRecordings } from '../replay/find-recordings.ts';
import { formatDifference, formatRefusal, formatReplay, formatVerdict, remarks } from '../replay/format-replay.ts';
import { InvalidRecording } from '../replay/invalid-recording.ts';
import { replayAsData } from '../replay/replay-as-data.ts';
import { asRefused, type ReplayedFile, replayFile } from '../replay/replay-file.ts';
import { counted } from '../report/format-changes.ts';
import { asOneLine, printableJson } from '../text/printable.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';

const EXAMPLE = 'runs/20261123T051321Z-78f189530aa4c7f5.jsonl';

/** The worst of all files counts. */
const CODES = ANSWER_CODES.replay;

type Result = keyof typeof CODES;

/** `watcher replay FILE…`: takes recorded runs through today's machines and says where they differ. Throws `ConfigError` for none. */
export async function replayCommand(words: readonly string[], options: { readonly json: boolean }): Promise<Answer> {
  if (words.length === 0)
    throw new ConfigError([`watcher replay needs recordings, or their folder, such as ${EXAMPLE}`]);
  const found = findRecordings(words);
  const counts: Record<Result, number> = { same: 0, differs: 0, unreadable: 0 };
  const notice: unknown[] = [];
  const format = (file: ReplayedFile) => (found.length === 1 ? describeFully(file) : [describeBriefly(file)]);
  for (const one of found) {
    // Thousands of recordings do not fit into memory: of each only what is said of it is kept.
    const { result, said } = describe(await replayFound(one), options.json ? asData : format);
    counts[result] += 1;
    notice.push(...said);
  }
  if (found.length > 1 && !options.json) notice.push(summary(counts));
  const text = options.json ? printableJson({ ...counts, recordings: notice }) : notice.join('\n');
  return { text: `${text}\n`, code: Math.max(...resultsIn(counts).map((result) => CODES[result].code)) };
}

async function replayFound(found: Found): Promise<ReplayedFile> {
  if ('problem' in found) return { file: found.path, refused: new InvalidRecording(null, found.problem) };
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

function describeFully(file: ReplayedFile): string[] {
  if ('refused' in file) return [formatRefusal(file.file, file.refused)];
  const { replayed } = file;
  const { difference } = replayed.fold;
  return [
    asOneLine(`${file.file}: ${formatVerdict(replayed)}`),
    ...(difference === null ? [] : formatDifference(difference).map((line) => `  ${line}`)),
    ...formatReplay(replayed),
  ];
}

function describeBriefly(file: ReplayedFile): string {
  if ('refused' in file) return `unreadable  ${formatRefusal(file.file, file.refused)}`;
  const { difference } = file.replayed.fold;
  const more = [...(difference === null ? [] : formatDifference(difference)), ...remarks(file.replayed)];
  const details = more.map((line) => `; ${line.replace(/ {2,}/, ' ')}`).join('');
  return asOneLine(`${resultOf(file).padEnd(10)}  ${file.file}: ${formatVerdict(file.replayed)}${details}`);
}

function summary(counts: Readonly<Record<Result, number>>): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const each = Object.entries(counts).map(([result, count]) => `${count} ${result}`);
  return `${counted(all, 'recording')}: ${each.join(', ')}`;
}

function resultsIn(counts: Readonly<Record<Result, number>>): Result[] {
  return (Object.keys(CODES) as Result[]).filter((result) => counts[result] > 0);
}
