import { outcomeName } from '../../../machines/outcome-name.ts';
import { formatEvent } from '../../replay/format-event.ts';
import { explain } from '../../replay/format-explanation.ts';
import { type Recording, readRecording } from '../../replay/read-recording.ts';
import { replayRecording } from '../../replay/replay.ts';
import { asOneLine } from '../../text/printable.ts';
import { foldRun, type RunStep } from '../fold-run.ts';
import { type RunWords, wordsOf } from '../run-words.ts';

/** A recording as the page shows it. */
export interface Run {
  /** Unique on the page. */
  readonly key: string;
  readonly name: string;
  readonly recording: Recording;
  readonly steps: readonly RunStep[];
  readonly words: RunWords;
  /** What happened in each step, as `watcher replay` words it. */
  readonly events: readonly string[];
  /** Why it did, or did not, refresh, by the names of the lines. */
  readonly explanation: ReturnType<typeof explain>;
  /** Milliseconds of the wall clock. All other times are milliseconds since then. */
  readonly startedAt: number;
  readonly lengthMs: number;
  /** The run's machine, one part for each state that it stayed in or passed. */
  readonly spans: readonly Span[];
  /** When the cluster lock was held. */
  readonly held: readonly Span[];
  /** How it ended, in one word. */
  readonly outcome: string;
}

export interface Span {
  readonly state: string;
  readonly from: number;
  readonly to: number;
}

const HELD = 'clusterLock.leased.position.held';

let count = 0;

/** Reads a recording. Throws `InvalidRecording` at the line that cannot be trusted. */
export function readRun(name: string, text: string): Run {
  const recording = readRecording(text);
  const steps = foldRun(recording);
  const startedAt = Date.parse(recording.header.started_at);
  const lengthMs = recording.end?.at ?? steps.at(-1)?.at ?? 0;
  const spans = spansOf(steps, 'watcher', lengthMs);
  const held = spansOf(steps, 'clusterLock', lengthMs).filter(({ state }) => state === HELD);
  const outcome =
    recording.end === null ? 'cut off' : outcomeName(recording.end.outcome as Parameters<typeof outcomeName>[0]);
  count += 1;
  return {
    key: `run-${count}`,
    name,
    recording,
    steps,
    words: wordsOf(recording, steps),
    events: steps.map(({ event }) => asOneLine(formatEvent(event))),
    explanation: explain(replayRecording(recording)),
    startedAt,
    lengthMs,
    spans,
    held,
    outcome,
  };
}

/** The innermost states of an actor over time; those that are the same at once and next are one span. */
function spansOf(steps: readonly RunStep[], actor: string, lengthMs: number): Span[] {
  const points = steps
    .filter((step) => step.actor === actor)
    .flatMap(({ at, passes }) => passes.map(({ states }) => ({ at, state: innermost(states) })));
  const changes = points.filter(({ state }, index) => state !== points[index - 1]?.state);
  return changes.map(({ at, state }, index) => ({ state, from: at, to: changes[index + 1]?.at ?? lengthMs }));
}

/** Of regions side by side the first: whether the lock is held is said there. */
export function innermost(states: readonly string[]): string {
  return states.find((id) => !states.some((other) => other.startsWith(`${id}.`))) ?? states[0]!;
}

/** How many steps the run had made this long after its beginning. */
export function stepsUntil({ steps }: Run, since: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]!.at <= since) low = middle + 1;
    else high = middle;
  }
  return low;
}
