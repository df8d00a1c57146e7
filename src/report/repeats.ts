import type { Line } from './log-line.ts';

/** A trouble that lasts is logged once a minute; an hour of it would else be a thousand equal lines. */
const TOLD_AGAIN_MS = 60_000;

/** Turns a line into one for DEBUG when the same was logged within the last minute. */
export function createRepeats(monotonicMs: () => number): (line: Line) => Line {
  const noticedAt = new Map<string, number>();
  return (line) => {
    const before = noticedAt.get(line.message);
    if (before !== undefined && monotonicMs() - before < TOLD_AGAIN_MS) return { ...line, level: 'DEBUG' };
    noticedAt.set(line.message, monotonicMs());
    return line;
  };
}
