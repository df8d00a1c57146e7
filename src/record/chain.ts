import { createHash } from 'node:crypto';

const TAIL = /,"hash":"([0-9a-f]{16})"\}$/;

/** The hash that the first line is chained to. */
export const CHAIN_START = '';

export interface Sealed {
  /** The line without its newline, in ASCII: a file that is cut anywhere is still text. */
  readonly line: string;
  readonly hash: string;
}

/** A line that says, with its last field, which line it follows. */
export function seal(fields: Readonly<Record<string, unknown>>, before: string): Sealed {
  const body = asciiJson(fields);
  const hash = hashOf(body, before);
  return { line: `${body.slice(0, -1)},"hash":"${hash}"}`, hash };
}

/** The hash of a line that follows the one with the hash `before`, or null when it does not, or was changed. */
export function checkSeal(line: string, before: string): string | null {
  const tail = TAIL.exec(line);
  if (tail === null) return null;
  const hash = hashOf(`${line.slice(0, tail.index)}}`, before);
  return hash === tail[1] ? hash : null;
}

/** JSON without any character that is not ASCII, nor one that steers a terminal. */
export function asciiJson(value: unknown): string {
  return (JSON.stringify(value) ?? '').replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function hashOf(body: string, before: string): string {
  return createHash('sha256').update(`${before}\n${body}`).digest('hex').slice(0, 16);
}
