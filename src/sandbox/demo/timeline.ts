import type { Act, Span } from './node-story.ts';

const MARKS: Readonly<Record<Act, string>> = {
  starts: ' ',
  compares: ' ',
  waits: '·',
  holds: '─',
  refreshes: '█',
  finishes: ' ',
  over: ' ',
};

/** What the marks mean. */
export const legend = [
  { act: 'waits', mark: MARKS.waits, words: 'waits for the lock' },
  { act: 'holds', mark: MARKS.holds, words: 'has the lock' },
  { act: 'refreshes', mark: MARKS.refreshes, words: 'refreshes HAProxy' },
] as const;

const CELL_MS = 250;

/** A stretch of one act. */
export interface Stretch {
  readonly act: Act;
  readonly text: string;
}

/**
 * What was done when, one mark for a quarter of a second, or for longer where it would not fit else. A mark is what was
 * done in the middle of its time: what never was at once is never in one column of two nodes.
 */
export function timeline(
  spans: readonly Span[],
  window: { fromMs: number; nowMs: number },
  columns: number,
): Stretch[] {
  const { fromMs, nowMs } = window;
  const cellMs = Math.max(CELL_MS, (nowMs - fromMs) / columns);
  const stretches: { act: Act; text: string }[] = [];
  for (let cell = 0; cell < columns; cell += 1) {
    const middleMs = fromMs + (cell + 0.5) * cellMs;
    const act = middleMs < nowMs ? actAt(spans, middleMs) : 'over';
    const last = stretches.at(-1);
    if (last?.act === act) last.text += MARKS[act];
    else stretches.push({ act, text: MARKS[act] });
  }
  return stretches;
}

function actAt(spans: readonly Span[], atMs: number): Act {
  return spans.findLast(({ fromMs }) => fromMs <= atMs)?.act ?? 'starts';
}
