import type { CommandOutput } from './vocabulary.ts';

/** A sentence has room for a line of a terminal or two. */
const LENGTH_MAX = 200;

/** The end of a line as other systems write it, once it was made printable. */
const ESCAPED_RETURN = /(\\x0d)+$/;

/** The last line that a command printed, which mostly says why it failed: of stderr, or else of stdout. Null for silence. */
export function lastLine({ stderr, stdout }: CommandOutput): string | null {
  return lastOf(stderr) ?? lastOf(stdout);
}

function lastOf(text: string): string | null {
  const lines = text.split('\n').map((line) => line.replace(ESCAPED_RETURN, '').trim());
  const last = lines.findLast((line) => line !== '');
  return last === undefined ? null : cut(last);
}

function cut(line: string): string {
  const characters = [...line];
  return characters.length <= LENGTH_MAX ? line : `${characters.slice(0, LENGTH_MAX - 1).join('')}…`;
}
