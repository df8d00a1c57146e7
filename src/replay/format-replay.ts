import { outcomeName } from '../../machines/outcome-name.ts';
import type { Outcome } from '../../machines/vocabulary.ts';
import { machineFingerprint } from '../record/fingerprint.ts';
import { counted } from '../report/format-changes.ts';
import { sentenceOf } from '../report/sentence.ts';
import { asOneLine } from '../text/printable.ts';
import type { Difference } from './difference.ts';
import { formatEvent } from './format-event.ts';
import type { InvalidRecording } from './invalid-recording.ts';
import type { Replayed } from './replay.ts';
import type { Segment } from './summarize-run.ts';

/** More lines of the log than this about one state are left out. */
const NOTES_SHOWN = 8;

/** A whole recording: what came of the replay, then the run state by state. One line each, without newlines. */
export function formatReplay({ recording, fold, run, cut }: Replayed): string[] {
  const { header, events, end } = recording;
  const machines = new Set(events.map(({ actor }) => actor)).size;
  const width = Math.max(0, ...run.segments.map(({ state }) => state.length));
  return [
    `run ${header.run_id} of watcher ${header.watcher} on ${header.host}, ${header.started_at}: ` +
      `${counted(events.length, 'event')} of ${counted(machines, 'machine')}`,
    ...remarks({ recording, fold, run, cut }),
    '',
    ...run.segments.flatMap((segment) => formatSegment(segment, width)),
    ...(end === null || fold.difference !== null
      ? []
      : ['', `${sentenceOf(end.outcome as Outcome, run.progress)} (exit code ${end.exit_code})`]),
  ].map((line) => asOneLine(line));
}

/** What came of it, in one line: `same path: refreshed`. */
export function formatVerdict({ recording: { end }, fold: { difference }, cut }: Replayed): string {
  if (difference !== null) return `differs at line ${difference.line}`;
  if (cut === null) return `same path: ${outcomeName(end!.outcome as Outcome)}`;
  return `same path so far: cut in state ${cut.state} after ${cut.afterMs} ms`;
}

/** Why a file cannot be read, in one line that begins with its name. */
export function formatRefusal(file: string, { line, message }: InvalidRecording): string {
  return asOneLine(`${file}: ${line === null ? '' : `line ${line}: `}${message}`);
}

/** Where two paths part, as lines with a name each. */
export function formatDifference({ notice, at, recorded, now, decided }: Difference): string[] {
  return [
    notice === null
      ? `at the end, after ${seconds(at)}`
      : `event     ${formatEvent(notice.event)} (${notice.event.type}, to ${notice.actor} at ${seconds(at)})`,
    `recorded  ${recorded}`,
    `now       ${now}`,
    ...(decided === null ? [] : [`decided   ${decided}`]),
  ].map((line) => asOneLine(line));
}

/** What a reader of this replay has to know besides. */
export function remarks({ recording: { header, end }, fold }: Replayed): string[] {
  const trusted = fold.steps.filter((step) => step.trusted).map(({ recorded }) => recorded.line);
  return [
    ...(header.machine === machineFingerprint() ? [] : ['recorded by a different version of the state machines']),
    ...(trusted.length === 0
      ? []
      : [
          `${counted(trusted.length, 'line')} too long to be kept in full, believed and not checked: ${trusted.join(', ')}`,
        ]),
    ...(end?.incomplete === undefined
      ? []
      : [`the recorder failed (${end.incomplete}); the run ended as ${outcomeName(end.outcome as Outcome)}`]),
  ];
}

function formatSegment({ state, at, tookMs, why, guards, notes }: Segment, width: number): string[] {
  const decided = guards.length === 0 ? '' : ` (${guards.join('; ')})`;
  const reason = why === null ? '' : `  ${why}${decided}`;
  const hidden = notes.length - NOTES_SHOWN;
  return [
    `${seconds(at).padStart(9)}  ${state.padEnd(width)}  ${seconds(tookMs).padStart(9)}${reason}`,
    ...notes.slice(0, NOTES_SHOWN).map((note) => `${' '.repeat(11)}| ${note}`),
    ...(hidden > 0 ? [`${' '.repeat(11)}| … and ${counted(hidden, 'line')} more`] : []),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)}s`;
}
