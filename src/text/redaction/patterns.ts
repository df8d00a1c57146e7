import { type Pieces, piecesOf } from './pieces.ts';
import { decodedView, viewOf } from './view.ts';

/** Texts of one length, of which none may stay readable. */
export interface Runs {
  readonly pieces: Pieces;
  /** 1 for every two bytes that follow each other in one of them: most places of a text are ruled out by that alone. */
  readonly pairs: Uint8Array;
}

/** What gives secrets away: all texts hold bytes as characters. */
export interface Patterns {
  readonly runs: readonly Runs[];
  /** Only the hex ones of them. */
  readonly hexRuns: readonly Runs[];
  /** How the secrets' spellings begin: that is looked for where a text was cut. */
  readonly ends: readonly string[];
}

/** A secret this long is no word of a language: a piece of it gives it away, and is nothing else. */
const LONG = 16;

/** How much of a long secret may stay readable is one less, in bytes. */
const PIECE = 8;

/** A shorter text is part of too many innocent words. */
const SHORTEST = 4;

/** A longer beginning is found by its pieces. */
export const LONGEST_END = 32;

interface Spelling {
  readonly text: string;
  readonly pieceLength: number;
}

/** What to look for so that none of the secrets, of four characters or more, stays readable in any spelling. */
export function patternsOf(secrets: readonly string[]): Patterns {
  const other = secrets.flatMap((secret) => [...plain(secret), ...base64(secret)]);
  const hexes = secrets.flatMap(hex);
  return {
    runs: runsOf([...other, ...hexes]),
    hexRuns: runsOf(hexes.filter(({ text, pieceLength }) => text.length > pieceLength)),
    ends: [...new Set([...other, ...hexes].map(({ text }) => text.slice(0, LONGEST_END + 1)))],
  };
}

function plain(secret: string): Spelling[] {
  const isLong = bytesOf(secret).length >= LONG;
  const cases = isLong ? [secret, secret.toLowerCase(), secret.toUpperCase()] : [secret];
  return cases
    .flatMap((text) => [viewOf(text).bytes, decodedView(viewOf(text)).bytes])
    .filter((text) => text.length >= SHORTEST)
    .map((text) => ({ text, pieceLength: isLong ? PIECE : text.length }));
}

/** In base64 three bytes are four letters: how a secret looks depends on where in a longer text it begins. */
function base64(secret: string): Spelling[] {
  const bytes = bytesOf(secret);
  const whole = [bytes.toString('base64'), bytes.toString('base64url')];
  // The pieces at no offset are those of the whole.
  const offsets = bytes.length >= LONG ? [1, 2] : [0, 1, 2];
  const letters = [...whole, ...offsets.flatMap((offset) => base64At(offset, bytes))];
  const pieceLength = Math.ceil((PIECE * 8) / 6);
  return letters.map((text) => ({ text, pieceLength: bytes.length >= LONG ? pieceLength : text.length }));
}

function base64At(offset: number, bytes: Buffer): string[] {
  const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
  // Letters that also hold bits of the text before or after are not the secret's own.
  const firstOwn = Math.ceil((offset * 8) / 6);
  const lastOwn = Math.floor((shifted.length * 8) / 6);
  return (['base64', 'base64url'] as const).map((encoding) => shifted.toString(encoding).slice(firstOwn, lastOwn));
}

function hex(secret: string): Spelling[] {
  const bytes = bytesOf(secret);
  const digits = bytes.toString('hex');
  const pieceLength = bytes.length >= LONG ? 2 * PIECE : digits.length;
  return [digits, digits.toUpperCase()].map((text) => ({ text, pieceLength }));
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret);
}

function runsOf(spellings: readonly Spelling[]): Runs[] {
  const byLength = new Map<number, Set<string>>();
  for (const { text, pieceLength } of spellings) {
    const length = Math.min(pieceLength, text.length);
    byLength.set(length, (byLength.get(length) ?? new Set()).add(text));
  }
  return [...byLength].map(([length, texts]) => ({ pieces: piecesOf(length, [...texts]), pairs: pairsIn(texts) }));
}

function pairsIn(texts: ReadonlySet<string>): Uint8Array {
  const pairs = new Uint8Array(65_536);
  for (const text of texts) {
    for (let at = 1; at < text.length; at += 1) pairs[(text.charCodeAt(at - 1) << 8) | text.charCodeAt(at)] = 1;
  }
  return pairs;
}
