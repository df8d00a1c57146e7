import { markEnds, markRuns } from './redaction/mark.ts';
import { patternsOf } from './redaction/patterns.ts';
import { decodedView, type View, viewOf, withoutSeparators } from './redaction/view.ts';

/** Text without secrets. What stands before `from` is looked at, and left out. */
export type Redact = (text: string, from?: number) => string;

/** A shorter text is part of too many innocent words to be blotted out inside of them. */
const SHORTEST_INSIDE_WORDS = 4;

/**
 * Replaces every one of `secrets` with `***`, however it is spelled: as it is, percent-encoded, escaped for JSON or HTML,
 * in whole or in part, in hex, in base64 from any offset, or in several of these at once. Of a secret of 16 bytes or more
 * every piece of 8 bytes goes too, so that no cut leaves a readable part of it; of a shorter one its beginning, where
 * `…` says that a text was cut. One of fewer than 4 characters goes only where it is a word of its own; an empty one is
 * none. The time grows with the length of the text, whatever is in it.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const patterns = patternsOf(secrets.filter((secret) => secret.length >= SHORTEST_INSIDE_WORDS));
  const words = wordsIn(secrets.filter((secret) => secret !== '' && secret.length < SHORTEST_INSIDE_WORDS));
  if (patterns.ends.length === 0) return (text, from = 0) => words(text.slice(from));

  function spotsIn(text: string): Uint8Array | null {
    let spots: Uint8Array | null = null;
    const mark = (begin: number, end: number) => {
      spots ??= new Uint8Array(text.length);
      spots.fill(1, begin, end);
    };
    const raw = viewOf(text);
    const decoded = decodedView(raw);
    const views: readonly View[] = decoded === raw ? [raw] : [raw, decoded];
    for (const view of views) {
      markRuns(view, patterns.runs, mark);
      markEnds(view, patterns.ends, mark);
    }
    const hex = withoutSeparators(decoded);
    if (hex !== null) markRuns(hex, patterns.hexRuns, mark);
    return spots;
  }

  return (text, from = 0) => {
    const spots = spotsIn(text);
    return words(spots === null ? text.slice(from) : blotted(text, spots, from));
  };
}

function blotted(text: string, spots: Uint8Array, from: number): string {
  const parts: string[] = [];
  for (let at = from; at < text.length; ) {
    const isSpot = spots[at] === 1;
    const next = spots.indexOf(isSpot ? 0 : 1, at);
    const end = next === -1 ? text.length : next;
    parts.push(isSpot ? '***' : text.slice(at, end));
    at = end;
  }
  return parts.join('');
}

function wordsIn(secrets: readonly string[]): (text: string) => string {
  if (secrets.length === 0) return (text) => text;
  const literals = [...secrets]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${literals.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
  return (text) => text.replace(pattern, '***');
}
