import { plainText } from '../locks/plain-text.ts';

const LENGTH_MAX = 2_000;

/** Text of any origin, made fit to be one line, or a part of one, in a log or on a terminal. */
export function asOneLine(text: string, lengthMax = LENGTH_MAX): string {
  return plainText(text, lengthMax);
}
