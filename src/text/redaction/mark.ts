import { LONGEST_END, type Runs } from './patterns.ts';
import { spanOf, type View } from './view.ts';

type Mark = (begin: number, end: number) => void;

/** Marks every place of the text where one of the runs stands. */
export function markRuns(view: View, runs: readonly Runs[], mark: Mark): void {
  const { bytes } = view;
  for (const { pieces, pairs } of runs) {
    const { length } = pieces;
    for (let last = length - 1; last < bytes.length; ) {
      const pair = (bytes.charCodeAt(last - 1) << 8) | bytes.charCodeAt(last);
      // No run goes across these two bytes, so that the next one may begin with the second of them.
      if (pairs[pair] === 0) last += length - 1;
      else {
        const first = last - length + 1;
        if (pieces.standsAt(bytes, first)) mark(...spanOf(view, first, last + 1));
        last += 1;
      }
    }
  }
}

/** The bytes of `…`, with which this program marks what it cut off. */
const CUT = Buffer.from('…').toString('latin1');

/** What a cut leaves of an escape sequence. */
const HALF_ESCAPE = /(?:%[0-9a-f]?|\\u?\{?[0-9a-f]{0,5}|\\x[0-9a-f]?|&(?:#?x?[0-9a-f]{0,6}|[a-z]{1,4}))$/i;

/** A shorter beginning gives nothing away. */
const SHORTEST_END = 3;

/** Marks the beginning of a secret that stands before the mark of a cut. */
export function markEnds(view: View, beginnings: readonly string[], mark: Mark): void {
  const { bytes } = view;
  for (let cut = bytes.indexOf(CUT); cut !== -1; cut = bytes.indexOf(CUT, cut + CUT.length)) {
    const half = HALF_ESCAPE.exec(bytes.slice(Math.max(0, cut - 10), cut))?.[0].length ?? 0;
    for (const end of half === 0 ? [cut] : [cut, cut - half]) {
      for (const beginning of beginnings) {
        const length = overlap(bytes, end, beginning);
        if (length >= SHORTEST_END) mark(spanOf(view, end - length, end)[0], spanOf(view, cut - 1, cut)[1]);
      }
    }
  }
}

/** How long a beginning of it, but not the whole, the bytes before `end` are. */
function overlap(bytes: string, end: number, beginning: string): number {
  for (let length = Math.min(end, beginning.length - 1, LONGEST_END); length >= SHORTEST_END; length -= 1) {
    if (bytes.startsWith(beginning.slice(0, length), end - length)) return length;
  }
  return 0;
}
