import { isIPv4 } from 'node:net';

/** Whether a text is an IPv6 address without a zone, which means something on one host only. */
export function isIp6(text: string): boolean {
  return normalIp6(text) !== null;
}

/**
 * The one spelling of an IPv6 address without a zone, as RFC 5952 has it; null for any other text. Written out, because
 * Node 20 makes a slow pattern for `isIPv6`, and the URL parser takes longer than all else that becomes of a pod.
 */
export function normalIp6(text: string): string | null {
  const lower = text.toLowerCase();
  const words = [0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  let gapAt = lower.startsWith('::') ? 0 : -1;
  let at = gapAt === 0 ? 2 : 0;
  let isBrief = true;
  while (at < lower.length) {
    const start = at;
    let word = 0;
    for (let digit = digitAt(lower, at); digit >= 0 && at < start + 4; digit = digitAt(lower, at)) {
      word = word * 16 + digit;
      at += 1;
    }
    if (lower.charCodeAt(at) === DOT) {
      const tail = lower.slice(start);
      if (!isIPv4(tail)) return null;
      const [a, b, c, d] = tail.split('.').map(Number) as [number, number, number, number];
      words[count] = a * 256 + b;
      words[count + 1] = c * 256 + d;
      count += 2;
      isBrief = false;
      break;
    }
    if (at === start || count === 8) return null;
    words[count] = word;
    count += 1;
    if (lower.charCodeAt(start) === ZERO && at > start + 1) isBrief = false;
    if (at === lower.length) break;
    if (lower.charCodeAt(at) !== COLON || at + 1 === lower.length) return null;
    at += 1;
    if (lower.charCodeAt(at) !== COLON) continue;
    if (gapAt >= 0) return null;
    gapAt = count;
    at += 1;
  }
  if (gapAt < 0 ? count !== 8 : count > 7) return null;
  const gap = 8 - count;
  if (gap > 0) words.copyWithin(gapAt + gap, gapAt, count).fill(0, gapAt, gapAt + gap);
  const zeros = longestZeros(words);
  const isSpelled = isBrief && (gap === 0 ? zeros.length === 0 : zeros.from === gapAt && zeros.length === gap);
  return isSpelled ? lower : spelled(words, zeros);
}

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const COLON = 0x3a;
const A = 0x61;
const F = 0x66;

function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= ZERO && code <= NINE) return code - ZERO;
  return code >= A && code <= F ? code - A + 10 : -1;
}

interface Zeros {
  readonly from: number;
  readonly length: number;
}

/** The first of the longest runs of zeros, which is what is left out; a single one is not. */
function longestZeros(words: readonly number[]): Zeros {
  let [from, length] = [0, 0];
  for (let at = 0, run = 0; at < 8; at += 1) {
    run = words[at] === 0 ? run + 1 : 0;
    if (run > Math.max(length, 1)) [from, length] = [at + 1 - run, run];
  }
  return { from, length };
}

function spelled(words: readonly number[], { from, length }: Zeros): string {
  const all = words.map((word) => word.toString(16));
  if (length === 0) return all.join(':');
  return `${all.slice(0, from).join(':')}::${all.slice(from + length).join(':')}`;
}
